import type { IncomingMessage } from "node:http";
import { DAY_MS } from "@tacit/shared/limits";
import { expect, test } from "vitest";
import { addressOf } from "./addresses.ts";
import { FakeClock } from "./testing/fake-clock.ts";
import { seededRandom } from "./testing/seeded-random.ts";
import { Visitors } from "./visitors.ts";

const request = (remoteAddress: string, forwarded?: string) =>
  ({ socket: { remoteAddress }, headers: { "x-forwarded-for": forwarded } }) as unknown as IncomingMessage;

test("a visitor has one name a day, which says nothing of the address", () => {
  const clock = new FakeClock();
  const visitors = new Visitors(clock, seededRandom("visitors"));
  const today = visitors.nameOf("192.0.2.7");

  expect(visitors.nameOf("192.0.2.7")).toBe(today);
  expect(visitors.nameOf("192.0.2.8")).not.toBe(today);
  expect(today).not.toContain("192.0.2.7");
  clock.advance(DAY_MS);
  expect(visitors.nameOf("192.0.2.7")).not.toBe(today);
});

test.each([
  ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::9", true],
  ["2001:db8:1:2::1", "2001:db8:1:3::1", false],
  ["2001:db8::1", "2001:db8:0:0:ffff::1", true],
  ["::1", "::2", true],
  ["::ffff:192.0.2.7", "192.0.2.7", true],
  ["::ffff:192.0.2.7", "::ffff:192.0.2.8", false],
])("%s and %s are the same visitor: %s", (one, other, isSame) => {
  const visitors = new Visitors(new FakeClock(), seededRandom("visitors"));

  expect(visitors.nameOf(one) === visitors.nameOf(other)).toBe(isSame);
});

test.each([
  ["a front on this machine says who called", true, "127.0.0.1", "203.0.113.5", "203.0.113.5"],
  [
    "the front's own word counts, not what callers wrote before it",
    true,
    "::ffff:10.0.0.2",
    "1.1.1.1, 203.0.113.5",
    "203.0.113.5",
  ],
  ["a caller from the open network is not believed", true, "203.0.113.9", "203.0.113.5", "203.0.113.9"],
  ["without a front nobody is believed", false, "127.0.0.1", "203.0.113.5", "127.0.0.1"],
  ["a front that says nothing is the caller itself", true, "127.0.0.1", undefined, "127.0.0.1"],
])("%s", (_what, isBehindFront, remote, forwarded, expected) => {
  expect(addressOf(request(remote, forwarded), isBehindFront)).toBe(expected);
});
