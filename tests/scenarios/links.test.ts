import { MINUTE_MS, SECOND_MS } from "@tacit/shared/limits";
import type { Post } from "@tacit/shared/wire/envelopes";
import type { Peers } from "@tacit/web/core/ports/peers";
import type { Relay } from "@tacit/web/core/ports/relay";
import type { Store } from "@tacit/web/core/ports/store";
import { MemoryNetwork, type MemoryPeers } from "@tacit/web/core/testing/memory-peers";
import { copyDisk } from "@tacit/web/core/testing/memory-store";
import { expect, test } from "vitest";
import { Person, type Surroundings } from "./person.ts";
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

test.each(["for this contact", "for everybody"])(
  "whoever always uses the relay %s offers nothing and answers nothing",
  async (how) => {
    await using world = await World.create();
    const { devices, wish } = surroundings(world);
    const [alice, bob] = await world.friends("Alice", "Bob", { peers: wish("").peers });
    const [ofBob, ofAlice] = [await alice.contact(bob), await bob.contact(alice)];
    if (how === "for everybody") await bob.client.updateSettings({ direct: false });
    else await bob.client.setDirect(ofAlice, "relay");

    await bob.client.openConversation(ofAlice);
    await alice.client.openConversation(ofBob);
    await alice.say(bob, "are you there?");
    await bob.hears(alice, "are you there?");
    await world.clock.passing(() => passes(world, 20 * SECOND_MS));

    const [, ofBobsDevice] = devices;
    expect(ofBobsDevice?.opened).toBe(0);
    expect(ofBobsDevice?.candidates).toEqual([]);
    expect((await alice.show({ view: "contact", contact: ofBob }))?.link).toBeUndefined();
  },
);

test("a link ends when one of them says: always the relay", async () => {
  await using linked = await link();
  const { alice, bob, posts } = linked;

  await bob.client.setDirect(await bob.contact(alice), "relay");

  await unlinked(alice, bob);
  posts.clear();
  await alice.say(bob, "by the relay");
  await bob.hears(alice, "by the relay");
  expect(posts.of("durable").length).toBeGreaterThan(0);
  await bob.client.setDirect(await bob.contact(alice), "direct");
  await linked.world.clock.passing(() => isLinked(bob, alice));
});

test("a link ends with a block, and nothing of the blocked person is answered", async () => {
  await using linked = await link();
  const { alice, bob } = linked;

  await bob.client.block(await bob.contact(alice));

  await unlinked(alice, bob);
});

test("a link that nobody uses and nobody looks at closes after two minutes", async () => {
  await using linked = await link();
  const { alice, bob, world } = linked;
  await alice.client.closeConversation(await alice.contact(bob));
  await bob.client.closeConversation(await bob.contact(alice));

  await world.clock.passing(() => passes(world, 3 * MINUTE_MS));

  await unlinked(alice, bob);
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

test("a device that the relay refuses as a copy says nothing over its links either, and the one that goes on is heard", async () => {
  await using linked = await link();
  const { alice, bob, world } = linked;
  await alice.say(bob, "before");
  await bob.hears(alice, "before");
  const copy = new Person("Alice", { clock: world.clock, origin: world.origin }, copyDisk(alice.disk));
  await copy.open();
  await copy.client.unlock(alice.password);
  await copy.isOnline();
  await world.clock.passing(() =>
    alice.sees("that it is refused", { view: "connection" }, ({ state }) => state === "restored"),
  );

  await alice.say(bob, "by the refused one");
  await copy.say(bob, "by the other");

  await world.clock.passing(() => bob.hears(alice, "before", "by the other"));
  await alice.marks(bob, "by the refused one", "waiting");
  await copy.quit();
});

test.each(["unauthorized", "disabled", "epoch"] as const)(
  "a device that the relay refuses (%s) ends its links",
  async (why) => {
    let refuse = () => {};
    const refusing = (relay: Relay): Relay => ({
      ...relay,
      connect(hello, events) {
        refuse = () => events.closed(why);
        return relay.connect(hello, events);
      },
    });
    await using linked = await link({ ofBob: { disturb: refusing } });
    const { alice, bob } = linked;

    refuse();

    const contact = await alice.contact(bob);
    await alice.sees("no link", { view: "contact", contact }, (details) => details?.link === undefined);
  },
);

test("a copy that cannot store that it is one ends its links all the same, and says so when it can", async () => {
  let [isRefusing, isFull] = [false, false];
  let refuse = () => {};
  const refusing = (relay: Relay): Relay => ({
    ...relay,
    connect(hello, events) {
      refuse = () => events.closed("epoch");
      if (!isRefusing) return relay.connect(hello, events);
      queueMicrotask(refuse);
      return { collected: async () => {}, close() {} };
    },
  });
  const full = (store: Store): Store => ({
    ...store,
    async commit(change) {
      if (isFull) throw new Error("could not store: this device is full");
      return store.commit(change);
    },
  });
  await using linked = await link({ ofBob: { disturb: refusing, disturbStore: full } });
  const { alice, bob, world } = linked;

  [isRefusing, isFull] = [true, true];
  refuse();
  const contact = await alice.contact(bob);
  await alice.sees("no link", { view: "contact", contact }, (details) => details?.link === undefined);
  isFull = false;

  await world.clock.passing(() =>
    bob.sees("that it is refused", { view: "connection" }, ({ state }) => state === "restored"),
  );
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

/** Alice and Bob, with a link that is open. */
async function link(wishes: { readonly ofBob?: Partial<Surroundings> } = {}) {
  const world = await World.create();
  const { network, devices, wish } = surroundings(world);
  const posts = new Posts();
  const alice = await world.person("Alice", { ...wish("Alice"), disturb: (relay) => posts.noted(relay) });
  const bob = await world.person("Bob", { ...wish("Bob"), ...wishes.ofBob });
  await bob.add(await alice.card());
  await alice.client.accept(await alice.contact(bob));
  const contact = await bob.contact(alice);
  await bob.sees("Alice accepts", { view: "contact", contact }, (details) => details?.status === "accepted");
  await alice.client.openConversation(await alice.contact(bob));
  await bob.client.openConversation(contact);
  await world.clock.passing(() => Promise.all([isLinked(alice, bob), isLinked(bob, alice)]));
  return { world, network, devices, alice, bob, posts, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

function surroundings(world: World) {
  const network = new MemoryNetwork(world.clock);
  const devices: Counted[] = [];
  const wish = (_name: string) => ({
    peers: () => {
      const counted = new Counted(network.device());
      devices.push(counted);
      return counted.peers;
    },
  });
  return { network, devices, wish };
}

/** The peers of one device, counted. */
class Counted {
  readonly #device: MemoryPeers;
  opened = 0;

  constructor(device: MemoryPeers) {
    this.#device = device;
  }

  get candidates(): readonly string[] {
    return this.#device.candidates;
  }

  get peers(): Peers {
    return {
      openChannel: (...wanted) => {
        this.opened += 1;
        return this.#device.openChannel(...wanted);
      },
      openCall: (...wanted) => this.#device.openCall(...wanted),
    };
  }
}

/** What somebody posted. */
class Posts {
  #all: Post[] = [];

  noted(relay: Relay): Relay {
    return {
      ...relay,
      post: (posts) => {
        this.#all.push(...posts);
        return relay.post(posts);
      },
    };
  }

  of(lane: Post["lane"]): readonly Post[] {
    return this.#all.filter((post) => post.lane === lane);
  }

  clear(): void {
    this.#all = [];
  }
}

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

async function isLinked(person: Person, other: Person): Promise<void> {
  const contact = await person.contact(other);
  await person.sees("a link", { view: "contact", contact }, (details) => details?.link === "direct");
}

async function unlinked(...people: readonly [Person, Person]): Promise<void> {
  for (const [person, other] of [people, people.toReversed()] as [Person, Person][]) {
    const contact = await person.contact(other);
    await person.sees("no link", { view: "contact", contact }, (details) => details?.link === undefined);
  }
}

async function paths(person: Person, other: Person): Promise<readonly (string | undefined)[]> {
  return (await person.rows(other)).flatMap((row) => (row.kind === "text" ? [row.path] : []));
}

/** Waits until so much time of the world has passed: somebody else moves it. */
async function passes(world: World, ms: number): Promise<void> {
  const endMs = world.clock.nowMs() + ms;
  await until("time passes", () => world.clock.nowMs() >= endMs);
}
