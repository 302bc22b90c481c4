import { MINUTE_MS, SECOND_MS } from "@tacit/shared/limits";
import type { Relay } from "@tacit/web/core/ports/relay";
import type { Store } from "@tacit/web/core/ports/store";
import { copyDisk } from "@tacit/web/core/testing/memory-store";
import { expect, test } from "vitest";
import { isLinked, link, passes, surroundings, unlinked } from "./linked.ts";
import { Person } from "./person.ts";
import { World } from "./world.ts";

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
