// `node tests/bench/relay.ts [envelopes] [socket batch]`: stores and drains sealed envelopes of 2 KiB through the real
// relay process on this machine's disk, and says how fast, how late, and at what cost. One relay, one generator, loopback.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Caller } from "@tacit/server/testing/caller";
import { type Member, RelayStage } from "@tacit/server/testing/relay-stage";
import { DeliverySocket, DeviceSocket } from "@tacit/server/testing/sockets";
import { end, spawnRelay } from "@tacit/server/testing/spawn-relay";

const RECIPIENTS = 20;
const SENDERS = 8;
/** Linux counts CPU time in hundredths of a second. */
const TICKS_PER_SECOND = 100;

const total = Number(process.argv[2] ?? 40_000);
const batch = Number(process.argv[3] ?? 32);

await using stage = await RelayStage.start();
const dataDir = mkdtempSync(join(tmpdir(), "tacit-bench-"));
const relay = await spawnRelay(dataDir);
process.once("exit", () => relay.child.kill("SIGKILL"));
const members: Member[] = [];
for (let i = 0; i < RECIPIENTS; i++) {
  members.push(await stage.register(`bench${i}`, undefined, 0, new Caller(relay.origin)));
}

const latencies: number[] = [];
let stored = 0;
const store = await measure("store", async () => {
  await Promise.all(Array.from({ length: SENDERS }, (_, i) => send(i)));
  return stored;
});
latencies.sort((a, b) => a - b);
const quantile = (q: number) => (latencies[Math.floor(latencies.length * q)] ?? 0).toFixed(1);
process.stdout.write(`acknowledged after p50 ${quantile(0.5)} ms, p99 ${quantile(0.99)} ms\n`);
const drain = await measure("drain", async () => {
  const counts = await Promise.all(members.map((member, i) => collectAll(member, i)));
  return counts.reduce((sum, count) => sum + count, 0);
});
if (store !== drain) throw new Error(`${store} were stored and ${drain} drained`);
await end(relay.child, "SIGTERM");
rmSync(dataDir, { recursive: true });

async function send(index: number): Promise<void> {
  const socket = new DeliverySocket(relay.origin);
  for (let turn = index; stored < total; turn++) {
    const member = members[turn % RECIPIENTS] as Member;
    const posts = Array.from({ length: batch }, () => stage.compose(member));
    const startedAt = performance.now();
    const answers = await socket.post(...posts);
    latencies.push(performance.now() - startedAt);
    const refused = answers.find(({ status }) => status !== "ok");
    if (refused !== undefined) throw new Error(`a post is ${refused.status}`);
    stored += answers.length;
  }
  socket.close();
}

async function collectAll(member: Member, index: number): Promise<number> {
  const socket = new DeviceSocket(relay.origin, { token: member.token, epoch: index + 1 });
  const collecting: Promise<void>[] = [];
  let count = 0;
  socket.socket.on("envelopes", () => {
    const page = socket.envelopes.splice(0);
    count += page.length;
    collecting.push(socket.collect(page.map(({ id }) => id)));
  });
  await new Promise((resolve) => socket.socket.once("drained", resolve));
  await Promise.all(collecting);
  socket.close();
  return count;
}

async function measure(what: string, work: () => Promise<number>): Promise<number> {
  const [cpuBefore, startedAt] = [cpuSeconds(), performance.now()];
  const count = await work();
  const [cpu, seconds] = [cpuSeconds() - cpuBefore, (performance.now() - startedAt) / 1000];
  const rate = Math.round(count / seconds);
  process.stdout.write(
    `${what}: ${count} in ${seconds.toFixed(2)} s, ${rate}/s, ${Math.round(count / cpu)} per CPU second\n`,
  );
  return count;
}

/** What the relay's process has used. */
function cpuSeconds(): number {
  const fields = readFileSync(`/proc/${relay.child.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
