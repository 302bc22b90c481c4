// `npm run test:release`: the web app is built twice, in two folders, and must be the same; the list of parts is written.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { listParts } from "./parts.ts";

const root = resolve(import.meta.dirname, "..");
const outcomes = [
  check("the app builds to the same bytes in two places, time zones and languages", buildTwice),
  check("the list of parts", writeParts),
];
const failed = outcomes.filter((isDone) => !isDone).length;
console.log(`\n${outcomes.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

function buildTwice(): void {
  const first = buildIn("tacit-first-", { TZ: "UTC", LANG: "C.UTF-8" });
  const second = buildIn("tacit-and-second-", { TZ: "Asia/Kathmandu", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8" });
  const names = [...new Set([...first.keys(), ...second.keys()])].sort();
  const other = names.filter((name) => first.get(name) !== second.get(name));
  if (other.length > 0) throw new Error(`not the same: ${other.join(", ")}`);
  const whole = createHash("sha256")
    .update(names.map((name) => `${name} ${first.get(name)}\n`).join(""))
    .digest("hex");
  console.log(`  ${names.length} files, SHA-256 over all: ${whole}`);
}

/** Builds what git has in a folder of another name, elsewhere on earth, and answers the digest of each file. */
function buildIn(prefix: string, place: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  const folder = mkdtempSync(join(tmpdir(), prefix));
  try {
    execFileSync("git", ["clone", "--quiet", root, folder]);
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    const vite = join(root, "node_modules/vite/bin/vite.js");
    execFileSync(process.execPath, [vite, "build", "--logLevel", "error"], {
      cwd: join(folder, "web"),
      env: { ...process.env, ...place },
      stdio: "inherit",
    });
    const dist = join(folder, "web/dist");
    const files = readdirSync(dist, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
    return new Map(
      files.map(({ parentPath, name }) => {
        const path = join(parentPath, name);
        return [path.slice(dist.length), createHash("sha256").update(readFileSync(path)).digest("hex")];
      }),
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The list of what is shipped, into data/sbom.json. */
function writeParts(): void {
  const { written, parts } = listParts(root);
  mkdirSync(join(root, "data"), { recursive: true, mode: 0o700 });
  writeFileSync(join(root, "data/sbom.json"), written);
  console.log(`  ${parts.length} parts: data/sbom.json`);
}

function check(name: string, work: () => void): boolean {
  try {
    work();
    console.log(`ok   ${name}`);
    return true;
  } catch (failure) {
    console.log(`FAIL ${name}: ${failure instanceof Error ? failure.message : failure}`);
    return false;
  }
}
