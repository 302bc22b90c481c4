import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from "@tacit/shared/limits";

/** Where the reader is. Both default to what the browser says. */
export type Place = { readonly locale?: string | undefined; readonly timeZone?: string | undefined };

/** For a list: now, 5m, 14:02, Tue, 3 Mar, 3 Mar 2025. */
export function listTime(atMs: number, nowMs: number, place: Place = {}): string {
  const age = nowMs - atMs;
  if (age < MINUTE_MS) return new Intl.RelativeTimeFormat(place.locale, { numeric: "auto" }).format(0, "second");
  if (age < HOUR_MS) return unit(Math.floor(age / MINUTE_MS), "minute", place);
  const days = daysBetween(atMs, nowMs, place);
  if (days === 0) return timeOfDay(atMs, place);
  if (days < 7) return format(atMs, place, { weekday: "short" });
  return shortDate(atMs, nowMs, place);
}

/** For a divider: Today, Yesterday, Tuesday, 3 March, 3 March 2025. */
export function dayLabel(atMs: number, nowMs: number, place: Place = {}): string {
  const days = daysBetween(atMs, nowMs, place);
  if (days === 0 || days === 1) {
    const words = new Intl.RelativeTimeFormat(place.locale, { numeric: "auto" }).format(-days, "day");
    return words.slice(0, 1).toLocaleUpperCase(place.locale) + words.slice(1);
  }
  if (days > 1 && days < 7) return format(atMs, place, { weekday: "long" });
  return format(atMs, place, { day: "numeric", month: "long", ...yearIfOther(atMs, nowMs, place) });
}

export function shortDate(atMs: number, nowMs: number, place: Place = {}): string {
  return format(atMs, place, { day: "numeric", month: "short", ...yearIfOther(atMs, nowMs, place) });
}

export function timeOfDay(atMs: number, place: Place = {}): string {
  return format(atMs, place, { hour: "2-digit", minute: "2-digit" });
}

/** Date, time and zone, for a tooltip. */
export function fullTime(atMs: number, place: Place = {}): string {
  return format(atMs, place, { dateStyle: "full", timeStyle: "long" });
}

/** About how long: 40 seconds, 12 minutes, 5 hours, 3 days. */
export function duration(ms: number, place: Place = {}): string {
  const [unit, unitMs] = ms < 2 * HOUR_MS ? secondsOrMinutes(ms) : hoursOrDays(ms);
  return new Intl.NumberFormat(place.locale, { style: "unit", unit, unitDisplay: "long" }).format(
    Math.round(ms / unitMs),
  );
}

/** How long a call was: 1:05, 1:02:05. */
export function lengthOf(ms: number): string {
  const seconds = Math.floor(ms / SECOND_MS);
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (part: number) => String(part).padStart(2, "0");
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** When something ends, seen from now: in 3 days, in 5 hours, 2 days ago. */
export function fromNow(atMs: number, nowMs: number, place: Place = {}): string {
  const ms = atMs - nowMs;
  const [unit, unitMs] = Math.abs(ms) < HOUR_MS ? (["minute", MINUTE_MS] as const) : hoursOrDays(Math.abs(ms));
  return new Intl.RelativeTimeFormat(place.locale).format(Math.round(ms / unitMs), unit);
}

function secondsOrMinutes(ms: number) {
  return ms < MINUTE_MS ? (["second", SECOND_MS] as const) : (["minute", MINUTE_MS] as const);
}

function hoursOrDays(ms: number) {
  return ms < 2 * DAY_MS ? (["hour", HOUR_MS] as const) : (["day", DAY_MS] as const);
}

/** A number that is the same for times of one calendar day and different for others. */
export function dayOf(atMs: number, place: Place = {}): number {
  if (place.timeZone === undefined) {
    const date = new Date(atMs);
    return Date.UTC(date.getFullYear(), date.getMonth(), date.getDate()) / DAY_MS;
  }
  const parts = formatter({ ...place, locale: "en-u-ca-gregory" }, DAY).formatToParts(atMs);
  const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(part("year"), part("month") - 1, part("day")) / DAY_MS;
}

const DAY = { year: "numeric", month: "numeric", day: "numeric" } as const;

function daysBetween(atMs: number, nowMs: number, place: Place): number {
  return dayOf(nowMs, place) - dayOf(atMs, place);
}

function yearIfOther(atMs: number, nowMs: number, place: Place): Intl.DateTimeFormatOptions {
  const year = (timeMs: number) => format(timeMs, { ...place, locale: "en-u-ca-gregory" }, { year: "numeric" });
  return year(atMs) === year(nowMs) ? {} : { year: "numeric" };
}

function unit(count: number, name: string, place: Place): string {
  return new Intl.NumberFormat(place.locale, { style: "unit", unit: name, unitDisplay: "narrow" }).format(count);
}

function format(atMs: number, place: Place, options: Intl.DateTimeFormatOptions): string {
  return formatter(place, options).format(atMs);
}

// To make one takes longer than to format a hundred times with it, and a conversation shows hundreds of times.
const formatters = new Map<string, Intl.DateTimeFormat>();

function formatter({ locale, timeZone }: Place, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = [locale, timeZone ?? zoneOfDevice(), JSON.stringify(options)].join(" ");
  const made = formatters.get(key) ?? new Intl.DateTimeFormat(locale, { timeZone, ...options });
  formatters.set(key, made);
  return made;
}

/** A traveller's device changes its zone under an open page: what differs between zones is how far they are from UTC. */
function zoneOfDevice(): string {
  return [0, 6].map((month) => new Date(2026, month).getTimezoneOffset()).join();
}
