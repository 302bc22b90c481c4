import { Caller } from "@tacit/server/testing/caller";
import { RelayStage } from "@tacit/server/testing/relay-stage";
import { DeliverySocket } from "@tacit/server/testing/sockets";
import { MAX_POSTS_PER_BATCH } from "@tacit/shared/limits";
import { expect, test } from "vitest";
import { RelayProcess } from "../relay-process.ts";
import { type Call, Trace, whyNoTracing } from "./tracing.ts";

const reason = whyNoTracing();
if (reason !== undefined) console.log(`skipped: ${reason}`);
const tracedTest = test.skipIf(reason !== undefined);

const CALLS = [
  "read",
  "readv",
  "recvmsg",
  "recvfrom",
  "write",
  "writev",
  "sendmsg",
  "sendto",
  "pwrite64",
  "fdatasync",
  "fsync",
];
/** Of a post of the smallest bucket; and of the engine's ping, which says nothing of a post. */
const [POST_BYTES, PING_BYTES] = [2_048, 3];

const isOfLog = ({ on }: Call) => on.endsWith("/relay.db-wal");
const isOfNetwork = ({ on }: Call) => on.startsWith("TCP");
const isSync = (call: Call) => /sync$/.test(call.name) && isOfLog(call) && call.result === 0;
const isLogged = (call: Call) => call.name === "pwrite64" && isOfLog(call);
const isHeard = (call: Call) => /^(read|recv)/.test(call.name) && isOfNetwork(call);
const isSaid = (call: Call) => /^(write|send)/.test(call.name) && isOfNetwork(call) && call.result > PING_BYTES;

tracedTest(
  "RR-3: between the arrival of a post and its acknowledgement the write-ahead log is synced, each time",
  async () => {
    await using stage = await RelayStage.start();
    await using relay = await RelayProcess.start();
    const bob = await stage.register("bob", undefined, 3, new Caller(relay.origin));
    const sender = new DeliverySocket(relay.origin);
    await sender.post(stage.compose(bob));
    const trace = await Trace.of(relay.pid, CALLS);

    for (let n = 0; n < 50; n++) expect(await sender.post(stage.compose(bob))).toEqual([{ status: "ok" }]);

    const calls = await trace.end();
    const syncs: number[] = [];
    let heardBytes = 0;
    let since = 0;
    for (const call of calls) {
      if (isHeard(call)) heardBytes += Math.max(0, call.result);
      if (isSync(call)) since += 1;
      if (!isSaid(call) || heardBytes < POST_BYTES) continue;
      syncs.push(since);
      [heardBytes, since] = [0, 0];
    }
    expect(syncs).toEqual(Array(50).fill(1));
    sender.close();
  },
);

tracedTest(
  "RR-3: in bulk many posts share a sync, and nothing is said while something logged is not synced",
  async () => {
    await using stage = await RelayStage.start();
    await using relay = await RelayProcess.start();
    const bob = await stage.register("bob", undefined, 3, new Caller(relay.origin));
    const senders = Array.from({ length: 4 }, () => new DeliverySocket(relay.origin));
    for (const sender of senders) await sender.post(stage.compose(bob));
    const trace = await Trace.of(relay.pid, CALLS);

    const batch = () => Array.from({ length: MAX_POSTS_PER_BATCH }, () => stage.compose(bob));
    const batches = senders.flatMap((sender) => Array.from({ length: 10 }, () => sender.post(...batch())));
    const answers = (await Promise.all(batches)).flat();

    const calls = await trace.end();
    let unsynced = 0;
    const early = calls.filter((call) => {
      if (isLogged(call)) unsynced += 1;
      if (isSync(call)) unsynced = 0;
      return isSaid(call) && unsynced > 0;
    });
    const syncs = calls.filter(isSync).length;
    console.log(JSON.stringify({ posts: answers.length, syncs, syncsPerPost: syncs / answers.length }));
    expect(answers.every(({ status }) => status === "ok")).toBe(true);
    expect(early).toEqual([]);
    expect(calls.filter(isLogged).length).toBeGreaterThan(0);
    expect(syncs).toBeGreaterThan(0);
    expect(syncs / answers.length).toBeLessThan(0.1);
    for (const sender of senders) sender.close();
  },
);
