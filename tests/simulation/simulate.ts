import { join } from "node:path";
import type { Cast } from "./cast.ts";
import { Chooser, type Fault } from "./chooser.ts";
import type { Coverage } from "./coverage.ts";
import { judge } from "./oracle.ts";
import { settle } from "./settle.ts";
import { type Step, Story } from "./story.ts";

export type Outcome = {
  readonly seed: string;
  /** What was applied before everything settled. */
  readonly trace: readonly Step[];
  /** Those of the trace, and those that it took to settle. */
  readonly steps: number;
  readonly violations: readonly string[];
  readonly fingerprint: number;
  readonly messages: number;
  readonly coverage: Coverage;
};

let stories = 0;

/** One story of so many steps, and its end. */
export function simulate(cast: Cast, seed: string, length: number, faults?: readonly Fault[]): Promise<Outcome> {
  const chooser = new Chooser(seed, faults);
  return tell(cast, seed, (story, told) => (told < length ? chooser.next(story) : undefined));
}

/** The same steps again; those that cannot happen are left out. */
export function replay(cast: Cast, seed: string, trace: readonly Step[]): Promise<Outcome> {
  return tell(cast, seed, (_story, told) => trace[told]);
}

async function tell(
  cast: Cast,
  seed: string,
  next: (story: Story, told: number) => Step | undefined,
): Promise<Outcome> {
  stories += 1;
  const directory = join(cast.directory, `story ${stories}`);
  await using story = await Story.begin(cast, seed, directory);
  const trace: Step[] = [];
  let told = 0;
  for (let step = next(story, told); step !== undefined; step = next(story, told)) {
    told += 1;
    if (await story.apply(step)) trace.push(step);
  }
  const settling = await settle(story);
  const violations = await judge(story);
  tally(story);
  return {
    seed,
    trace,
    steps: told + settling,
    violations,
    fingerprint: story.fingerprint,
    messages: story.ledger.written.size,
    coverage: story.coverage,
  };
}

/** What only the ledger knows. */
function tally({ coverage, ledger }: Story): void {
  const both = [...ledger.direct].filter((text) => ledger.relayed.has(text)).length;
  const repeated = [...ledger.written.keys()].filter((text) => ledger.isRepeated(text)).length;
  coverage.note("a message went over a link", ledger.direct.size);
  coverage.note("a message went over a link and through the relay", both);
  coverage.note("a text left twice", repeated);
  coverage.note("a message could not be read", ledger.unreadable);
  coverage.note("a message was read before", ledger.doubles);
  coverage.note("a session began without a one-time prekey", ledger.sessionsWithoutOneTime);
}
