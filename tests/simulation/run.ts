import { parseArgs } from "node:util";
import { countOf } from "../count-of.ts";
import { gather } from "./cast.ts";
import { FAULTS } from "./chooser.ts";
import { Coverage } from "./coverage.ts";
import { realCrypto } from "./crypto.ts";
import { shrink } from "./shrink.ts";
import { simulate } from "./simulate.ts";
import { stubCrypto } from "./stub-crypto.ts";

// `npm run sim -- --steps 1e6 --seed S [--stub] [--length 500] [--faults cut,kill] [--first 12] [--minutes 20] [--one]`:
// stories one after the other, from the first or from that one on, until so many steps are done, that time is over, or
// one has failed. A failure prints
// its seed and its shrunk trace, which is what a regression file holds. The last line is JSON.

const { values } = parseArgs({
  options: {
    steps: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    length: { type: "string", default: "500" },
    faults: { type: "string" },
    first: { type: "string", default: "1" },
    minutes: { type: "string" },
    one: { type: "boolean", default: false },
    stub: { type: "boolean", default: false },
  },
});
// Absent: each story draws some of its own.
const faults = values.faults === undefined ? undefined : FAULTS.filter((fault) => values.faults?.includes(fault));
const [wanted, length] = [countOf("--steps", values.steps), countOf("--length", values.length)];
const first = countOf("--first", values.first);
const minutes = values.minutes === undefined ? Number.POSITIVE_INFINITY : countOf("--minutes", values.minutes);
/** After so many, what never happened counts as a fault of the stories. */
const ENOUGH_STEPS = 100_000;
const PROGRESS_MS = 10_000;

await using cast = await gather(values.stub ? stubCrypto() : realCrypto);
const coverage = new Coverage();
const startedMs = performance.now();
let [steps, stories, messages, violations, saidMs] = [0, first - 1, 0, 0, startedMs];
const endMs = startedMs + minutes * 60_000;
while (steps < wanted && performance.now() < endMs) {
  stories += 1;
  const seed = `${values.seed}.${stories}`;
  const outcome = await simulate(cast, seed, length, faults).catch((failure: unknown) => {
    throw new Error(`seed ${seed} could not be told to its end`, { cause: failure });
  });
  steps += outcome.steps;
  messages += outcome.messages;
  coverage.add(outcome.coverage);
  if (outcome.violations.length > 0) {
    violations += 1;
    console.log(`${values.one ? `${steps} steps, ` : ""}seed ${seed}: ${outcome.violations.join("; ")}`);
    if (values.one) break;
    const { trace, violations: left } = await shrink(cast, outcome);
    console.log(JSON.stringify({ seed, crypto: cast.crypto.name, left, trace }));
  }
  if (performance.now() - saidMs < PROGRESS_MS) continue;
  saidMs = performance.now();
  console.log(`${steps} steps, ${stories} stories, ${violations} of them with violations`);
}
console.log(`how often what happened: ${coverage}`);
const isCovered = faults !== undefined || steps < ENOUGH_STEPS || coverage.missing.length === 0;
if (!isCovered) console.log(`never happened: ${coverage.missing.join(", ")}`);
const seconds = (performance.now() - startedMs) / 1000;
const result = { steps, seed: values.seed, crypto: cast.crypto.name, stories, messages, violations };
console.log(JSON.stringify({ ...result, seconds: Math.round(seconds), stepsPerSecond: Math.round(steps / seconds) }));
process.exitCode = violations === 0 && isCovered ? 0 : 1;
