// `npm test`: every suite, each with its time; one closing line over all of them. With `CI=true` also what takes real
// networks and more time: calls, routers, the compose file, and the tests in Chromium that are tagged @gate.
import { spawn as start } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { whyNoLaboratory } from "./nat/laboratory.ts";

/** `waiting`: named, and not written because what it is about is not built. */
type Tally = { readonly passed: number; readonly failed: number; readonly skipped: number; readonly waiting?: number };
/** `isGate`: only with `CI=true`, in the long run, or by its name. */
type Suite = { readonly name: string; readonly isGate?: boolean; readonly run: (say: Say) => Promise<Tally> };
/** Takes what a suite writes while it runs. */
type Say = (text: string) => void;

const root = resolve(import.meta.dirname, "..");
const isLong = process.argv.includes("--long");
const isGate = isLong || process.env["CI"] === "true";
const reports = mkdtempSync(join(tmpdir(), "tacit-tests-"));
const environment: NodeJS.ProcessEnv = { ...process.env, ...(isLong ? { TACIT_LONG: "1" } : {}) };

const first: readonly Suite[] = [
  { name: "types", run: (say) => command("typescript/bin/tsc", ["-b"], say) },
  {
    name: "lint and import rules",
    run: (say) => command("@biomejs/biome/bin/biome", ["check", "--error-on-warnings", "."], say),
  },
  { name: "build", run: build },
];
// Most of them wait a third of their time: two at once fill both cores. What floods a relay comes last. In the long run
// interop and hostile take an hour each.
const beside: readonly (readonly Suite[])[] = isLong
  ? [["unit", "contract", "hostile"].map(vitest), ["simulation", "scenarios", "interop"].map(vitest)]
  : [["unit", "contract", "interop", "hostile"].map(vitest), ["simulation", "scenarios"].map(vitest)];
const last: readonly Suite[] = [
  vitest("browser"),
  { name: "looks", run: (say) => playwright("looks", "tests/e2e", say, ["app-looks", "--workers=2"]) },
  {
    name: "end to end",
    run: (say) =>
      playwright("e2e", "tests/e2e", say, ["e2e/(?!app-looks|call|link)[^/]+$", "--workers=2", ...withoutGate()]),
  },
  // Sound and pictures want both cores for one test.
  { name: "calls", isGate: true, run: (say) => playwright("calls", "tests/e2e", say, ["e2e/(call|link)[^/]+$"]) },
  { name: "nat", isGate: true, run: networks },
  { name: "compose", isGate: true, run: (say) => script("compose", say) },
  ...(isLong ? [{ name: "release", run: (say: Say) => script("release", say) }] : []),
];

const only = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const isNamed = (name: string) => only.some((wanted) => name.includes(wanted));
const isOfThisRun = (name: string) =>
  [...beside.flat(), ...last].some((suite) => suite.name === name && isWanted(suite));
const isWanted = ({ name, isGate: isOfGate = false }: Suite) =>
  only.length === 0 ? isGate || !isOfGate : isNamed(name);
const total = { passed: 0, failed: 0, skipped: 0, waiting: 0 };
await inTurn(first, true);
const prepared = isOfThisRun("compose") && isOfThisRun("unit") ? prepareCompose() : undefined;
await Promise.all(beside.map((suites, at) => inTurn(suites, at === 0)));
// To a Chromium, an engine that still works for `compose` is a network that changes.
await prepared;
await inTurn(last, true);
rmSync(reports, { recursive: true });
if (total.waiting > 0) console.log(`\n${total.waiting} wait for what is not built`);
if (total.skipped > 0) console.log(`\n${total.skipped} skipped`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

/** Not `isLive`: what a suite says is shown once it has ended, as another one is speaking. */
async function inTurn(suites: readonly Suite[], isLive: boolean): Promise<void> {
  for (const { name, run } of suites.filter(isWanted)) {
    const startedMs = performance.now();
    const held: string[] = [];
    if (isLive) console.log(`\n=== ${name}`);
    const {
      passed,
      failed,
      skipped,
      waiting = 0,
    } = await run(isLive ? (text) => process.stdout.write(text) : (text) => held.push(text));
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
    total.waiting += waiting;
    const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
    if (!isLive) console.log(`\n=== ${name}\n${held.join("")}`);
    console.log(
      `=== ${name}: ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""} in ${seconds} s`,
    );
  }
}

/** `hear`: its standard output, if not `say` as well. */
type Place = { readonly cwd?: string; readonly more?: NodeJS.ProcessEnv; readonly hear?: Say };

/** Whether a program of this project ended well. `path`: from the root. */
async function node(
  path: string,
  args: readonly string[],
  say: Say,
  { cwd = root, more, hear = say }: Place = {},
): Promise<boolean> {
  const child = start(process.execPath, [join(root, path), ...args], {
    cwd,
    stdio: ["inherit", "pipe", "pipe"],
    env: { ...(process.stdout.isTTY && { FORCE_COLOR: "1" }), ...environment, ...more },
  });
  child.stdout.setEncoding("utf8").on("data", hear);
  child.stderr.setEncoding("utf8").on("data", say);
  const [status] = await once(child, "close");
  return status === 0;
}

async function command(bin: string, args: readonly string[], say: Say, place: Place = {}): Promise<Tally> {
  const isDone = await node(`node_modules/${bin}`, args, say, place);
  return { passed: isDone ? 1 : 0, failed: isDone ? 0 : 1, skipped: 0 };
}

/** What browsers load, and the relay as `npm start` runs it: from its sources it starts a second later, each time. */
async function build(say: Say): Promise<Tally> {
  const build = (folder: string) =>
    command("vite/bin/vite.js", ["build", "--logLevel", "warn"], say, { cwd: join(root, folder) });
  const web = await build("web");
  const relay = await build("server");
  if (relay.failed === 0) environment["TACIT_BUILT_RELAY"] = join(root, "server/dist/main.js");
  return { passed: web.passed + relay.passed, failed: web.failed + relay.failed, skipped: 0 };
}

function vitest(name: string): Suite {
  const run = async (say: Say): Promise<Tally> => {
    const report = join(reports, `${name}.json`);
    const reporters = ["--reporter=dot", "--reporter=json", `--outputFile.json=${report}`];
    const isDone = await node("node_modules/vitest/vitest.mjs", ["run", "--project", name, ...reporters], say);
    if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
    const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numFailedTestSuites } = JSON.parse(
      readFileSync(report, "utf8"),
    ) as Record<
      "numPassedTests" | "numFailedTests" | "numPendingTests" | "numTodoTests" | "numFailedTestSuites",
      number
    >;
    // A file that does not load, or an error outside every test, has no failed test of its own.
    const failed = Math.max(numFailedTests, isDone ? 0 : Math.max(1, numFailedTestSuites));
    return { passed: numPassedTests, failed, skipped: numPendingTests, waiting: numTodoTests };
  };
  return { name, run };
}

function withoutGate(): readonly string[] {
  return isGate || only.length > 0 ? [] : ["--grep-invert", "@gate"];
}

/** What the suite `compose` stands on takes minutes to make, where it has never been made. */
async function prepareCompose(): Promise<void> {
  await node("tests/compose-prepare.ts", [], () => {});
}

/** Two homes behind routers: a few pairs of routers here, all of them when asked for by name, or in the long run. */
async function networks(say: Say): Promise<Tally> {
  const reason = whyNoLaboratory();
  if (reason !== undefined) {
    say(`skipped: ${reason}\n`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  return playwright("nat", "tests/nat", say, isLong || only.includes("nat") ? [] : ["--grep", "@gate"]);
}

/** A script of its own, with a closing line like ours: the compose file where an engine is or can be started, and more. */
async function script(name: string, say: Say): Promise<Tally> {
  let said = "";
  const hear = (text: string) => {
    said += text;
    say(text);
  };
  await node(`tests/${name}.ts`, [], say, { hear });
  const closing = /(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$/.exec(said);
  // One that ends without it has fallen over.
  if (closing === null) return { passed: 0, failed: 1, skipped: 0 };
  const [passed = 0, failed = 0, skipped = 0] = closing.slice(1).map((count) => Number(count ?? 0));
  return { passed, failed, skipped };
}

async function playwright(name: string, folder: string, say: Say, more: readonly string[] = []): Promise<Tally> {
  const report = join(reports, `${name}.json`);
  const isDone = await node(
    "node_modules/@playwright/test/cli.js",
    // What a failure left behind stays until the same suite runs again.
    ["test", "--config", folder, "--reporter=list,json", "--output", join(root, "node_modules/.cache", name), ...more],
    say,
    { more: { PLAYWRIGHT_JSON_OUTPUT_NAME: report } },
  );
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const { stats } = JSON.parse(readFileSync(report, "utf8")) as {
    readonly stats: Record<"expected" | "unexpected" | "flaky" | "skipped", number>;
  };
  // A test that passes at the second attempt is a failure: there are no second attempts here.
  const failed = stats.unexpected + stats.flaky;
  return { passed: stats.expected, failed: Math.max(failed, isDone ? 0 : 1), skipped: stats.skipped };
}
