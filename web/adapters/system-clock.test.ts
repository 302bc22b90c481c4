import { afterEach, expect, test, vi } from "vitest";
import { systemClock } from "./system-clock.ts";

const MONTH_MS = 30 * 86_400_000;

afterEach(() => {
  vi.useRealTimers();
});

test("a wait longer than a timer can hold ends when it should", () => {
  vi.useFakeTimers();
  const startMs = systemClock.nowMs();
  let rangAtMs = 0;

  systemClock.after(MONTH_MS, () => {
    rangAtMs = systemClock.nowMs();
  });
  vi.runAllTimers();

  expect(rangAtMs - startMs).toBe(MONTH_MS);
});

test("a cancelled wait never ends, neither in its first part nor in a later one", () => {
  vi.useFakeTimers();
  const rung: string[] = [];

  systemClock.after(10, () => rung.push("early"))();
  const cancelLate = systemClock.after(MONTH_MS, () => rung.push("late"));
  vi.advanceTimersByTime(MONTH_MS - 1);
  cancelLate();
  vi.runAllTimers();

  expect(rung).toEqual([]);
});
