import type { AccountId } from "@tacit/shared/ids";
import { expect, test } from "vitest";
import { Chance } from "../simulation/chance.ts";
import { discloses, type SeenPost } from "./disclosure.ts";
import { areaUnderCurve, type Pair } from "./seizure.ts";

const SECOND_MS = 1_000;
const WINDOW = { fromMs: 0, toMs: SECOND_MS };

/** A hundred messages each way of twenty pairs, in an hour; `answersMs`: when their receipts come, if they do. */
function areaWhere(answersMs: number | undefined): number {
  const chance = new Chance("disclosure");
  const people = Array.from({ length: 40 }, (_, n) => `person ${n}` as AccountId);
  const linked = people.flatMap((one, n): Pair[] => (n % 2 === 0 ? [[one, people[n + 1] ?? one]] : []));
  const unlinked = people.slice(2).map((one, n): Pair => [people[n] ?? one, one]);
  const posts: SeenPost[] = [];
  for (const pair of linked) {
    for (const [to, from] of [pair, pair.toReversed()] as const) {
      for (let n = 0; n < 100; n++) {
        const atMs = chance.below(3_600 * SECOND_MS);
        posts.push({ atMs, to: to as AccountId });
        if (answersMs !== undefined) posts.push({ atMs: atMs + answersMs, to: from as AccountId });
      }
    }
  }
  return areaUnderCurve(discloses(posts, WINDOW), linked, unlinked);
}

test("MD-2: the measure finds who answers whom, and guesses where nobody answers in time", () => {
  expect(areaWhere(300)).toBe(1);
  // Standard error 0.08 with so few pairs.
  expect(Math.abs(areaWhere(undefined) - 0.5)).toBeLessThan(0.24);
  expect(Math.abs(areaWhere(30 * SECOND_MS) - 0.5)).toBeLessThan(0.24);
});
