import type { Look } from "./inspected.ts";
import { type Trend, trendOf } from "./trend.ts";

export type Sample = {
  /** Since everybody was there. */
  readonly atMs: number;
  readonly relay: Look;
  readonly clients: Look;
  readonly databaseMb: number;
  readonly walMb: number;
  readonly messages: number;
  readonly accounts: number;
  readonly troubles: number;
};

/** Means of ten minutes, right after the warm-up and at the end. */
type Ends = { readonly first: number; readonly last: number };
type OfProcess = {
  /** Megabytes per hour since the warm-up. */
  readonly heap: Trend | undefined;
  readonly external: Trend | undefined;
  readonly rss: Trend | undefined;
  readonly pss: Trend | undefined;
  readonly heapMb: Ends;
  readonly rssMb: Ends;
  readonly sockets: Ends;
  readonly otherDescriptors: Ends;
  readonly timers: Ends;
  readonly otherHandles: Ends;
  readonly threads: Ends;
};
export type Summary = {
  readonly samples: number;
  readonly relay: OfProcess;
  readonly clients: OfProcess;
  readonly databaseMb: Ends;
  readonly walMb: Ends & { readonly most: number };
};

const WINDOW_MS = 600_000;
/** What may go up and down with who is there, as a share and as a number. */
const SWAY = { share: 0.1, count: 3 };
const MAX_HEAP_MB_PER_HOUR = 1;

/** One moment, for whoever watches. */
export function toLine({ atMs, relay, clients, databaseMb, walMb, ...crowd }: Sample): string {
  const of = (name: string, { heapMb, rssMb, pssMb, sockets, otherDescriptors, timers, otherHandles, threads }: Look) =>
    `${name} heap ${heapMb.toFixed(2)} rss ${rssMb.toFixed(1)} pss ${pssMb.toFixed(1)} MB, ` +
    `fds ${sockets}+${otherDescriptors}, timers ${timers}, handles ${otherHandles}, threads ${threads}`;
  const { messages, accounts, troubles } = crowd;
  return [
    `${(atMs / 60_000).toFixed(1)} min`,
    of("relay", relay),
    of("clients", clients),
    `database ${databaseMb.toFixed(2)} wal ${walMb.toFixed(2)} MB`,
    `${messages} messages, ${accounts} accounts, ${troubles} troubles`,
  ].join("; ");
}

/** `warmUpMs`: what comes before is not looked at. */
export function summaryOf(samples: readonly Sample[], warmUpMs: number): Summary {
  const warm = samples.filter(({ atMs }) => atMs >= warmUpMs);
  const ofProcess = (name: "relay" | "clients"): OfProcess => {
    const ends = (kind: keyof Look) => endsOf(warm, (sample) => sample[name][kind]);
    const trend = (kind: keyof Look) =>
      rounded(trendOf(warm.map((one) => ({ atMs: one.atMs, value: one[name][kind] }))));
    return {
      heap: trend("heapMb"),
      external: trend("externalMb"),
      rss: trend("rssMb"),
      pss: trend("pssMb"),
      heapMb: ends("heapMb"),
      rssMb: ends("rssMb"),
      sockets: ends("sockets"),
      otherDescriptors: ends("otherDescriptors"),
      timers: ends("timers"),
      otherHandles: ends("otherHandles"),
      threads: ends("threads"),
    };
  };
  return {
    samples: warm.length,
    relay: ofProcess("relay"),
    clients: ofProcess("clients"),
    databaseMb: endsOf(warm, ({ databaseMb }) => databaseMb),
    walMb: { ...endsOf(warm, ({ walMb }) => walMb), most: round(Math.max(0, ...samples.map(({ walMb }) => walMb))) },
  };
}

/** Whether the relay holds no more descriptors, timers and threads than it did, and its live heap does not rise. */
export function isSteady({ relay }: Summary): boolean {
  const { sockets, otherDescriptors, timers, otherHandles, threads, heap } = relay;
  const isFlat = [sockets, otherDescriptors, timers, otherHandles, threads].every(
    ({ first, last }) => last - first <= Math.max(SWAY.count, first * SWAY.share),
  );
  return isFlat && (heap === undefined || heap.perHour - 2 * heap.error <= MAX_HEAP_MB_PER_HOUR);
}

function endsOf(samples: readonly Sample[], read: (sample: Sample) => number): Ends {
  const [from, to] = [samples.at(0)?.atMs ?? 0, samples.at(-1)?.atMs ?? 0];
  const mean = (some: readonly Sample[]) => round(some.reduce((sum, one) => sum + read(one), 0) / some.length);
  return {
    first: mean(samples.filter(({ atMs }) => atMs <= from + WINDOW_MS)),
    last: mean(samples.filter(({ atMs }) => atMs >= to - WINDOW_MS)),
  };
}

function rounded(trend: Trend | undefined): Trend | undefined {
  return trend && { perHour: round(trend.perHour), error: round(trend.error) };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
