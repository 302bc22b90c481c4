import { expect, test } from "vitest";
import { Budget } from "./budget.ts";
import { Expiring } from "./expiring.ts";
import { FakeClock } from "./testing/fake-clock.ts";

test("what is remembered is given until its time is up, and taken once", () => {
  const clock = new FakeClock();
  const memory = new Expiring<string>(clock, 1000, 10);
  memory.put("a", "1");
  clock.advance(999);

  expect([memory.get("a"), memory.take("a"), memory.take("a")]).toEqual(["1", "1", undefined]);
  memory.put("b", "2");
  clock.advance(1000);
  expect([memory.get("b"), memory.take("b")]).toEqual([undefined, undefined]);
});

test("the oldest goes first when memory is full", () => {
  const memory = new Expiring<number>(new FakeClock(), 1000, 2);
  for (const [i, key] of ["a", "b", "a", "c"].entries()) memory.put(key, i);

  expect(["a", "b", "c"].map((key) => memory.get(key))).toEqual([2, undefined, 3]);
});

test("a budget is spent per key, given back, and new in the next window", () => {
  const clock = new FakeClock();
  const budget = new Budget(clock, 1000, 2);

  expect([budget.spend("a"), budget.spend("a"), budget.spend("a"), budget.spend("b")]).toEqual([
    true,
    true,
    false,
    true,
  ]);
  budget.refund("a");
  expect([budget.spend("a"), budget.spend("a")]).toEqual([true, false]);
  clock.advance(1000);
  expect(budget.spend("a")).toBe(true);
});
