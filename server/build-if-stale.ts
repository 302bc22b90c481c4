import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";

// Part of `npm start`: builds the web app when a source is newer than the last build, and says nothing otherwise.

const root = join(import.meta.dirname, "..");
const web = join(root, "web");
const page = join(web, "dist", "index.html");
const sources = ["web", "shared", "crypto", "package-lock.json"].map((path) => join(root, path));
const SKIPPED = new Set(["node_modules", "dist", ".tsc", "testing"]);

if (existsSync(join(web, "vite.config.ts")) && isStale()) {
  process.stderr.write("Building the web app …\n");
  const vite = join(root, "node_modules", "vite", "bin", "vite.js");
  const built = spawnSync(process.execPath, [vite, "build", "--logLevel", "warn"], {
    cwd: web,
    stdio: ["ignore", 2, 2],
  });
  if (built.status !== 0) {
    process.stderr.write("The web app could not be built.\n");
    process.exit(1);
  }
}

function isStale(): boolean {
  if (!existsSync(page)) return true;
  const builtAtMs = statSync(page).mtimeMs;
  return sources.some((source) => isNewer(source, builtAtMs));
}

function isNewer(path: string, thanMs: number): boolean {
  const stat = statSync(path);
  if (!stat.isDirectory()) return stat.mtimeMs > thanMs && !/\.(?:test|spec)\.tsx?$/.test(path);
  return readdirSync(path).some((name) => !SKIPPED.has(name) && isNewer(join(path, name), thanMs));
}
