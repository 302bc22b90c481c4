import { BlobCaller, sealedBytes } from "@tacit/server/testing/blob-caller";
import { Caller } from "@tacit/server/testing/caller";
import { type Member, RelayStage } from "@tacit/server/testing/relay-stage";
import { DeliverySocket, DeviceSocket, refusalOf } from "@tacit/server/testing/sockets";
import { toHex } from "@tacit/shared/bytes";
import type { Post } from "@tacit/shared/wire/envelopes";
import { expect, test } from "vitest";
import { RelayProcess } from "../relay-process.ts";
import { SmallDisk, whyNoDisk } from "./small-disk.ts";

const reason = whyNoDisk();
if (reason !== undefined) console.log(`skipped: ${reason}`);
const diskTest = test.skipIf(reason !== undefined);

const FILE_BYTES = 3_000_000;

type Trouble = (disk: SmallDisk) => void;
const TROUBLES: readonly (readonly [string, Trouble])[] = [
  ["is full", (disk) => disk.fill()],
  ["turns read-only", (disk) => disk.turnReadOnly()],
  ["does not get what is written to it", (disk) => disk.fail()],
];

diskTest.for(TROUBLES)(
  "RR-4: a relay whose disk %s refuses everything so that it is tried again, and has all that it acknowledged",
  async ([, trouble]) => {
    using disk = new SmallDisk();
    // Only its people and their keys are used: the relay of the stage is another one.
    await using stage = await RelayStage.start();
    await using relay = await RelayProcess.start({ DATA_DIR: disk.folder });
    const [caller, files] = [new Caller(relay.origin), new BlobCaller(relay.origin)];
    const bob = await stage.register("bob", undefined, 3, caller);
    const carol = await stage.prepare("carol", undefined, 3, caller);
    const file = sealedBytes(FILE_BYTES);
    const [whole, begun] = [await files.upload(bob.contactKey, file), await files.begin(bob.contactKey, file.length)];
    const sender = new DeliverySocket(relay.origin);
    const device = new DeviceSocket(relay.origin, { token: bob.token, epoch: 1 });
    await device.ready;
    const acknowledged = await send(sender, compose(stage, bob, 40));
    expect(acknowledged).toHaveLength(40);
    expect((await fetch(`${relay.origin}/readyz`)).status).toBe(200);

    trouble(disk);
    const later = compose(stage, bob, 100);
    const stillTaken = await send(sender, later.slice(0, 50));
    const oneByOne = await Promise.all(later.slice(50).map((post) => caller.ask("post", post)));

    expect(stillTaken).toEqual([]);
    expect(new Set(oneByOne.map(({ status }) => status))).toEqual(new Set(["retry"]));
    // Where it has looked at the disk since, it is closed to new accounts.
    expect([403, 503]).toContain((await caller.call("finishRegistration", carol.request)).status);
    expect([503, 507]).toContain((await files.append(begun, 0, file)).status);
    expect(await refusalOf(new DeviceSocket(relay.origin, { token: bob.token, epoch: 2 }).socket)).toBe("unavailable");
    device.socket.emit("collected", [acknowledged[0]?.envelopes[0]?.id], () => expect.fail("it was not deleted"));
    await device.ended();
    const ready = await fetch(`${relay.origin}/readyz`);
    expect([ready.status, await ready.text()]).toEqual([503, expect.stringContaining("the disk")]);
    expect((await fetch(`${relay.origin}/healthz`)).status).toBe(200);
    expect(relay.log.match(/the disk takes nothing/g)).toHaveLength(1);

    // As when the power goes.
    await relay.kill();
    sender.close();
    disk.mend();
    await relay.start();

    const again = new DeviceSocket(relay.origin, { token: bob.token, epoch: 3 });
    await again.ready;
    const sending = new DeliverySocket(relay.origin);
    expect(await send(sending, later)).toHaveLength(later.length);
    const ids = [...acknowledged, ...later].flatMap(({ envelopes }) => envelopes.map(({ id }) => toHex(id)));
    const heard = await collectAll(again, ids.length);
    expect(heard.toSorted()).toEqual(ids.toSorted());
    expect(heard.slice(0, acknowledged.length)).toEqual(ids.slice(0, acknowledged.length));
    expect(await files.fetchAll(whole, file.length)).toEqual(file);
    await caller.ask("finishRegistration", carol.request);
    sending.close();
    again.close();
  },
);

diskTest("RR-4: a relay whose disk was full goes on by itself when there is room again", async () => {
  using disk = new SmallDisk();
  await using stage = await RelayStage.start();
  await using relay = await RelayProcess.start({ DATA_DIR: disk.folder });
  const bob = await stage.register("bob", undefined, 3, new Caller(relay.origin));
  const sender = new DeliverySocket(relay.origin);
  const [first, second] = [compose(stage, bob, 8), compose(stage, bob, 8)];
  await send(sender, first);
  disk.fill();
  expect(await send(sender, second)).toEqual([]);

  disk.empty();
  await expect.poll(async () => (await fetch(`${relay.origin}/readyz`)).status, { timeout: 60_000 }).toBe(200);

  expect(await send(sender, second)).toHaveLength(second.length);
  const device = new DeviceSocket(relay.origin, { token: bob.token, epoch: 1 });
  expect(await collectAll(device, 16)).toHaveLength(16);
  expect(await relay.stop()).toBe(0);
  sender.close();
  device.close();
});

diskTest(
  "RR-4: a relay that is started on a disk that takes nothing says so in one line and ends with a failure",
  async () => {
    using disk = new SmallDisk();
    await using relay = await RelayProcess.start({ DATA_DIR: disk.folder });
    await relay.kill();
    disk.turnReadOnly();

    const { code, said } = relay.command();

    expect(code).toBe(1);
    expect(said.trim().split("\n")).toEqual([
      expect.stringMatching(/^Tacit cannot do that: could not open the database/),
    ]);
  },
);

function compose(stage: RelayStage, member: Member, count: number): readonly Post[] {
  return Array.from({ length: count }, () => stage.compose(member));
}

/** In batches of eight. Answers what was acknowledged; everything else has to be tried again. */
async function send(sender: DeliverySocket, posts: readonly Post[]): Promise<readonly Post[]> {
  const kept: Post[] = [];
  for (let at = 0; at < posts.length; at += 8) {
    const batch = posts.slice(at, at + 8);
    for (const [n, { status }] of (await sender.post(...batch)).entries()) {
      const post = batch[n];
      if (status === "ok" && post !== undefined) kept.push(post);
      else expect(status).toBe("retry");
    }
  }
  return kept;
}

/** Collects page after page until so many came. Answers their ids in hex. */
async function collectAll(device: DeviceSocket, count: number): Promise<readonly string[]> {
  let seen = 0;
  while (seen < count) {
    await expect.poll(() => device.envelopes.length).toBeGreaterThan(seen);
    const ids = device.envelopes.slice(seen).map(({ id }) => id);
    seen += ids.length;
    await device.collect(ids);
  }
  return device.envelopes.map(({ id }) => toHex(id));
}
