/** One job, done by several in turn. `prepare` is not timed; what it returns does the job once. */
export type Contest = {
  readonly job: string;
  readonly timesPerRound: number;
  readonly prepare: readonly (() => Promise<() => Promise<void>>)[];
};

/**
 * Milliseconds for each time, by contestant: what nine rounds of ten do not undercut. On a machine that does other work
 * as well, that is close to what an idle one would take; short rounds, because a long one is always interrupted.
 */
export type Outcome = { readonly job: string; readonly bestDecileMs: readonly number[] };

const WARM_UP_ROUNDS = 10;
const ROUNDS = 100;

/** Everybody has a turn in every round, so that what else the machine does hits all alike. */
export async function runContest({ job, timesPerRound, prepare }: Contest): Promise<Outcome> {
  const contestants = await Promise.all(prepare.map((start) => start()));
  const times = contestants.map(() => [] as number[]);
  for (let round = -WARM_UP_ROUNDS; round < ROUNDS; round++) {
    for (const [i, contestant] of contestants.entries()) {
      const startedAt = performance.now();
      for (let n = 0; n < timesPerRound; n++) await contestant();
      if (round >= 0) times[i]?.push((performance.now() - startedAt) / timesPerRound);
    }
  }
  return { job, bestDecileMs: times.map(bestDecile) };
}

/** The first contestant is what the others are measured by. */
export function toTable(names: readonly string[], outcomes: readonly Outcome[]): string {
  const header = ["", ...names.flatMap((name, i) => (i === 0 ? [name] : [name, "ratio"]))];
  const rows = outcomes.map(({ job, bestDecileMs }) => {
    const [reference = Number.NaN] = bestDecileMs;
    const cells = bestDecileMs.flatMap((ms, i) => {
      const time = `${ms.toPrecision(3)} ms`;
      return i === 0 ? [time] : [time, `${(ms / reference).toPrecision(2)}x`];
    });
    return [job, ...cells];
  });
  const widths = header.map((_, column) => Math.max(...[header, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join("  ");
  return [header, ...rows].map(line).join("\n");
}

function bestDecile(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 10)] ?? Number.NaN;
}
