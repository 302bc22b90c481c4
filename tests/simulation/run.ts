import { parseArgs } from "node:util";
import { gather } from "./cast.ts";
import { FAULTS } from "./chooser.ts";
import { realCrypto } from "./crypto.ts";
import { shrink } from "./shrink.ts";
import { simulate } from "./simulate.ts";
import { stubCrypto } from "./stub-crypto.ts";

// `npm run sim -- --steps 1e6 --seed S [--stub] [--length 500] [--faults cut,kill]`: stories one after the other until so many steps are
// done. The last line is JSON. A failure prints its seed and its shrunk trace, which is what a regression file holds.

const { values } = parseArgs({
  options: {
    steps: { type: "string", default: "100000" },
    seed: { type: "string", default: "1" },
    length: { type: "string", default: "500" },
    faults: { type: "string" },
    stub: { type: "boolean", default: false },
  },
});
// Absent: each story draws some of its own.
const faults = values.faults === undefined ? undefined : FAULTS.filter((fault) => values.faults?.includes(fault));
const [wanted, length] = [Number(values.steps), Number(values.length)];
const PROGRESS_MS = 10_000;

await using cast = await gather(values.stub ? stubCrypto() : realCrypto);
const startedMs = performance.now();
let [steps, stories, messages, violations, saidMs] = [0, 0, 0, 0, startedMs];
while (steps < wanted) {
  stories += 1;
  const seed = `${values.seed}.${stories}`;
  const outcome = await simulate(cast, seed, length, faults);
  steps += outcome.steps;
  messages += outcome.messages;
  if (outcome.violations.length > 0) {
    violations += 1;
    console.log(`seed ${seed}: ${outcome.violations.join("; ")}`);
    const { trace, violations: left } = await shrink(cast, outcome);
    console.log(JSON.stringify({ seed, crypto: cast.crypto.name, left, trace }));
  }
  if (performance.now() - saidMs < PROGRESS_MS) continue;
  saidMs = performance.now();
  console.log(`${steps} steps, ${stories} stories, ${violations} of them with violations`);
}
const seconds = (performance.now() - startedMs) / 1000;
const result = { steps, seed: values.seed, crypto: cast.crypto.name, stories, messages, violations };
console.log(JSON.stringify({ ...result, seconds: Math.round(seconds), stepsPerSecond: Math.round(steps / seconds) }));
process.exitCode = violations === 0 ? 0 : 1;
