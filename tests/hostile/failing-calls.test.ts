import { Caller } from "@tacit/server/testing/caller";
import { RelayStage } from "@tacit/server/testing/relay-stage";
import { DeliverySocket, DeviceSocket } from "@tacit/server/testing/sockets";
import { toHex } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import { RelayProcess } from "../relay-process.ts";
import { Trace, whyNoTracing } from "./tracing.ts";

const reason = whyNoTracing();
if (reason !== undefined) console.log(`skipped: ${reason}`);

const POSTS = 60;

test.skipIf(reason !== undefined).for([
  ["sync", ["fsync", "fdatasync"], 4],
  ["write", ["pwrite64"], 97],
] as const)(
  "RR-4: a relay that gets EIO for a %s now and then refuses what met it, and has all that it acknowledged",
  async ([, calls, every]) => {
    await using stage = await RelayStage.start();
    await using relay = await RelayProcess.start();
    const bob = await stage.register("bob", undefined, 3, new Caller(relay.origin));
    const posts = Array.from({ length: POSTS }, () => stage.compose(bob));
    const sender = new DeliverySocket(relay.origin);
    await sender.say("claim", {});
    const trace = await Trace.of(relay.pid, calls, `${calls.join(",")}:error=EIO:when=1+${every}`);

    const answers: string[] = [];
    for (const post of posts) answers.push((await sender.post(post))[0]?.status ?? "none");
    await relay.kill();
    await trace.end();
    await relay.start();

    expect(new Set(answers)).toEqual(new Set(["ok", "retry"]));
    const acknowledged = posts.filter((_, n) => answers[n] === "ok").flatMap(({ envelopes }) => envelopes);
    const device = new DeviceSocket(relay.origin, { token: bob.token, epoch: 1 });
    await expect.poll(() => device.envelopes.length).toBeGreaterThanOrEqual(acknowledged.length);
    const there = device.envelopes.map(({ id }) => toHex(id));
    expect(there).toEqual(expect.arrayContaining(acknowledged.map(({ id }) => toHex(id))));
    expect(new Set(there).size).toBe(there.length);
    sender.close();
    device.close();
  },
);
