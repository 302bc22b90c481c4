import { MINUTE_MS } from "@tacit/shared/limits";
import { expect, test } from "vitest";
import { mustLock, SLEEP_MS } from "./idle-lock.ts";

const NOW_MS = 1_790_000_000_000;
const LOCK_AFTER_MS = 15 * MINUTE_MS;
const just = { activeAtMs: NOW_MS, lookedAtMs: NOW_MS, isHeld: false };
const isLocked = (idling: typeof just) => mustLock(idling, NOW_MS, LOCK_AFTER_MS);

test("nobody there for as long as was chosen locks; a moment less does not", () => {
  expect(isLocked({ ...just, activeAtMs: NOW_MS - LOCK_AFTER_MS })).toBe(true);
  expect(isLocked({ ...just, activeAtMs: NOW_MS - LOCK_AFTER_MS + 1 })).toBe(false);
});

test("a clock that jumped, forwards or back, locks: the device slept, or somebody turned it", () => {
  expect(isLocked({ ...just, lookedAtMs: NOW_MS - SLEEP_MS })).toBe(true);
  expect(isLocked({ ...just, lookedAtMs: NOW_MS + SLEEP_MS })).toBe(true);
  expect(isLocked({ ...just, lookedAtMs: NOW_MS - SLEEP_MS + 1 })).toBe(false);
});

test("what holds it open, holds it open", () => {
  expect(isLocked({ activeAtMs: 0, lookedAtMs: 0, isHeld: true })).toBe(false);
});
