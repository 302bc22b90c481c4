import type { LocalClient } from "@tacit/web/core/client";
import type { Relay } from "@tacit/web/core/ports/relay";
import { expect, test } from "vitest";
import { until } from "./until.ts";
import { World } from "./world.ts";

test("a message that comes while two clients write to one store is not given up: the next one alone shows it", async () => {
  await using world = await World.create();
  let connections = 0;
  const counting = (relay: Relay): Relay => ({
    ...relay,
    connect(hello, events) {
      connections += 1;
      return relay.connect(hello, events);
    },
  });
  const alice = await world.person("Alice");
  const bob = await world.person("Bob", { disturb: counting });
  await bob.add(await alice.card());
  await alice.client.accept(await alice.contact(bob));
  const contact = await bob.contact(alice);
  await bob.sees("acceptance", { view: "contact", contact }, (details) => details?.status === "accepted");
  // A tab that was frozen, lost its lock to the next one, and goes on.
  const frozen = bob.client as LocalClient;
  await bob.open();
  await bob.isOnline();
  await frozen.setVerified(contact, true);
  await frozen.close();
  const before = connections;

  await alice.say(bob, "are you there?");
  // More attempts than an envelope gets before it counts as one that never works.
  await world.clock.passing(() =>
    until("attempts", () => connections > before + 5 || undefined).catch(() => undefined),
  );
  await bob.quit();
  await bob.open();

  await world.clock.passing(() => bob.hears(alice, "are you there?"));
  expect((await bob.rows(alice)).some(({ kind }) => kind === "unreadable")).toBe(false);
});
