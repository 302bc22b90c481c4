import { MINUTE_MS } from "@tacit/shared/limits";
import { expect, test } from "vitest";
import { loadAhead } from "./load-ahead.ts";

test("what is seldom needed is loaded a minute after the start, whether or not each of it is there", () => {
  const timers: { readonly ms: number; readonly ring: () => void }[] = [];
  const clock = {
    nowMs: () => 0,
    after(ms: number, ring: () => void) {
      timers.push({ ms, ring });
      return () => {};
    },
  };
  const loaded: string[] = [];
  const load = (name: string) => async () => {
    loaded.push(name);
    if (name === "gone") throw new TypeError("Failed to fetch dynamically imported module");
  };

  loadAhead(clock, [load("gone"), load("there")]);
  const atStart = [...loaded];
  for (const { ring } of timers) ring();

  expect([atStart, loaded, timers.map(({ ms }) => ms)]).toEqual([[], ["gone", "there"], [MINUTE_MS]]);
});
