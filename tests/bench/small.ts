// `npm run bench:small`: what the relay of the image costs a small machine: how long from its start to its first answer, and how much
// memory it holds with 1,000 devices connected, each of an account of its own.
import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { Caller } from "@tacit/server/testing/caller";
import { type Member, RelayStage } from "@tacit/server/testing/relay-stage";
import { DeviceSocket } from "@tacit/server/testing/sockets";
import { end, spawnRelay } from "@tacit/server/testing/spawn-relay";

const DEVICES = 1_000;
const MAX_START_MS = 3_000;
const MAX_MEMORY_MB = 200;

const folder = mkdtempSync(join(tmpdir(), "tacit-small-"));
const main = build();
const dataDir = join(folder, "data");
let relay = await spawnRelay(dataDir, main);
process.once("exit", () => relay.child.kill("SIGKILL"));
await using stage = await RelayStage.start();
const people: Member[] = [];
for (let n = 0; n < DEVICES; n++) {
  people.push(await stage.register(`small${n}`, undefined, 20, new Caller(relay.origin)));
}
await end(relay.child, "SIGTERM");

const startedMs = performance.now();
relay = await spawnRelay(dataDir, main);
const isReady = (await fetch(`${relay.origin}/readyz`)).ok;
const startMs = performance.now() - startedMs;
const emptyMb = memoryMb();
const sockets: DeviceSocket[] = [];
for (const { token } of people) {
  const socket = new DeviceSocket(relay.origin, { token, epoch: 1 });
  await socket.ready;
  sockets.push(socket);
}
const fullMb = memoryMb();
for (const socket of sockets) socket.close();
await end(relay.child, "SIGTERM");
rmSync(folder, { recursive: true });

const checks = [
  [`from the start to the first answer: ${startMs.toFixed(0)} ms`, isReady && startMs < MAX_START_MS],
  [`${DEVICES} devices connected: ${fullMb.toFixed(0)} MB (nobody: ${emptyMb.toFixed(0)} MB)`, fullMb < MAX_MEMORY_MB],
] as const;
for (const [says, isGood] of checks) console.log(`${isGood ? "ok  " : "FAIL"} ${says}`);
const failed = checks.filter(([, isGood]) => !isGood).length;
console.log(`\n${checks.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

/** One file, as server/Dockerfile makes it. */
function build(): string {
  const root = resolve(import.meta.dirname, "../..");
  const outDir = join(folder, "server/src");
  const vite = join(root, "node_modules/vite/bin/vite.js");
  execFileSync(process.execPath, [vite, "build", "server", "--outDir", outDir, "--logLevel", "warn"], { cwd: root });
  cpSync(join(root, "package.json"), join(folder, "package.json"));
  symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
  return join(outDir, "main.js");
}

/** What of the relay is in memory now. */
function memoryMb(): number {
  const status = readFileSync(`/proc/${relay.child.pid}/status`, "utf8");
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_000;
}
