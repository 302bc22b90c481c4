import { SECOND_MS } from "@tacit/shared/limits";
import type { Post } from "@tacit/shared/wire/envelopes";
import type { Relay } from "@tacit/web/core/ports/relay";
import type { Store } from "@tacit/web/core/ports/store";
import { expect, test } from "vitest";
import { isLinked, link, passes, surroundings } from "./linked.ts";
import type { Person } from "./person.ts";
import { until } from "./until.ts";
import { World } from "./world.ts";

test("while both look at the conversation, messages go directly and the relay sees none", async () => {
  await using linked = await link();
  const { alice, bob, posts, world } = linked;
  posts.clear();

  await alice.say(bob, "one", "two");
  await bob.hears(alice, "one", "two");
  await bob.say(alice, "three");
  await alice.hears(bob, "three");
  await world.clock.passing(() => alice.marks(bob, "two", "read", () => {}), 20);

  expect(posts.of("durable")).toEqual([]);
  expect(await paths(alice, bob)).toEqual(["direct", "direct", "direct"]);
  expect(await paths(bob, alice)).toEqual(["direct", "direct", "direct"]);
});

test("messages go on while the relay is gone", async () => {
  await using linked = await link();
  const { alice, bob, world } = linked;
  await world.app.close();

  await alice.say(bob, "still there?");
  await bob.hears(alice, "still there?");
  await bob.say(alice, "yes");

  await alice.hears(bob, "yes");
  await world.clock.passing(() => alice.marks(bob, "still there?", "read"));
});

test("a link that dies with messages on it loses none, doubles none and keeps their order", async () => {
  await using linked = await link();
  const { alice, bob, network, world } = linked;
  await alice.say(bob, "one");
  await bob.hears(alice, "one");
  network.hold();

  await alice.say(bob, "two", "three");
  network.fail();
  await alice.say(bob, "four");

  await world.clock.passing(() => bob.hears(alice, "one", "two", "three", "four"));
  expect((await paths(alice, bob)).slice(0, 2)).toEqual(["direct", "relay"]);
});

test("what is not acknowledged within five seconds takes the mailbox, and harms nobody when it comes twice", async () => {
  await using linked = await link();
  const { alice, bob, network, posts, world } = linked;
  posts.clear();
  network.hold();

  await alice.say(bob, "slow");
  await world.clock.passing(() => bob.hears(alice, "slow"));
  expect(posts.of("durable")).toHaveLength(1);
  network.release();
  await alice.say(bob, "quick");

  await world.clock.passing(() => bob.hears(alice, "slow", "quick"));
  expect(await paths(alice, bob)).toEqual(["relay", expect.anything()]);
});

test("after one took the mailbox, all later ones follow until it is there", async () => {
  const gate = new Gate();
  await using linked = await link({ ofBob: { disturb: (relay) => gate.before(relay) } });
  const { alice, bob, network, posts, world } = linked;
  gate.close();
  network.cut();
  posts.clear();
  await alice.say(bob, "first");
  await until("the post of the first", () => posts.of("durable").length > 0);
  network.mend();
  await isLinked(alice, bob);
  posts.clear();

  await alice.say(bob, "second");
  await until("the post of the second", () => posts.of("durable").length > 0);
  gate.open();

  await world.clock.passing(() => bob.hears(alice, "first", "second"));
});

test("a device that dies after it took a message in and before it said so gets it once", async () => {
  const death = new Death();
  await using linked = await link({ ofBob: { disturbStore: (store) => death.after(store) } });
  const { alice, bob, network, world } = linked;
  death.isDue = true;

  await alice.say(bob, "once");
  await until("the commit", () => death.isDone);
  network.fail();
  await bob.quit();
  death.isDone = false;
  await bob.open();

  await world.clock.passing(() => bob.hears(alice, "once"));
  await world.clock.passing(() => alice.marks(bob, "once", "read"));
  await bob.hears(alice, "once");
});

test("nobody links with a stranger, whatever is on their screens", async () => {
  await using world = await World.create();
  const { network, devices, wish } = surroundings(world);
  const alice = await world.person("Alice", wish("Alice"));
  const bob = await world.person("Bob", wish("Bob"));
  await bob.add(await alice.card());
  const [ofBob, ofAlice] = [await alice.contact(bob), await bob.contact(alice)];

  await alice.client.openConversation(ofBob);
  await bob.client.openConversation(ofAlice);
  await bob.say(alice, "hello");
  await alice.hears(bob, "hello");
  await world.clock.passing(() => passes(world, 10 * SECOND_MS));

  expect(devices.flatMap(({ candidates }) => candidates)).toEqual([]);
  expect(network.byFragment.size).toBe(0);
});

test("both offer at the same time and one link comes of it", async () => {
  await using world = await World.create();
  const { devices, wish } = surroundings(world);
  const [alice, bob] = await world.friends("Alice", "Bob", { peers: wish("").peers });
  const [ofBob, ofAlice] = [await alice.contact(bob), await bob.contact(alice)];

  await Promise.all([alice.client.openConversation(ofBob), bob.client.openConversation(ofAlice)]);

  await world.clock.passing(() => Promise.all([isLinked(alice, bob), isLinked(bob, alice)]));
  await alice.say(bob, "one link");
  await bob.hears(alice, "one link");
  expect(devices.every(({ opened }) => opened <= 2)).toBe(true);
});

test("one of them looking at the conversation is enough, and the other's device answers", async () => {
  await using world = await World.create();
  const { wish } = surroundings(world);
  const [alice, bob] = await world.friends("Alice", "Bob", { peers: wish("").peers });

  await alice.client.openConversation(await alice.contact(bob));

  await world.clock.passing(() => Promise.all([isLinked(alice, bob), isLinked(bob, alice)]));
  await bob.say(alice, "I see you are there");
  await alice.hears(bob, "I see you are there");
  expect(await paths(alice, bob)).toEqual(["direct"]);
});

test("when the tab with a link closes, the next one opens another, and what was on its way is there once", async () => {
  await using linked = await link();
  const { alice, bob, network, world } = linked;
  network.hold();
  await alice.say(bob, "one", "two");
  await bob.say(alice, "three");

  // The next tab begins on what the first one stored, and with the conversation that is on its screen.
  await alice.quit();
  network.release();
  await alice.open();
  await alice.client.openConversation(await alice.contact(bob));

  await world.clock.passing(() => Promise.all([isLinked(alice, bob), isLinked(bob, alice)]));
  await alice.say(bob, "four");
  await world.clock.passing(() => bob.hears(alice, "one", "two", "four"));
  await world.clock.passing(() => alice.hears(bob, "three"));
});

test("an offer that nobody answers is not repeated within a minute, and a sign of life ends the wait", async () => {
  await using world = await World.create();
  const { devices, wish } = surroundings(world);
  const [alice, bob] = await world.friends("Alice", "Bob", { peers: wish("").peers });
  await bob.quit();
  const [ofAlice] = devices;
  const ofBob = await alice.contact(bob);

  for (let time = 0; time < 5; time++) {
    await alice.client.openConversation(ofBob);
    await alice.client.closeConversation(ofBob);
  }
  await alice.client.openConversation(ofBob);
  await world.clock.passing(() => passes(world, 50 * SECOND_MS));
  expect(ofAlice?.opened).toBe(1);
  await bob.open();
  await bob.isOnline();
  await bob.say(alice, "back");
  await alice.hears(bob, "back");

  await world.clock.passing(() => isLinked(alice, bob));
});

test.each([
  [
    "drops live envelopes now and then",
    (post: Post, count: number) => (post.lane === "live" && count % 3 === 0 ? [] : [post]),
  ],
  ["takes live envelopes twice", (post: Post) => (post.lane === "live" ? [post, post] : [post])],
] as const)("a relay that %s costs time, never a message", async (_, what) => {
  const fickle = (relay: Relay): Relay => {
    let count = 0;
    return {
      ...relay,
      post: async (given) => {
        const answers = [];
        for (const post of given) {
          count += 1;
          let answer: Awaited<ReturnType<Relay["post"]>> = { ok: true, value: [{ status: "ok" }] };
          for (const one of what(post, count)) answer = await relay.post([one]);
          if (!answer.ok) return answer;
          answers.push(...answer.value);
        }
        return { ok: true, value: answers };
      },
    };
  };
  await using world = await World.create();
  const { wish } = surroundings(world);
  const [alice, bob] = await world.friends("Alice", "Bob", { peers: wish("").peers, disturb: fickle });
  await alice.client.openConversation(await alice.contact(bob));
  await bob.client.openConversation(await bob.contact(alice));

  await alice.say(bob, "one");
  await world.clock.passing(() => bob.hears(alice, "one"));
  await bob.say(alice, "two");
  await world.clock.passing(() => alice.hears(bob, "two"));
  await alice.say(bob, "three");

  await world.clock.passing(() => bob.hears(alice, "one", "three"));
});

/** Holds back what comes from the mailbox. */
class Gate {
  #opened = Promise.withResolvers<void>();
  #isClosed = false;

  close(): void {
    this.#isClosed = true;
  }

  open(): void {
    this.#isClosed = false;
    this.#opened.resolve();
  }

  before(relay: Relay): Relay {
    return {
      ...relay,
      connect: (hello, events) =>
        relay.connect(hello, {
          ...events,
          envelopes: async (page) => {
            if (this.#isClosed) await this.#opened.promise;
            events.envelopes(page);
          },
        }),
    };
  }
}

/** Of a device: the commit that takes a message in succeeds, and then nothing is done any more. */
class Death {
  isDue = false;
  isDone = false;

  after(store: Store): Store {
    return {
      ...store,
      commit: async (commit) => {
        const committed = await store.commit(commit);
        const isMessage = commit.put?.some(({ table }) => table === "messages") === true;
        if (this.isDue && isMessage) {
          this.isDue = false;
          this.isDone = true;
        }
        if (this.isDone) {
          throw new Error("the process is gone");
        }
        return committed;
      },
    };
  }
}

async function paths(person: Person, other: Person): Promise<readonly (string | undefined)[]> {
  return (await person.rows(other)).flatMap((row) => (row.kind === "text" ? [row.path] : []));
}
