import { DAY_MS, HOUR_MS, MINUTE_MS } from "@tacit/shared/limits";
import type { Clock } from "@tacit/web/core/ports/clock";
import { expect, test } from "vitest";
import { World } from "./world.ts";

/** A clock that goes wrong by `aheadMs`, until it is set right. */
class WrongClock {
  aheadMs: number;

  constructor(aheadMs: number) {
    this.aheadMs = aheadMs;
  }

  readonly over = (clock: Clock): Clock => ({
    nowMs: () => clock.nowMs() + this.aheadMs,
    after: (ms, callback) => clock.after(ms, callback),
  });
}

test("a clock that is wrong is said with how much, and no more once it is set right", async () => {
  await using world = await World.create();
  const wrong = new WrongClock(-3 * DAY_MS);
  const alice = await world.person("Alice", { disturbClock: wrong.over });
  const shown = await alice.sees("the bar", { view: "connection" }, ({ clockAheadMs }) => clockAheadMs !== undefined);
  expect(Math.round((shown.clockAheadMs ?? 0) / DAY_MS)).toBe(-3);

  wrong.aheadMs = 9 * MINUTE_MS;
  await world.clock.passing(() =>
    alice.sees("no bar", { view: "connection" }, ({ clockAheadMs }) => clockAheadMs === undefined),
  );
});

test("nothing is lost between two people while one of their clocks is a hundred days off", async () => {
  for (const aheadMs of [100 * DAY_MS, -100 * DAY_MS]) {
    await using world = await World.create();
    const wrong = new WrongClock(0);
    const [alice, bob] = await world.friends("Alice", "Bob", { disturbClock: wrong.over });
    const carol = await world.person("Carol");
    await carol.add(await alice.card());
    await alice.client.accept(await alice.contact(carol));
    await carol.say(alice, "before");
    await alice.hears(carol, "before");
    wrong.aheadMs = aheadMs;
    await world.settle(alice);
    await world.settle(bob);

    await carol.say(alice, "to a wrong clock");
    await alice.say(carol, "from a wrong clock");
    await alice.say(bob, "between two wrong clocks");

    await world.clock.passing(() => alice.hears(carol, "before", "to a wrong clock"));
    await world.clock.passing(() => carol.hears(alice, "from a wrong clock"));
    await world.clock.passing(() => bob.hears(alice, "between two wrong clocks"));
    wrong.aheadMs = 0;
    await world.settle(alice);
    await world.settle(bob);
    await bob.say(alice, "both right again");
    await world.clock.passing(() => alice.hears(bob, "both right again"));
  }
});

test("what the relay has had for thirty days is marked, and goes out once more under its own id", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  await alice.say(bob, "read at once");
  await alice.marks(bob, "read at once", "delivered");
  await bob.quit();
  await alice.say(bob, "nobody comes for this");
  await alice.marks(bob, "nobody comes for this", "sent");

  world.clock.advance(29 * DAY_MS);
  await alice.say(bob, "nor for this");
  await alice.marks(bob, "nor for this", "sent");
  world.clock.advance(DAY_MS + HOUR_MS);
  await world.settle(alice);

  await alice.marks(bob, "nobody comes for this", "expired");
  await alice.marks(bob, "nor for this", "sent");
  await alice.marks(bob, "read at once", "delivered");
  const contact = await alice.contact(bob);
  const expired = (await alice.rows(bob)).find((row) => row.kind === "text" && row.mark === "expired");
  if (expired?.kind !== "text") throw new Error("unreachable");
  await alice.client.retry(contact, expired.id);
  await alice.marks(bob, "nobody comes for this", "sent");
  await bob.open();
  await world.clock.passing(() => bob.hearsAnyOrder(alice, "read at once", "nor for this", "nobody comes for this"));
  await alice.marks(bob, "nobody comes for this", "delivered");
});

test("a clock that jumps a year ahead makes no message expire", async () => {
  await using world = await World.create();
  const wrong = new WrongClock(0);
  const bob = await world.person("Bob");
  const alice = await world.person("Alice", { disturbClock: wrong.over });
  await alice.add(await bob.card());
  await bob.client.accept(await bob.contact(alice));
  const contact = await alice.contact(bob);
  await alice.sees("that Bob accepts", { view: "contact", contact }, (details) => details?.status === "accepted");
  await bob.quit();
  await alice.say(bob, "on its way");
  await alice.marks(bob, "on its way", "sent");

  wrong.aheadMs = 366 * DAY_MS;
  world.clock.advance(6 * HOUR_MS);
  await alice.sees("the bar", { view: "connection" }, ({ clockAheadMs }) => clockAheadMs !== undefined);
  await world.settle(alice);
  world.clock.advance(6 * HOUR_MS);
  await alice.sees("the bar still", { view: "connection" }, ({ clockAheadMs }) => clockAheadMs !== undefined);

  await alice.marks(bob, "on its way", "sent");
  await bob.open();
  await alice.marks(bob, "on its way", "delivered");
});
