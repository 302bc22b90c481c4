import { setTimeout as pause } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import { HealthyPair } from "./healthy-pair.ts";

// Talks on a thread of its own from one word to the next, and then says how many milliseconds each thing took to be heard.

const PAUSE_MS = 20;

await using pair = await HealthyPair.join((workerData as { readonly origin: string }).origin);
for (let n = 0; n < 20; n++) await pair.talk();
const begins = new Promise((resolve) => parentPort?.once("message", resolve));
parentPort?.postMessage("ready");
await begins;
let isStopped = false;
parentPort?.once("message", () => {
  isStopped = true;
});
const taken: number[] = [];
while (!isStopped) {
  taken.push(await pair.talk());
  await pause(PAUSE_MS);
}
parentPort?.postMessage(taken);
