// `npm run bench:timing [-- --samples 3000]`: whether how long the relay takes tells if a name exists (RR-8). Two kinds of
// requests over HTTP, in turn, so that whatever the machine does meets both; then their distributions beside each other:
// medians, and how likely so great a difference is where there is none (Mann-Whitney, two-sided). It fails where p is not
// above 0.01 or the medians are 2 % apart. The last line is JSON.
import { parseArgs } from "node:util";
import { startLogin } from "@tacit/server/testing/opaque-client";
import { RelayStage } from "@tacit/server/testing/relay-stage";
import { PASSWORD } from "@tacit/server/testing/sign-in";
import { countOf } from "../count-of.ts";

type Comparison = { readonly medianMs: readonly [number, number]; readonly deltaPercent: number; readonly p: number };

const { values } = parseArgs({ options: { samples: { type: "string", default: "3000" } } });
const SAMPLES = countOf("--samples", values.samples);
const WARM_UP = 200;
const MANY = 10_000_000;

await using stage = await RelayStage.start({
  rates: { loginsPerVisitor: MANY, loginsPerName: MANY, loginsPerNameInAll: MANY },
});
const { caller } = stage;
await stage.register("alice");
await stage.register("bob");

const begin = (login: string) => caller.ask("startLogin", { login, request: startLogin(PASSWORD).request });
const known = await compare("a name that is known and one that is not", [
  () => timed(() => begin("alice")),
  () => timed(() => begin("nobody")),
]);
// What the method says where there is nothing to say.
const names = await compare("two names that are known", [
  () => timed(() => begin("alice")),
  () => timed(() => begin("bob")),
]);
const wrong = await compare("a wrong proof for a name that is known and for one that is not", [
  () => finishOf("alice"),
  () => finishOf("nobody"),
]);
console.log(JSON.stringify({ samples: SAMPLES, known, control: names, wrong }));
const tells = ({ p, deltaPercent }: Comparison) => p <= 0.01 || deltaPercent >= 2;
process.exitCode = tells(known) || tells(wrong) ? 1 : 0;

async function finishOf(login: string): Promise<number> {
  const { attempt } = await begin(login);
  // 64 bytes of no proof, in the form of one.
  const request = Buffer.alloc(64, 7).toString("base64url");
  return timed(() => caller.call("finishLogin", { attempt, request }));
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const startedMs = performance.now();
  await action();
  return performance.now() - startedMs;
}

async function compare(
  what: string,
  [one, other]: readonly [() => Promise<number>, () => Promise<number>],
): Promise<Comparison> {
  const samples: [number[], number[]] = [[], []];
  for (let n = 0; n < SAMPLES + WARM_UP; n++) {
    // Neither is always the first.
    const turn = n % 2 === 0 ? [0, 1] : [1, 0];
    for (const which of turn) {
      const ms = await (which === 0 ? one : other)();
      if (n >= WARM_UP) samples[which as 0 | 1].push(ms);
    }
  }
  const [a, b] = [median(samples[0]), median(samples[1])];
  const comparison: Comparison = {
    medianMs: [rounded(a), rounded(b)],
    deltaPercent: rounded((100 * Math.abs(a - b)) / Math.min(a, b)),
    p: rounded(mannWhitney(...samples)),
  };
  console.log(
    `${what}: medians ${a.toFixed(3)} and ${b.toFixed(3)} ms, ${comparison.deltaPercent} % apart, p = ${comparison.p}`,
  );
  return comparison;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/** The two-sided p of the Mann-Whitney U test, by its normal approximation: samples are many and ties few. */
function mannWhitney(one: readonly number[], other: readonly number[]): number {
  const all = [...one.map((ms) => ({ ms, isOne: true })), ...other.map((ms) => ({ ms, isOne: false }))];
  all.sort((a, b) => a.ms - b.ms);
  const rankSum = all.reduce((sum, { isOne }, at) => (isOne ? sum + at + 1 : sum), 0);
  const [n, m] = [one.length, other.length];
  const u = rankSum - (n * (n + 1)) / 2;
  const z = Math.abs(u - (n * m) / 2) / Math.sqrt((n * m * (n + m + 1)) / 12);
  return 2 * (1 - normal(z));
}

/** The distribution function of the standard normal distribution; Abramowitz and Stegun 26.2.17, to 7.5e-8. */
function normal(z: number): number {
  const t = 1 / (1 + 0.2316419 * z);
  const poly = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return 1 - (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * poly;
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
