import { DAY_MS, MINUTE_MS } from "@tacit/shared/limits";
import { expect, test } from "vitest";
import { buildDiskGuard, DISK_RESERVE_BYTES } from "./disk-guard.ts";
import { FakeClock } from "./testing/fake-clock.ts";

test("the disk is looked at again soon, also when the clock was set back", () => {
  const clock = new FakeClock();
  let freeBytes = 0;
  let looks = 0;
  const isFull = buildDiskGuard(clock, () => {
    looks++;
    return freeBytes;
  });
  expect([isFull(), isFull(), looks]).toEqual([true, true, 1]);

  freeBytes = DISK_RESERVE_BYTES;
  clock.jump(-400 * DAY_MS);
  clock.advance(MINUTE_MS);

  expect(isFull()).toBe(false);
});
