import type { Place } from "./times.ts";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte"] as const;
const STEP = 1_000;

/** "3.2 MB", as people read it: steps of a thousand, one digit behind the point where it tells something. */
export function sizeText(bytes: number, { locale }: Place): string {
  let value = bytes;
  let at = 0;
  while (value >= STEP && at < UNITS.length - 1) {
    value /= STEP;
    at++;
  }
  const digits = at > 1 && value < 100 ? 1 : 0;
  const format = { style: "unit", unit: UNITS[at] ?? "byte", unitDisplay: "short" } as const;
  return new Intl.NumberFormat(locale, { ...format, maximumFractionDigits: digits }).format(value);
}
