import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

// Part of `npm start`: builds the web app and the relay when a source is newer than the last build, and says nothing
// otherwise. The relay is built because its sources, as they are, cost seconds and 150 MB more: vite.config.ts.

const root = join(import.meta.dirname, "..");
const SKIPPED = new Set(["node_modules", "dist", ".tsc", "testing"]);
const SHARED = ["shared", "crypto", "package-lock.json"];

buildIfStale("web app", "web", "dist/index.html", ["web", ...SHARED]);
buildIfStale("relay", "server", "dist/main.js", ["server", ...SHARED]);

/** `outcome`: what a build leaves in `folder`. Where that cannot be built, it is taken as it is. */
function buildIfStale(what: string, folder: string, outcome: string, sources: readonly string[]): void {
  const [from, built] = [join(root, folder), join(root, folder, outcome)];
  if (!existsSync(join(from, "vite.config.ts")) || !isStale(built, sources)) return;
  process.stderr.write(`Building the ${what} …\n`);
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  const { status } = spawnSync(process.execPath, [vite, "build", "--logLevel", "warn"], {
    cwd: from,
    stdio: ["ignore", 2, 2],
  });
  if (status === 0) return;
  process.stderr.write(`The ${what} could not be built.\n`);
  process.exit(1);
}

function isStale(built: string, sources: readonly string[]): boolean {
  if (!existsSync(built)) return true;
  const builtAtMs = statSync(built).mtimeMs;
  return sources.some((source) => isNewer(join(root, source), builtAtMs));
}

function isNewer(path: string, thanMs: number): boolean {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs > thanMs && !/\.(?:test|spec)\.tsx?$/.test(path);
  return readdirSync(path).some((name) => !SKIPPED.has(name) && isNewer(join(path, name), thanMs));
}
