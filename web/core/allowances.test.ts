import { expect, test } from "vitest";
import { Allowances, Bucket } from "./allowances.ts";

const limits = { each: { atOnce: 3, everyMs: 1_000 }, all: { atOnce: 5, everyMs: 100 } };

function taken(allowances: Allowances, who: string, nowMs: number, times = 10): number {
  return Array.from({ length: times }, () => allowances.take(who, nowMs)).filter((answer) => answer === "taken").length;
}

test("each has so many at once, and then one for each while", () => {
  const allowances = new Allowances(limits);

  expect(taken(allowances, "mallory", 0)).toBe(3);
  expect(taken(allowances, "mallory", 999)).toBe(0);
  expect(taken(allowances, "mallory", 1_000)).toBe(1);
  expect(taken(allowances, "mallory", 3_600_000)).toBe(3);
});

test("what one uses up is not another's, until it is too much for all together", () => {
  const allowances = new Allowances(limits);

  expect(taken(allowances, "mallory", 0)).toBe(3);
  expect(taken(allowances, "trudy", 0)).toBe(2);
  expect(taken(allowances, "bob", 0)).toBe(0);
  expect([allowances.take("mallory", 0), allowances.take("bob", 0)]).toEqual(["theirs-used", "all-used"]);
  expect(allowances.take("bob", 0, true)).toBe("taken");
});

test("whoever is forgiven has as much as at first", () => {
  const allowances = new Allowances({ ...limits, all: { atOnce: 100, everyMs: 100 } });

  expect(taken(allowances, "bob", 0)).toBe(3);
  allowances.forgive("bob");
  expect(taken(allowances, "bob", 0)).toBe(3);
});

test("a clock that is set back gives nothing", () => {
  const bucket = new Bucket({ atOnce: 1, everyMs: 1_000 });

  expect([bucket.take(10_000), bucket.take(0), bucket.take(999), bucket.take(2_000)]).toEqual([
    true,
    false,
    false,
    true,
  ]);
});
