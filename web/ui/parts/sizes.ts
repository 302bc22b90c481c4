import type { Place } from "./times.ts";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

/** "37 MB", in the reader's numbers: two digits at the least, in steps of a thousand. */
export function sizeOf(bytes: number, { locale }: Pick<Place, "locale">): string {
  let value = bytes;
  let step = 0;
  while (value >= 1000 && step < UNITS.length - 1) {
    value /= 1000;
    step += 1;
  }
  const unit = UNITS[step] ?? "byte";
  const maximumFractionDigits = value < 10 && step > 0 ? 1 : 0;
  // The short form of a byte has no plural in English.
  const unitDisplay = unit === "byte" ? "long" : "short";
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay, maximumFractionDigits }).format(value);
}
