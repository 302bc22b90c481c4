import { DAY_MS, MINUTE_MS } from "@tacit/shared/limits";
import { expect, test } from "vitest";
import type { Contact } from "./kinds.ts";
import { isRepeatDue } from "./rekeying.ts";

const SAID_MS = Date.UTC(2026, 10, 22);

test("a hello that nobody heard is said again after 1, 4, 16 minutes and so on, nine times within 61 days", () => {
  const said: number[] = [];
  let unheard = { times: 0, atMs: SAID_MS };

  for (let nowMs = SAID_MS; nowMs < SAID_MS + 400 * DAY_MS; nowMs += MINUTE_MS) {
    if (!isRepeatDue({ status: "accepted", unheard }, nowMs)) continue;
    unheard = { times: unheard.times + 1, atMs: nowMs };
    said.push((nowMs - SAID_MS) / MINUTE_MS);
  }

  expect(said.slice(0, 4)).toEqual([1, 5, 21, 85]);
  expect(said).toHaveLength(9);
  expect((said.at(-1) ?? 0) * MINUTE_MS).toBeLessThan(61 * DAY_MS);
});

test("a clock that was set back delays no hello", () => {
  const unheard = { times: 7, atMs: SAID_MS };

  expect(isRepeatDue({ status: "accepted", unheard }, SAID_MS + DAY_MS)).toBe(false);
  expect(isRepeatDue({ status: "accepted", unheard }, SAID_MS - DAY_MS)).toBe(true);
});

test("nothing is said again to somebody who is not accepted, or has another key, or knows", () => {
  const unheard = { times: 0, atMs: SAID_MS };
  const nowMs = SAID_MS + DAY_MS;
  const hold = { identityKey: new Uint8Array(33), atMs: SAID_MS };
  const statuses: readonly Contact["status"][] = ["invited", "request", "ignored", "blocked"];

  for (const status of statuses) expect(isRepeatDue({ status, unheard }, nowMs)).toBe(false);
  expect(isRepeatDue({ status: "accepted", hold, unheard }, nowMs)).toBe(false);
  expect(isRepeatDue({ status: "accepted" }, nowMs)).toBe(false);
});
