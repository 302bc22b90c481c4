import { DAY_MS, SIGNED_PREKEY_ROTATION_MS } from "@tacit/shared/limits";
import type { Envelope } from "@tacit/shared/wire/envelopes";
import type { LocalClient } from "@tacit/web/core/client";
import type { Clock } from "@tacit/web/core/ports/clock";
import type { MailboxEvents } from "@tacit/web/core/ports/relay";
import type { Phase } from "@tacit/web/core/views";
import { expect, test } from "vitest";
import { until } from "../scenarios/until.ts";
import { World } from "../scenarios/world.ts";
import { LyingClock } from "./lying-clock.ts";

test.each([
  ["400 days ago", -400 * DAY_MS, 40],
  ["in 400 days", 400 * DAY_MS, 5],
])(
  "CS-6: a relay that says that now is %s stops no rotation and no renewal, and has no old key kept",
  async (_when, aheadMs, turns) => {
    await using world = await World.create();
    const lying = new LyingClock();
    const rotated: number[] = [];
    const renewed: number[] = [];
    const alice = await world.person("Alice", {
      disturb: (relay) => ({
        ...lying.over(relay),
        request(name, body, token) {
          if (name === "putPreKeys" && "signed" in body && body.signed !== undefined) rotated.push(world.clock.nowMs());
          if (name === "putDeviceList") renewed.push(world.clock.nowMs());
          return lying.over(relay).request(name, body, token);
        },
      }),
    });
    lying.aheadMs = aheadMs;
    await world.settle(alice);
    await alice.sees("the bar", { view: "connection" }, ({ clockAheadMs }) => clockAheadMs !== undefined);
    rotated.length = 0;

    for (let turn = 1; turn <= turns; turn++) {
      world.clock.advance(SIGNED_PREKEY_ROTATION_MS);
      await until(`rotation ${turn}`, () => rotated.length >= turn);
    }

    expect(rotated.length).toBe(turns);
    expect(renewed.length).toBeGreaterThanOrEqual(Math.floor((turns * SIGNED_PREKEY_ROTATION_MS) / (8 * DAY_MS)));
    const signed = [...(alice.disk.tables.get("prekeys")?.keys() ?? [])].filter((id) => id.startsWith("signed:"));
    expect(signed.length).toBeLessThanOrEqual(35);
  },
);

test("CS-6: what could not be read while the clocks were wrong is read when it comes again", async () => {
  await using world = await World.create();
  const lying = new LyingClock();
  const kept: Envelope[] = [];
  let events: MailboxEvents | undefined;
  let ownAheadMs = 0;
  const wrong = (clock: Clock): Clock => ({
    nowMs: () => clock.nowMs() + ownAheadMs,
    after: (ms, callback) => clock.after(ms, callback),
  });
  const alice = await world.person("Alice", {
    disturbClock: wrong,
    disturb: (relay) =>
      lying.over({
        ...relay,
        connect(hello, listener) {
          events = listener;
          const envelopes = (page: readonly Envelope[]) => {
            kept.push(...page);
            listener.envelopes(page);
          };
          return relay.connect(hello, { ...listener, envelopes });
        },
      }),
  });
  const bob = await world.person("Bob");
  lying.aheadMs = 400 * DAY_MS;
  ownAheadMs = 400 * DAY_MS;
  await world.settle(alice);
  const contact = await bob.add(await alice.card(false));
  await bob.client.sendText(contact, "in the wrong year");
  await until("the envelope", () => kept.length > 0);
  // What is shown after it was taken in.
  await alice.client.rename("Alice");
  expect(await alice.show({ view: "conversations" })).toEqual([]);

  lying.aheadMs = 0;
  ownAheadMs = 0;
  await world.settle(alice);
  events?.envelopes(kept.slice(0, 1));

  await alice.hears(bob, "in the wrong year");
});

/** What a person does who is told that it did not work. */
async function again(action: () => Promise<unknown>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await action();
      return;
    } catch (error) {
      if (attempt === 5) throw error;
    }
  }
}

test("CS-3: of two clients on one store both go on: whoever was overtaken reads what is stored and heals by itself", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  const contact = await bob.contact(alice);
  const first = bob.client as LocalClient;
  // The lock failed: a second client on the same store, while the first goes on.
  await bob.open();
  await bob.isOnline();
  await first.updateSettings({ theme: "dark" });
  await expect(bob.client.updateSettings({ theme: "light" })).rejects.toThrow("two owners of one store");

  await again(() => bob.client.updateSettings({ theme: "light" }));
  await alice.say(bob, "are you there?");
  await world.clock.passing(() => bob.hears(alice, "are you there?"));
  await again(() => bob.client.sendText(contact, "by the second"));
  await world.clock.passing(() => alice.hears(bob, "by the second"));
  await again(() => first.sendText(contact, "by the first"));
  await world.clock.passing(() => alice.hears(bob, "by the second", "by the first"));

  await first.close();
  await again(() => bob.client.sendText(contact, "alone again"));
  await world.clock.passing(() => alice.hears(bob, "by the second", "by the first", "alone again"));
  await world.clock.passing(() => bob.hears(alice, "are you there?"));
});

test("CS-3: a client whose store was emptied by another one says so", async () => {
  await using world = await World.create();
  const [, bob] = await world.friends();
  const first = bob.client as LocalClient;
  await bob.open();
  await bob.isOnline();
  await bob.client.eraseDevice();

  await expect(first.rename("Robert")).rejects.toThrow();
  const phase = await new Promise<Phase>((resolve) =>
    first.watch({ view: "phase" }, (now) => now.phase !== "open" && resolve(now)),
  );

  expect(phase).toEqual({ phase: "empty" });
  await first.close();
});
