import { expect, test } from "vitest";
import { World } from "./world.ts";

const BITS = 17;

test("where an open relay wants work, a new account does it, and the person sees how far it is", async () => {
  await using world = await World.create({ registration: "open", workBits: BITS });
  const alice = await world.stranger("Alice");
  const seen: (number | undefined)[] = [];
  alice.client.watch({ view: "phase" }, (phase) => {
    if (phase.phase === "empty") seen.push(phase.work);
  });

  await alice.join();

  await alice.isOnline();
  const shares = seen.filter((share) => share !== undefined);
  expect(shares.length).toBeGreaterThan(0);
  expect(shares).toEqual(shares.toSorted((a, b) => a - b));
  expect(Math.max(...shares)).toBeLessThan(1);
});

test("work that took longer than the relay waits is done once more", async () => {
  await using world = await World.create({ registration: "open", workBits: 8 });
  const challenges: unknown[] = [];
  const alice = await world.stranger("Alice", {
    disturb: (relay) => ({
      ...relay,
      request: async (name, body, token) => {
        if (name === "finishRegistration" && "work" in body) {
          if (challenges.length === 0) world.clock.advance(60 * 60_000);
          challenges.push(body.work?.challenge);
        }
        return relay.request(name, body, token);
      },
    }),
  });

  await alice.join();

  expect(challenges).toHaveLength(2);
  expect(challenges[1]).not.toEqual(challenges[0]);
});
