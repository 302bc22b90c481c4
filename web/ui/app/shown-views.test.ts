import type { Client } from "@tacit/web/core/client-api";
import type { Phase } from "@tacit/web/core/views";
import { expect, test } from "vitest";
import { keyOfQuery, ShownViews } from "./shown-views.ts";

const KEY = keyOfQuery({ view: "phase" });

test("a view that several screens show is watched once, and until the last of them is gone", () => {
  const { client, watches } = watchable();
  const views = new ShownViews(client);
  const [one, other]: [Phase[], Phase[]] = [[], []];

  const leave = views.watch<{ view: "phase" }>(KEY, (phase) => one.push(phase));
  watches[0]?.({ phase: "empty" });
  const leaveToo = views.watch<{ view: "phase" }>(KEY, (phase) => other.push(phase));
  expect(watches).toHaveLength(1);
  expect(other).toEqual([{ phase: "empty" }]);

  leave();
  watches[0]?.({ phase: "open" });
  expect([one, other]).toEqual([[{ phase: "empty" }], [{ phase: "empty" }, { phase: "open" }]]);

  leaveToo();
  expect(watches).toEqual([]);
  expect(views.present(KEY)).toBeUndefined();
});

test("a value that says the same as the one before is not said again", () => {
  const { client, watches } = watchable();
  const views = new ShownViews(client);
  const heard: Phase[] = [];
  views.watch<{ view: "phase" }>(KEY, (phase) => heard.push(phase));

  watches[0]?.({ phase: "open" });
  watches[0]?.({ phase: "open" });

  expect(heard).toHaveLength(1);
  expect(views.present(KEY)).toBe(heard[0]);
});

test("whoever stops twice takes nobody else's view away", () => {
  const { client, watches } = watchable();
  const views = new ShownViews(client);
  const leave = views.watch(KEY, () => undefined);
  views.watch(KEY, () => undefined);

  leave();
  leave();

  expect(watches).toHaveLength(1);
});

/** A client whose watches are called by hand. */
function watchable() {
  const watches: ((value: Phase) => void)[] = [];
  const watch = (_: unknown, listener: (value: Phase) => void) => {
    watches.push(listener);
    return () => void watches.splice(watches.indexOf(listener), 1);
  };
  return { client: { watch } as unknown as Client, watches };
}
