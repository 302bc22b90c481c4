import type { Random } from "@tacit/web/core/ports/random";
import { expect, test } from "vitest";
import { pickPositions } from "./pick-positions.ts";

/** Answers these numbers, two bytes each. */
function drawing(...numbers: number[]): Random {
  return () => {
    const next = numbers.shift() ?? 0;
    return Uint8Array.of(next >> 8, next & 0xff);
  };
}

test("two different words are asked for, in the order in which they stand", () => {
  expect(pickPositions(12, 2, drawing(7, 2))).toEqual([2, 7]);
  expect(pickPositions(12, 2, drawing(4, 4))).toEqual([4, 5]);
  expect(pickPositions(12, 2, drawing(11, 10))).toEqual([10, 11]);
});

test("every pair of words is asked for by as many draws as every other", () => {
  const seen = new Map<string, number>();
  for (let first = 0; first < 12; first++) {
    for (let second = 0; second < 11; second++) {
      const pair = pickPositions(12, 2, drawing(first, second)).join(" ");
      seen.set(pair, (seen.get(pair) ?? 0) + 1);
    }
  }

  expect(seen.size).toBe((12 * 11) / 2);
  expect(new Set(seen.values())).toEqual(new Set([2]));
});
