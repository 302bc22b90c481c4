import { fork, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { parseArgs } from "node:util";
import { countOf } from "./count-of.ts";
import { RelayProcess } from "./relay-process.ts";
import type { Crowd, CrowdLedger, CrowdWishes } from "./soak/crowd.ts";
import { Inspected } from "./soak/inspected.ts";
import { isSteady, type Sample, summaryOf, toLine } from "./soak/report.ts";
import { sizeOf } from "./soak/sizes.ts";

// `npm run soak [-- --minutes 120 --seed 1]`: a relay as `npm start` runs it and twenty real clients that talk at a light
// rate, looked at every half minute. SIGINT ends it early. The last line is JSON.

const SERVER = resolve(import.meta.dirname, "../server");
const EVERY_MS = 30_000;
const MINUTE_MS = 60_000;
/** Until then memory may rise: code is compiled, caches fill. */
const WARM_UP_MINUTES = 20;
const GUEST_MINUTES = 10;
const INSPECT = "--inspect=127.0.0.1:0";

const { values } = parseArgs({
  options: {
    minutes: { type: "string", default: "120" },
    rate: { type: "string", default: "8" },
    seed: { type: "string", default: "1" },
  },
});
const [minutes, turnsPerSecond] = [countOf("--minutes", values.minutes), countOf("--rate", values.rate)];
const ending = new AbortController();
process.on("SIGINT", () => ending.abort());

if (spawnSync(process.execPath, [join(SERVER, "build-if-stale.ts")], { stdio: "inherit" }).status !== 0)
  process.exit(1);
await using relay = await RelayProcess.start({}, { words: [INSPECT, join(SERVER, "dist/main.js")], detached: true });
using inRelay = await Inspected.attach(relay.pid, relay.log);

const wishes: CrowdWishes = {
  origin: relay.origin,
  seed: values.seed,
  turnsPerSecond,
  guestMs: Math.min(GUEST_MINUTES, minutes / 4) * MINUTE_MS,
};
const clients = fork(join(import.meta.dirname, "soak/clients.ts"), [JSON.stringify(wishes)], {
  execArgv: [INSPECT],
  stdio: ["ignore", "inherit", "pipe", "ipc"],
});
let complaints = "";
let isHeard = false;
clients.stderr?.on("data", (chunk: Buffer) => {
  complaints += chunk.toString();
  if (isHeard) process.stdout.write(chunk);
});
const gone = once(clients, "exit").then(() => Promise.reject(new Error(`the clients are gone: ${complaints}`)));
gone.catch(() => undefined);
await Promise.race([once(clients, "message"), gone]);
using inClients = await Inspected.attach(clients.pid ?? 0, complaints);
isHeard = true;
console.log(`relay ${relay.pid} in ${relay.dataDir}, clients ${clients.pid}`);

const startedMs = performance.now();
const samples: Sample[] = [];
while (performance.now() - startedMs < minutes * MINUTE_MS && !ending.signal.aborted) {
  await pause(EVERY_MS, undefined, { signal: ending.signal }).catch(() => undefined);
  const [atRelay, atClients, figures] = [
    await inRelay.look(),
    await inClients.look(),
    await ask<Crowd["figures"]>("figures"),
  ];
  const sample = {
    atMs: performance.now() - startedMs,
    relay: atRelay,
    clients: atClients,
    ...sizeOf(relay),
    ...figures,
  };
  samples.push(sample);
  console.log(toLine(sample));
}
const ledger = await ask<CrowdLedger>("end");
const summary = summaryOf(samples, Math.min(WARM_UP_MINUTES, minutes / 6) * MINUTE_MS);
console.log(
  JSON.stringify({
    minutes: Math.round((performance.now() - startedMs) / 6_000) / 10,
    seed: values.seed,
    ...summary,
    ledger,
  }),
);
const { lost, doubled, outOfOrder, filesMissing, troubles } = ledger;
process.exitCode = lost + doubled + outOfOrder + filesMissing + troubles === 0 && isSteady(summary) ? 0 : 1;

async function ask<Answer>(question: "figures" | "end"): Promise<Answer> {
  const answered = once(clients, "message");
  clients.send(question);
  const [answer] = (await Promise.race([answered, gone])) as [Answer];
  return answer;
}
