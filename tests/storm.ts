import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { Worker } from "node:worker_threads";
import { countOf } from "./count-of.ts";
import { type Outcome, STORMS, type Storm } from "./hostile/storms.ts";
import { RelayProcess } from "./relay-process.ts";

// `npm run storm [-- --size 1000] [--only "slow|half"]`: attacks on a relay process, each on a fresh one, while one healthy pair talks. One
// line for each attack; the last line is JSON.

const MAX_P99_MS = 200;
const SAMPLE_MS = 100;
const CALM_MS = 2_000;

const { values } = parseArgs({
  options: { size: { type: "string", default: "1000" }, only: { type: "string", default: "" } },
});
const size = countOf("--size", values.size);
const results = [];
for (const storm of STORMS) {
  if (!new RegExp(values.only).test(storm.name)) continue;
  const result = await weather(storm);
  const { outcome, healthy, memoryMb } = result;
  const came = Object.entries(outcome).map(([what, count]) => `${what} ${count}`);
  const heard = `healthy pair p50 ${healthy.p50} ms, p99 ${healthy.p99} ms, longest ${healthy.longest} ms`;
  const memory = `memory ${memoryMb.before} to ${memoryMb.peak} MB`;
  console.log(`${storm.name}: ${[heard, memory, ...came].join("; ")}`);
  results.push(result);
}
console.log(JSON.stringify({ size, storms: results }));
const isBad = results.some(
  ({ isOnlyMeasured, outcome: { lost = 0, doubled = 0 }, healthy }) =>
    lost + doubled > 0 || (isOnlyMeasured !== true && healthy.p99 > MAX_P99_MS),
);
process.exit(isBad ? 1 : 0);

async function weather({ name, isOnlyMeasured, prepare }: Storm) {
  await using relay = await RelayProcess.start();
  const worker = new Worker(new URL("./hostile/healthy-pair.worker.ts", import.meta.url), {
    workerData: { origin: relay.origin },
  });
  await once(worker, "message");
  const attack = await prepare(relay.origin, size);
  await pause(CALM_MS);
  const before = relay.memoryMb();
  let peak = before;
  const sampling = setInterval(() => {
    peak = Math.max(peak, relay.memoryMb());
  }, SAMPLE_MS);
  worker.postMessage("begin");
  const outcome = await attack();
  clearInterval(sampling);
  worker.postMessage("end");
  const [taken] = (await once(worker, "message")) as [readonly number[]];
  const sorted = taken.toSorted((a, b) => a - b);
  const at = (share: number) => round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0);
  return {
    name,
    isOnlyMeasured,
    outcome: Object.fromEntries(Object.entries(outcome).map(([what, count]) => [what, round(count)])) as Outcome,
    healthy: { messages: sorted.length, p50: at(0.5), p99: at(0.99), longest: at(1) },
    memoryMb: { before: Math.round(before), peak: Math.round(peak), after: Math.round(relay.memoryMb()) },
  };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
