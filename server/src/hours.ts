import { DAY_MS, HOUR_MS } from "@tacit/shared/limits";

/** No time on the disk is finer than an hour. */
export function toNextHour(timeMs: number): number {
  return Math.ceil(timeMs / HOUR_MS) * HOUR_MS;
}

/** The first millisecond of the day (UTC). */
export function toDay(timeMs: number): number {
  return Math.floor(timeMs / DAY_MS) * DAY_MS;
}

export function toNextDay(timeMs: number): number {
  return Math.ceil(timeMs / DAY_MS) * DAY_MS;
}
