import { expect, test } from "vitest";
import { SteppedClock } from "../core/testing/stepped-clock.ts";
import { type NetworkInformation, networkOf } from "./network.ts";

function watched(type?: string) {
  const [window, clock, heard] = [new EventTarget(), new SteppedClock(0), [] as boolean[]];
  const connection: EventTarget & { type?: string | undefined } = new EventTarget();
  connection.type = type;
  const stop = networkOf(window, connection as NetworkInformation, clock).watch((isUp) => heard.push(isUp));
  const change = (next?: string) => {
    connection.type = next;
    connection.dispatchEvent(new Event("change"));
  };
  return { window, clock, heard, change, stop };
}

test("a network that goes and comes is told", () => {
  const { window, heard, stop } = watched("wifi");

  window.dispatchEvent(new Event("offline"));
  window.dispatchEvent(new Event("online"));
  stop();
  window.dispatchEvent(new Event("online"));

  expect(heard).toEqual([false, true]);
});

test("another network is told, and not that the same one is faster now", () => {
  const { heard, change } = watched("wifi");

  change("wifi");
  change("cellular");
  change("cellular");
  change("none");
  change("wifi");

  expect(heard).toEqual([true, true]);
});

test("where the kind of network is not said, a change may be another one, every half minute at most", () => {
  const { heard, change, clock } = watched();

  change();
  clock.advance(30_000);
  change();
  change();
  clock.advance(29_999);
  change();

  expect(heard).toEqual([true]);
});
