// `npm test`: every suite, one after the other, each with its time; one closing line over all of them. With `CI=true` also
// what takes real networks and more time: calls, routers, the compose file, and the tests in Chromium that are tagged @gate.
import { spawn as spawnBeside, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { whyNoLaboratory } from "./nat/laboratory.ts";

/** `waiting`: named, and not written because what it is about is not built. */
type Tally = { readonly passed: number; readonly failed: number; readonly skipped: number; readonly waiting?: number };
/** `isGate`: only with `CI=true`, in the long run, or by its name. */
type Suite = { readonly name: string; readonly isGate?: boolean; readonly run: () => Tally };

const root = resolve(import.meta.dirname, "..");
const isLong = process.argv.includes("--long");
const isGate = isLong || process.env["CI"] === "true";
const reports = mkdtempSync(join(tmpdir(), "tacit-tests-"));
const environment = { ...process.env, ...(isLong ? { TACIT_LONG: "1" } : {}) };

const suites: readonly Suite[] = [
  { name: "types", run: () => command("typescript/bin/tsc", ["-b"]) },
  {
    name: "lint and import rules",
    run: () => command("@biomejs/biome/bin/biome", ["check", "--error-on-warnings", "."]),
  },
  ...["unit", "contract", "interop", "scenarios", "hostile", "simulation"].map((name) => ({
    name,
    run: () => vitest(name),
  })),
  { name: "build", run: () => command("vite/bin/vite.js", ["build", "--logLevel", "warn"], join(root, "web")) },
  { name: "browser", run: () => vitest("browser") },
  { name: "looks", run: () => playwright("looks", "tests/e2e", ["app-looks", "--workers=2"]) },
  {
    name: "end to end",
    run: () => playwright("e2e", "tests/e2e", ["e2e/(?!app-looks|call|link)[^/]+$", "--workers=2", ...withoutGate()]),
  },
  // Sound and pictures want both cores for one test.
  { name: "calls", isGate: true, run: () => playwright("calls", "tests/e2e", ["e2e/(call|link)[^/]+$"]) },
  { name: "nat", isGate: true, run: networks },
  { name: "compose", isGate: true, run: () => script("compose") },
  ...(isLong ? [{ name: "release", run: () => script("release") }] : []),
];

const only = process.argv.slice(2).filter((argument) => !argument.startsWith("--"));
const isNamed = (name: string) => only.some((wanted) => name.includes(wanted));
const isWanted = ({ name, isGate: isOfGate = false }: Suite) =>
  only.length === 0 ? isGate || !isOfGate : isNamed(name);
const total = { passed: 0, failed: 0, skipped: 0, waiting: 0 };
const wanted = suites.filter(isWanted);
const names = wanted.map(({ name }) => name);
const prepared = names.includes("compose") && names.includes("unit") ? prepareCompose() : undefined;
for (const { name, run } of wanted) {
  if (name === "browser") await prepared;
  const startedMs = performance.now();
  console.log(`\n=== ${name}`);
  const { passed, failed, skipped, waiting = 0 } = run();
  total.passed += passed;
  total.failed += failed;
  total.skipped += skipped;
  total.waiting += waiting;
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);
  console.log(
    `=== ${name}: ${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""} in ${seconds} s`,
  );
}
rmSync(reports, { recursive: true });
if (total.waiting > 0) console.log(`\n${total.waiting} wait for what is not built`);
if (total.skipped > 0) console.log(`\n${total.skipped} skipped`);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;

function spawn(bin: string, args: readonly string[], cwd = root, extra: NodeJS.ProcessEnv = {}): boolean {
  const path = join(root, "node_modules", bin);
  const { status } = spawnSync(process.execPath, [path, ...args], {
    cwd,
    stdio: "inherit",
    env: { ...environment, ...extra },
  });
  return status === 0;
}

function command(bin: string, args: readonly string[], cwd = root): Tally {
  return spawn(bin, args, cwd) ? { passed: 1, failed: 0, skipped: 0 } : { passed: 0, failed: 1, skipped: 0 };
}

function vitest(project: string): Tally {
  const report = join(reports, `${project}.json`);
  const reporters = ["--reporter=dot", "--reporter=json", `--outputFile.json=${report}`];
  const isDone = spawn("vitest/vitest.mjs", ["run", "--project", project, ...reporters]);
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, numFailedTestSuites } = JSON.parse(
    readFileSync(report, "utf8"),
  ) as Record<"numPassedTests" | "numFailedTests" | "numPendingTests" | "numTodoTests" | "numFailedTestSuites", number>;
  // A file that does not load, or an error outside every test, has no failed test of its own.
  const failed = Math.max(numFailedTests, isDone ? 0 : Math.max(1, numFailedTestSuites));
  return { passed: numPassedTests, failed, skipped: numPendingTests, waiting: numTodoTests };
}

function withoutGate(): readonly string[] {
  return isGate || only.length > 0 ? [] : ["--grep-invert", "@gate"];
}

/** What the last suite stands on takes minutes to make, where it has never been made. */
async function prepareCompose(): Promise<void> {
  const script = join(root, "tests/compose-prepare.ts");
  await once(spawnBeside(process.execPath, [script], { cwd: root, env: environment, stdio: "ignore" }), "exit");
}

/** Two homes behind routers: a few pairs of routers here, all of them when asked for by name, or in the long run. */
function networks(): Tally {
  const reason = whyNoLaboratory();
  if (reason !== undefined) {
    console.log(`skipped: ${reason}`);
    return { passed: 0, failed: 0, skipped: 1 };
  }
  return playwright("nat", "tests/nat", isLong || only.includes("nat") ? [] : ["--grep", "@gate"]);
}

/** A script of its own, with a closing line like ours: the compose file where an engine is or can be started, and more. */
function script(name: string): Tally {
  const report = join(reports, `${name}.txt`);
  // Said as it goes, and kept for its last line.
  const words = ["-c", '"$0" "$1" | tee "$2"', process.execPath, join(root, `tests/${name}.ts`), report];
  spawnSync("sh", words, { cwd: root, env: environment, stdio: "inherit" });
  const said = existsSync(report) ? readFileSync(report, "utf8") : "";
  const closing = /(\d+) passed, (\d+) failed(?:, (\d+) skipped)?\s*$/.exec(said);
  // One that ends without it has fallen over.
  if (closing === null) return { passed: 0, failed: 1, skipped: 0 };
  const [passed = 0, failed = 0, skipped = 0] = closing.slice(1).map((count) => Number(count ?? 0));
  return { passed, failed, skipped };
}

function playwright(name: string, folder: string, more: readonly string[] = []): Tally {
  const report = join(reports, `${name}.json`);
  const isDone = spawn("@playwright/test/cli.js", ["test", "--config", folder, "--reporter=list,json", ...more], root, {
    PLAYWRIGHT_JSON_OUTPUT_NAME: report,
  });
  if (!existsSync(report)) return { passed: 0, failed: 1, skipped: 0 };
  const { stats } = JSON.parse(readFileSync(report, "utf8")) as {
    readonly stats: Record<"expected" | "unexpected" | "flaky" | "skipped", number>;
  };
  // A test that passes at the second attempt is a failure: there are no second attempts here.
  const failed = stats.unexpected + stats.flaky;
  return { passed: stats.expected, failed: Math.max(failed, isDone ? 0 : 1), skipped: stats.skipped };
}
