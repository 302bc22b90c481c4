// `node tests/compose-prepare.ts`: makes what `npm run test:compose` stands on, and takes minutes on a new machine: the
// stand-in for a Docker engine, its images, and the layers of the relay's image. Nothing stays running. tests/run.ts does it
// beside the suites without a browser: to a browser, an engine at work is a network that changes.
import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { findEngine } from "./compose/engine.ts";

const engine = findEngine();
if ("skipped" in engine) {
  console.log(`no engine for the suite "compose": ${engine.skipped}`);
} else {
  const root = resolve(import.meta.dirname, "..");
  const env = { ...process.env, ...engine.environment };
  spawnSync("docker", ["build", "--quiet", "--file", "server/Dockerfile", "."], { cwd: root, env, stdio: "inherit" });
  engine.release();
}
