/** Milliseconds. */
export type Spread = { readonly p50: number; readonly p95: number; readonly p99: number };
/** `othersCpuPercent`: what else the machine did meanwhile, in per cent of one core. */
type Measured = { readonly othersCpuPercent: number };
export type Rate = Measured & { readonly perSecond: number; readonly perCpuSecond: number };

export type Steady = Measured & { readonly delivery: Spread; readonly acknowledgement: Spread };
export type Saturated = Rate & { readonly unfinished: number };
export type Away = {
  readonly messages: number;
  readonly stored: Rate;
  readonly drained: Rate;
  readonly lost: number;
  readonly doubled: number;
};
export type Crowd = {
  readonly connections: number;
  /** Held by the server with that many connected. */
  readonly mib: number;
  readonly logins: Rate;
};
export type Idle = { readonly emptyMib: number; readonly crowds: readonly Crowd[] };
/** Calls of fsync and fdatasync while so many messages were stored and collected. */
export type Syncs = { readonly calls: number; readonly messages: number };

/** What was measured of one server; absent is what was not asked for. */
export type Figures = {
  readonly idle?: Idle | undefined;
  readonly steady?: Steady | undefined;
  readonly saturated?: Saturated | undefined;
  readonly away?: Away | undefined;
  readonly syncs?: Syncs | undefined;
  /** One message at a time, each acknowledged before the next: whether each waits for the disk. */
  readonly syncsAlone?: Syncs | undefined;
};

export const PARTS = ["idle", "steady", "saturated", "away", "syncs"] as const;
export type Part = (typeof PARTS)[number];

/** How much is done. The same for every server. */
export type Effort = {
  /** Connected people of the steady and the saturated part: half as many pairs. */
  readonly people: number;
  readonly perSecond: number;
  readonly steadySeconds: number;
  readonly warmUpSeconds: number;
  readonly saturatedSeconds: number;
  /** Unanswered messages of one person. */
  readonly window: number;
  readonly awayMessages: number;
  readonly absent: number;
  readonly senders: number;
  readonly senderWindow: number;
  readonly crowds: readonly number[];
  readonly syncedMessages: number;
};

export const FULL: Effort = {
  people: 100,
  perSecond: 400,
  steadySeconds: 10,
  warmUpSeconds: 2,
  saturatedSeconds: 8,
  window: 8,
  awayMessages: 20_000,
  absent: 200,
  senders: 50,
  senderWindow: 16,
  crowds: [1_000, 5_000],
  syncedMessages: 1_000,
};
/** For development: says nothing about anything. */
export const SHORT: Effort = {
  ...FULL,
  steadySeconds: 3,
  saturatedSeconds: 3,
  awayMessages: 10_000,
  crowds: [200, 400],
};

export function spreadOf(values: readonly number[]): Spread {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
