import { expect, test } from "vitest";
import { trendOf } from "./trend.ts";

const MINUTE_MS = 60_000;

test("what rises by one each minute rises by sixty in an hour, without an error", () => {
  const trend = trendOf([0, 1, 2, 3].map((minute) => ({ atMs: minute * MINUTE_MS, value: 7 + minute })));

  expect(trend?.perHour).toBeCloseTo(60);
  expect(trend?.error).toBeCloseTo(0);
});

test("the error is that of a textbook", () => {
  // Anscombe, "Graphs in Statistical Analysis" (1973), the first of his four: slope 0.5001, standard error 0.1179.
  const x = [10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5];
  const y = [8.04, 6.95, 7.58, 8.81, 8.33, 9.96, 7.24, 4.26, 10.84, 4.82, 5.68];
  const trend = trendOf(x.map((hours, at) => ({ atMs: hours * 60 * MINUTE_MS, value: y[at] ?? 0 })));

  expect(trend?.perHour).toBeCloseTo(0.5001, 4);
  expect(trend?.error).toBeCloseTo(0.1179, 4);
});

test("two moments are no trend", () => {
  expect(trendOf([0, 1].map((value) => ({ atMs: value, value })))).toBeUndefined();
  expect(trendOf([1, 2, 3].map((value) => ({ atMs: 5, value })))).toBeUndefined();
});
