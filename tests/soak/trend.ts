const HOUR_MS = 3_600_000;

export type Point = { readonly atMs: number; readonly value: number };
/** A straight line through points by least squares: how it rises, and the standard error of that. */
export type Trend = { readonly perHour: number; readonly error: number };

/** `undefined` for fewer than three moments. The error takes what is beside the line for independent. */
export function trendOf(points: readonly Point[]): Trend | undefined {
  if (points.length < 3) return undefined;
  const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const at = meanOf(points.map(({ atMs }) => atMs));
  const level = meanOf(points.map(({ value }) => value));
  const spread = points.reduce((sum, { atMs }) => sum + (atMs - at) ** 2, 0);
  if (spread === 0) return undefined;
  const slope = points.reduce((sum, { atMs, value }) => sum + (atMs - at) * (value - level), 0) / spread;
  const beside = points.reduce((sum, { atMs, value }) => sum + (value - level - slope * (atMs - at)) ** 2, 0);
  const error = Math.sqrt(beside / (points.length - 2) / spread);
  return { perHour: slope * HOUR_MS, error: error * HOUR_MS };
}
