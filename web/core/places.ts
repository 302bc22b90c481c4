import { equalBytes } from "@tacit/shared/bytes";
import { MAX_MAILBOX_ENVELOPES } from "@tacit/shared/limits";
import type { Place } from "@tacit/shared/wire/content";
import type { Contact, Gap, OurRun, TheirRun } from "./kinds.ts";

// What messages of one device to one account say of their order, and what has not come of it. docs/PROTOCOL.md §5.11.

const MAX_RUNS = 4;
/** Of one run: the oldest are said, if they were not, and forgotten. */
const MAX_GAPS = 16;
/** Of one gap of any size: two rows at the same place would hide each other between two pages of a conversation. */
const MAX_KEPT_FREE = MAX_MAILBOX_ENVELOPES;

export type Taken = {
  readonly runs: readonly TheirRun[];
  /** Where the message belongs, if others that came after it in its run are here already. */
  readonly order?: number | undefined;
  /** The gaps that are not any more what they were. */
  readonly closed: readonly Gap[];
  /** Too many are open: nobody waits for these any longer. */
  readonly forgotten: readonly Gap[];
};

/**
 * Takes note that something came. `nextOrder` is called for places that are kept free. Whatever a sender says of places,
 * at most one gap comes of it.
 */
export function takePlace(
  runs: readonly TheirRun[] | undefined,
  { run, number, before }: Place,
  nextOrder: () => number,
  atMs: number,
): Taken {
  if (runs === undefined) return { runs: [{ run, top: number, gaps: [] }], closed: [], forgotten: [] };
  const known = runs.find((one) => equalBytes(one.run, run)) ?? { run, top: 0, gaps: [] };
  const last = Math.min(before, number - 1);
  const gaps: Gap[] = [];
  const closed: Gap[] = [];
  let order: number | undefined;
  for (const gap of known.gaps) {
    // There is nothing between a message and the one before it.
    if (gap.to <= last || gap.from > number) {
      gaps.push(gap);
      continue;
    }
    gaps.push(...part(gap, gap.from, last), ...part(gap, number + 1, gap.to));
    closed.push(gap);
    if (gap.from <= number && number <= gap.to) order = orderOf(gap, number);
  }
  if (last > known.top) gaps.push(newGap(known.top + 1, last, nextOrder, atMs));
  const now = { run, top: Math.max(known.top, number), gaps: gaps.slice(-MAX_GAPS) };
  const forgotten = gaps.slice(0, -MAX_GAPS);
  return { runs: [...runs.filter((one) => one !== known), now].slice(-MAX_RUNS), order, closed, forgotten };
}

/** Whether something of a contact has not come that nobody was told of. */
export function hasOpenGap({ theirRuns = [] }: Pick<Contact, "theirRuns">): boolean {
  return theirRuns.some(({ gaps }) => gaps.some(({ state }) => state !== "said"));
}

function newGap(from: number, to: number, nextOrder: () => number, atMs: number): Gap {
  const first = nextOrder();
  let order = first;
  for (let free = 1; free < Math.min(to - from + 1, MAX_KEPT_FREE); free++) order = nextOrder();
  return { from, to, first, order, atMs, state: "noticed" };
}

function part(gap: Gap, from: number, to: number): readonly Gap[] {
  const [start, end] = [Math.max(from, gap.from), Math.min(to, gap.to)];
  if (start > end) return [];
  return [
    { ...gap, from: start, to: end, order: orderOf(gap, end), state: gap.state === "said" ? "asked" : gap.state },
  ];
}

function orderOf(gap: Gap, number: number): number {
  return Math.max(gap.first, gap.order - (gap.to - number));
}

/** The place of a message that is encrypted now: the one it had in this run, or the next. */
export function givePlace(
  ours: OurRun | undefined,
  had: Place | undefined,
  newRun: () => Place["run"],
): { readonly ours: OurRun; readonly place: Place } {
  const { run, top, last } = ours ?? { run: newRun(), top: 0, last: 0 };
  if (had !== undefined && equalBytes(had.run, run)) {
    return { ours: { run, top, last: Math.max(last, had.number) }, place: had };
  }
  const number = top + 1;
  return { ours: { run, top: number, last: number }, place: { run, number, before: last } };
}

/**
 * The run once a message of it certainly did not leave: the next one says that there is nothing at its place. Where others
 * left after it, the next one counts on from those, and who misses this one asks.
 */
export function giveUpPlace(ours: OurRun | undefined, had: Place | undefined): OurRun | undefined {
  if (ours === undefined || had === undefined || !equalBytes(ours.run, had.run) || ours.last !== had.number)
    return ours;
  return { ...ours, last: had.before };
}
