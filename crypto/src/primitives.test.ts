import type { Bytes } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import { generateKeyPair, toPrivateKey } from "./keys.ts";
import { noblePrimitives } from "./noble-primitives.ts";
import { ask, type PrimitiveCall, run, runAsync, type Step, together } from "./primitives.ts";
import { seededRandom } from "./testing/random.ts";

test("steps that are taken together get their own answers, whichever of them asks more often", () => {
  const step = together(publicKeys(1), publicKeys(3), publicKeys(0), publicKeys(2));

  expect(run(step, numbered)).toEqual([[1], [1, 2, 3], [], [1, 2]]);
});

test("what steps ask for together, a platform is asked for at once", async () => {
  const rounds: number[] = [];
  let underway = 0;
  const step = together(publicKeys(1), together(publicKeys(2), publicKeys(1)));

  await runAsync(step, async (call) => {
    rounds.push(++underway);
    await Promise.resolve();
    underway--;
    return numbered(call);
  });

  expect(rounds).toEqual([1, 2, 3, 1]);
});

test("steps start in their turn, so that they draw the randomness that they would draw alone", () => {
  const [one, other] = [seededRandom("turns"), seededRandom("turns")];
  const drawn = run(together(generateKeyPair(one), generateKeyPair(one)), noblePrimitives);

  expect(drawn.map(({ privateKey }) => privateKey)).toEqual([toPrivateKey(other(32)), toPrivateKey(other(32))]);
});

test("both drivers come to the same end", async () => {
  const step = () => together(generateKeyPair(seededRandom("a")), generateKeyPair(seededRandom("b")));

  expect(await runAsync(step(), async (call) => noblePrimitives(call))).toEqual(run(step(), noblePrimitives));
});

test("nothing together is nothing, and what one of them throws they throw", () => {
  expect(run(together(), numbered)).toEqual([]);
  expect(() => run(together(publicKeys(1), broken()), numbered)).toThrow("broken");
});

test("a step that is given up, or whose primitive fails, cleans up", async () => {
  const cleaned: string[] = [];
  function* tidy(name: string): Step<undefined> {
    try {
      yield* publicKeys(2);
    } finally {
      cleaned.push(name);
    }
  }
  const fail = () => {
    throw new Error("no such luck");
  };

  expect(() => run(tidy("run"), fail)).toThrow("no such luck");
  await expect(runAsync(tidy("refused"), async () => fail())).rejects.toThrow("no such luck");
  await expect(runAsync(tidy("given up"), numbered, fail)).rejects.toThrow("no such luck");
  await expect(runAsync(together(tidy("a"), publicKeys(1), tidy("b")), numbered, fail)).rejects.toThrow();
  expect(() => run(together(broken(), tidy("next to it")), numbered)).toThrow("broken");

  expect(cleaned).toEqual(["run", "refused", "given up", "a", "b", "next to it"]);
});

test("a step that has been given up goes on no more", async () => {
  const answered: PrimitiveCall[] = [];
  const remember = (call: PrimitiveCall) => {
    answered.push(call);
    return numbered(call);
  };
  const step = publicKeys(3);

  const driven = runAsync(step, remember, () => {
    if (answered.length === 2) throw new Error("enough");
  });

  await expect(driven).rejects.toThrow("enough");
  expect(answered).toHaveLength(2);
  expect(step.next([]).done).toBe(true);
});

/** Asks for so many keys, one by one, and returns the first byte of each. */
function* publicKeys(count: number): Step<readonly number[]> {
  const bytes: number[] = [];
  for (let i = 1; i <= count; i++) {
    const privateKey = new Uint8Array(32).fill(i);
    bytes.push((yield* ask({ op: "x25519-public", privateKey }))[0] as number);
  }
  return bytes;
}

function* broken(): Step<undefined> {
  yield* publicKeys(1);
  throw new Error("broken");
}

/** "Public keys" that begin as the private ones do. */
function numbered(call: PrimitiveCall): Bytes {
  if (call.op !== "x25519-public") throw new Error("nobody asks for that");
  return call.privateKey;
}
