import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Cast, gather } from "./cast.ts";
import { Coverage } from "./coverage.ts";
import { type Crypto, realCrypto } from "./crypto.ts";
import { shrink } from "./shrink.ts";
import { replay, simulate } from "./simulate.ts";
import { stubCrypto } from "./stub-crypto.ts";

// 100,000 steps: most of them with the stand-in for the crypto, for their number, and some with the real one.
const STUB_STEPS = 97_000;
const REAL_STEPS = 3_000;
const LENGTH = 500;
const REGRESSIONS = join(import.meta.dirname, "regressions");

test.each([
  ["stub", STUB_STEPS],
  ["real", REAL_STEPS],
] as const)(
  "whatever fails on the way, what was sent is shown once, in order, to its reader alone (%s crypto)",
  {
    timeout: 600_000,
  },
  async (name, wanted) => {
    await using cast = await gather(cryptoOf(name));
    const coverage = new Coverage();
    for (let [steps, story] = [0, 1]; steps < wanted; story++) {
      const outcome = await simulate(cast, `gate ${name} ${story}`, LENGTH);
      steps += outcome.steps;
      coverage.add(outcome.coverage);
      if (outcome.violations.length > 0) throw await describe(cast, outcome);
    }
    if (name === "stub") expect(coverage.missing, `${coverage}`).toEqual([]);
  },
);

test("the same seed tells the same story", async () => {
  await using cast = await gather(stubCrypto());

  const first = await simulate(cast, "twice", LENGTH);
  const second = await simulate(cast, "twice", LENGTH);
  const again = await replay(cast, "twice", first.trace);

  expect(second.fingerprint).toBe(first.fingerprint);
  expect(second.trace).toEqual(first.trace);
  expect(again.fingerprint).toBe(first.fingerprint);
});

test("a relay that loses what it answered for is found out, and the trace is short", { timeout: 300_000 }, async () => {
  await using cast = await gather(stubCrypto());
  const post = Array(4).fill(["up Alice delivery", "commit", "down Alice delivery"]).flat();
  const loss = ["away Bob", "up Bob device", "say Alice Bob", ...post, "rob"];

  const failed = await replay(cast, "robbed", [...(await simulate(cast, "robbed", 60, [])).trace, ...loss]);
  const { trace, violations } = await shrink(cast, failed, 40);

  expect(failed.violations.join()).toContain("not shown");
  expect(violations).not.toEqual([]);
  expect(trace).toContain("rob");
  expect(trace.length).toBeLessThan(failed.trace.length / 2);
});

/** Stories that broke an invariant once. */
test.each(existsSync(REGRESSIONS) ? readdirSync(REGRESSIONS) : [])("the story of %s ends well", async (file) => {
  const { seed, crypto, trace } = JSON.parse(readFileSync(join(REGRESSIONS, file), "utf8")) as {
    readonly seed: string;
    readonly crypto: Crypto["name"];
    readonly trace: readonly string[];
  };
  await using cast = await gather(cryptoOf(crypto));

  expect((await replay(cast, seed, trace)).violations).toEqual([]);
});

function cryptoOf(name: Crypto["name"]): Crypto {
  return name === "real" ? realCrypto : stubCrypto();
}

async function describe(cast: Cast, outcome: Parameters<typeof shrink>[1]): Promise<Error> {
  const { seed, trace, violations } = await shrink(cast, outcome);
  const regression = JSON.stringify({ seed, crypto: cast.crypto.name, trace });
  return new Error(`${violations.join("; ")}\nkeep this as tests/simulation/regressions/NAME.json: ${regression}`);
}
