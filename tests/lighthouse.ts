// `npm run lighthouse`: Lighthouse as a phone on a slow network, on the first screen of the built app as the relay serves
// it. The last line names the scores. Lighthouse is no dependency of the project: npm fetches it for the run.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { browserArguments, findBrowser } from "./find-browser.ts";
import { RelayProcess } from "./relay-process.ts";

const LIGHTHOUSE = "lighthouse@12.8.2";
const CATEGORIES = ["performance", "accessibility", "best-practices", "seo"];
const METRICS = [
  "first-contentful-paint",
  "largest-contentful-paint",
  "total-blocking-time",
  "cumulative-layout-shift",
  "speed-index",
];

type Audit = { readonly title: string; readonly score: number | null; readonly displayValue?: string };
type Report = {
  readonly categories: Readonly<
    Record<string, { readonly score: number | null; readonly auditRefs: readonly { readonly id: string }[] }>
  >;
  readonly audits: Readonly<Record<string, Audit>>;
};

const root = resolve(import.meta.dirname, "..");
run(process.execPath, [join(root, "node_modules/vite/bin/vite.js"), "build", "--logLevel", "warn"], join(root, "web"));
await using relay = await RelayProcess.start();
const folder = mkdtempSync(join(tmpdir(), "tacit-lighthouse-"));
const path = join(folder, "report.json");
const flags = ["--headless=new", ...browserArguments()].join(" ");
run("npm", [
  ...["exec", "--yes", "--ignore-scripts", `--package=${LIGHTHOUSE}`, "--", "lighthouse", `${relay.origin}/`],
  ...["--quiet", "--output=json", `--output-path=${path}`, `--only-categories=${CATEGORIES.join(",")}`],
  `--chrome-flags=${flags}`,
]);
const { categories, audits } = JSON.parse(readFileSync(path, "utf8")) as Report;
rmSync(folder, { recursive: true });

for (const id of METRICS) console.log(`${audits[id]?.title}: ${audits[id]?.displayValue}`);
for (const category of CATEGORIES) {
  for (const { id } of categories[category]?.auditRefs ?? []) {
    const audit = audits[id];
    if (audit?.score !== undefined && audit.score !== null && audit.score < 0.9)
      console.log(`${category}: ${audit.title}`);
  }
}
const score = (category: string) => Math.round((categories[category]?.score ?? 0) * 100);
console.log(CATEGORIES.map((category) => `${category} ${score(category)}`).join(", "));

function run(command: string, args: readonly string[], cwd = root): void {
  const executablePath = findBrowser();
  const env = { ...process.env, ...(executablePath && { CHROME_PATH: executablePath }) };
  const { status } = spawnSync(command, args, { cwd, stdio: ["ignore", "inherit", "inherit"], env });
  if (status !== 0) throw new Error(`${command} ${args[0]} ended with ${status}`);
}
