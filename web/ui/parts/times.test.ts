import { expect, test } from "vitest";
import { dayLabel, dayOf, duration, fromNow, listTime } from "./times.ts";

const place = { locale: "en-GB", timeZone: "Europe/Berlin" };
const now = Date.parse("2026-11-21T15:00:00+01:00");
const at = (text: string) => Date.parse(text);

test("a list shows the shortest time that is clear", () => {
  expect(listTime(at("2026-11-21T14:59:30+01:00"), now, place)).toBe("now");
  expect(listTime(at("2026-11-21T14:55:00+01:00"), now, place)).toBe("5m");
  expect(listTime(at("2026-11-21T09:05:00+01:00"), now, place)).toBe("09:05");
  expect(listTime(at("2026-11-17T09:05:00+01:00"), now, place)).toBe("Tue");
  expect(listTime(at("2026-03-03T09:05:00+01:00"), now, place)).toBe("3 Mar");
  expect(listTime(at("2025-03-03T09:05:00+01:00"), now, place)).toBe("3 Mar 2025");
});

test("a clock that runs ahead reads as now", () => {
  expect(listTime(now + 90_000, now, place)).toBe("now");
});

test("a divider names the day as people say it", () => {
  expect(dayLabel(at("2026-11-21T00:01:00+01:00"), now, place)).toBe("Today");
  expect(dayLabel(at("2026-11-20T23:59:00+01:00"), now, place)).toBe("Yesterday");
  expect(dayLabel(at("2026-11-16T12:00:00+01:00"), now, place)).toBe("Monday");
  expect(dayLabel(at("2026-11-10T12:00:00+01:00"), now, place)).toBe("10 November");
  expect(dayLabel(at("2025-12-31T12:00:00+01:00"), now, place)).toBe("31 December 2025");
});

test("a span is told in the largest unit that is not a lie", () => {
  const HOUR = 3_600_000;
  expect(duration(40_000, place)).toBe("40 seconds");
  expect(duration(11 * 60_000, place)).toBe("11 minutes");
  expect(duration(5 * HOUR, place)).toBe("5 hours");
  expect(duration(47 * HOUR, place)).toBe("47 hours");
  expect(duration(70 * HOUR, { locale: "de" })).toBe("3 Tage");
  expect(fromNow(now + 20 * 60_000, now, place)).toBe("in 20 minutes");
  expect(fromNow(now + 30 * 24 * HOUR, now, place)).toBe("in 30 days");
  expect(fromNow(now + 3 * 24 * HOUR, now, { locale: "de" })).toBe("in 3 Tagen");
});

test("a day ends at midnight of the reader", () => {
  expect(dayOf(at("2026-11-20T23:30:00Z"), place)).toBe(dayOf(now, place));
  expect(dayOf(at("2026-11-20T22:30:00Z"), place)).toBe(dayOf(now, place) - 1);
});
