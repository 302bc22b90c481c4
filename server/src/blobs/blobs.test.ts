import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { shapeOf } from "@tacit/shared/file-shape";
import type { DeliveryKey } from "@tacit/shared/ids";
import {
  BLOB_TTL_MS,
  CONTACT_KEY_BLOB_BYTES_PER_DAY,
  DAY_MS,
  HOUR_MS,
  KIB,
  MAX_RELAYED_FILE_BYTES,
  MIN_BLOB_COST_BYTES,
  UPLOAD_RESERVATION_MS,
  UPLOAD_TTL_MS,
} from "@tacit/shared/limits";
import { PROTOCOL_HEADER } from "@tacit/shared/routes";
import { BLOBS_PATH, TUS_BODY_TYPE, TUS_VERSION } from "@tacit/shared/wire/blobs";
import { expect, test } from "vitest";
import { sha256 } from "../hash.ts";
import { BlobCaller, sealedBytes } from "../testing/blob-caller.ts";
import { Caller } from "../testing/caller.ts";
import { formsOf, mentions, readRows } from "../testing/disk.ts";
import { keySet } from "../testing/owner.ts";
import { RelayStage } from "../testing/relay-stage.ts";
import { end, spawnRelay } from "../testing/spawn-relay.ts";

async function* piecesThatBreakOff(bytes: Uint8Array) {
  yield bytes;
  throw new Error("the network is gone");
}

/** The request of an upload that says how much comes, for whoever then sends less. */
function stall(url: string, bytes: number) {
  const stalled = httpRequest(url, {
    method: "PATCH",
    headers: {
      "tus-resumable": TUS_VERSION,
      [PROTOCOL_HEADER]: "1",
      "upload-offset": "0",
      "content-type": TUS_BODY_TYPE,
      "content-length": bytes,
    },
  });
  return { stalled, ended: new Promise((resolve) => stalled.once("error", resolve)) };
}

test("a sealed file that was uploaded in parts comes back, in any parts, to whoever knows its id", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const caller = new BlobCaller(stage.origin);
  const bytes = sealedBytes(300_000);

  const path = await caller.begin(bob.contactKey, bytes.length);
  expect(path).toMatch(/^\/v1\/blobs\/[0-9a-f]{64}$/);
  expect((await caller.append(path, 0, bytes.slice(0, 100_000))).headers.get("upload-offset")).toBe("100000");
  expect(await caller.offset(path)).toBe(100_000);
  expect((await caller.fetch(path, 0, 10)).status).toBe(404);
  expect((await caller.append(path, 100_000, bytes.slice(100_000))).status).toBe(204);

  expect(await caller.fetchAll(path, bytes.length, 65_000)).toEqual(bytes);
  const part = await caller.fetch(path, 5, 25);
  expect(part.headers.get("content-range")).toBe(`bytes 5-24/${bytes.length}`);
  expect(part.headers.get("cache-control")).toBe("no-store");
  expect((await caller.fetch(path, bytes.length, bytes.length + 5)).status).toBe(400);
});

test("an upload that broke off goes on where the relay says, and nowhere else", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const caller = new BlobCaller(stage.origin);
  const bytes = sealedBytes(300_000);
  const path = await caller.begin(bob.contactKey, bytes.length);

  await expect(caller.append(path, 0, piecesThatBreakOff(bytes.slice(0, 70_000)))).rejects.toThrow();
  await expect.poll(() => caller.offset(path)).toBe(70_000);
  for (const wrong of [0, 69_999, 70_001]) {
    expect((await caller.append(path, wrong, bytes.slice(wrong))).status).toBe(409);
  }
  expect((await caller.append(path, 70_000, bytes.slice(70_000))).status).toBe(204);
  expect((await caller.append(path, bytes.length, new Uint8Array())).status).toBe(204);

  expect(await caller.fetchAll(path, bytes.length)).toEqual(bytes);
});

test("what is more than was announced is not kept", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const caller = new BlobCaller(stage.origin);
  const bytes = sealedBytes(5_000);
  const path = await caller.begin(bob.contactKey, bytes.length);

  await caller.append(path, 0, new Uint8Array([...bytes, ...bytes])).catch(() => undefined);

  await expect.poll(() => caller.offset(path)).toBe(bytes.length);
  expect(await caller.fetchAll(path, bytes.length)).toEqual(bytes);
});

test("somebody who stalls in the middle of an upload is cut off by whoever goes on with it", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const caller = new BlobCaller(stage.origin);
  const bytes = sealedBytes(100_000);
  const path = await caller.begin(bob.contactKey, bytes.length);
  const { stalled, ended } = stall(stage.origin + path, bytes.length);
  stalled.write(bytes.slice(0, 1_000));
  await expect.poll(() => caller.offset(path)).toBe(1_000);

  const refused = await caller.append(path, 0, bytes);
  const answer = refused.status === 409 ? await caller.append(path, 1_000, bytes.slice(1_000)) : refused;

  expect(answer.status).toBe(204);
  expect(await ended).toBeInstanceOf(Error);
  expect(await caller.fetchAll(path, bytes.length)).toEqual(bytes);
});

test("only a contact's key pays for an upload, and a key has so many bytes a day", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const caller = new BlobCaller(stage.origin);
  const { sealedBytes: largest } = shapeOf(MAX_RELAYED_FILE_BYTES);

  for (const key of [bob.cardKey, bob.onceKey, stage.random(32)]) {
    expect((await caller.create(key, shapeOf(1).sealedBytes)).status).toBe(403);
  }
  for (const header of ["", "short", "!".repeat(43)]) {
    const headers = { "tacit-delivery-key": header, "upload-length": String(shapeOf(1).sealedBytes) };
    expect((await caller.send("POST", BLOBS_PATH, headers)).status).toBe(400);
  }
  const affordable = Math.floor(CONTACT_KEY_BLOB_BYTES_PER_DAY / largest);
  for (let i = 0; i < affordable; i++) expect((await caller.create(bob.contactKey, largest)).status).toBe(201);
  expect((await caller.create(bob.contactKey, largest)).status).toBe(429);
  stage.clock.advance(DAY_MS);
  expect((await caller.create(bob.contactKey, largest)).status).toBe(201);
});

test("a file that is too large, or of a length that no sealed file has, is refused before it comes", async () => {
  await using stage = await RelayStage.start({ blobLimits: { fileBytes: 64 * KIB } });
  const bob = await stage.register("bob");
  const caller = new BlobCaller(stage.origin);

  expect((await caller.create(bob.contactKey, shapeOf(64 * KIB).sealedBytes)).status).toBe(201);
  expect((await caller.create(bob.contactKey, shapeOf(64 * KIB + 1).sealedBytes)).status).toBe(413);
  expect((await caller.create(bob.contactKey, shapeOf(5_000).sealedBytes + 1)).status).toBe(400);
  const options = await caller.send("OPTIONS", BLOBS_PATH);
  expect(options.headers.get("tus-max-size")).toBe(String(shapeOf(64 * KIB).sealedBytes));
  expect(options.headers.get("tus-extension")).toBe("creation,expiration,termination");
});

test("a relay that has no room says so", async () => {
  const { sealedBytes: one } = shapeOf(64 * KIB);
  await using stage = await RelayStage.start({ blobLimits: { totalBytes: 2 * one } });
  const bob = await stage.register("bob");
  const carol = await stage.register("carol");
  const dave = await stage.register("dave");
  const caller = new BlobCaller(stage.origin);

  const path = await caller.begin(bob.contactKey, one);
  await caller.begin(carol.contactKey, one);
  expect((await caller.create(dave.contactKey, one)).status).toBe(507);
  expect((await caller.send("DELETE", path)).status).toBe(204);
  expect((await caller.create(dave.contactKey, one)).status).toBe(201);
});

test("an upload that is deleted while it comes is cut off, and its room is somebody else's", async () => {
  const { sealedBytes: one } = shapeOf(64 * KIB);
  await using stage = await RelayStage.start({ blobLimits: { totalBytes: one } });
  const bob = await stage.register("bob");
  const carol = await stage.register("carol");
  const caller = new BlobCaller(stage.origin);
  const path = await caller.begin(bob.contactKey, one);
  const { stalled, ended } = stall(stage.origin + path, one);
  stalled.write(sealedBytes(64 * KIB).slice(0, one - 1));
  await expect.poll(() => caller.offset(path)).toBe(one - 1);

  expect((await caller.send("DELETE", path)).status).toBe(204);

  expect(await ended).toBeInstanceOf(Error);
  expect((await caller.create(carol.contactKey, one)).status).toBe(201);
});

test("small files count for more than their bytes: the disk does not run out of files before the room is used", async () => {
  const bytes = sealedBytes(1);
  await using stage = await RelayStage.start({ blobLimits: { totalBytes: 3 * MIN_BLOB_COST_BYTES } });
  const bob = await stage.register("bob");
  const carol = await stage.register("carol");
  const dave = await stage.register("dave");
  const erin = await stage.register("erin");
  const caller = new BlobCaller(stage.origin);

  const left = await caller.upload(bob.contactKey, bytes);
  await caller.append(await caller.begin(carol.contactKey, bytes.length), 0, bytes.slice(0, 1));
  await caller.begin(dave.contactKey, bytes.length);

  expect((await caller.create(erin.contactKey, bytes.length)).status).toBe(507);
  await caller.send("DELETE", left);
  expect((await caller.create(erin.contactKey, bytes.length)).status).toBe(201);
});

test("one account gets no more in a day than a tenth of the room that is left, and one file always", async () => {
  const { sealedBytes: one } = shapeOf(64 * KIB);
  await using stage = await RelayStage.start({ blobLimits: { totalBytes: 30 * one } });
  const bob = await stage.register("bob");
  const carol = await stage.register("carol");
  const caller = new BlobCaller(stage.origin);
  const statuses = async (key: DeliveryKey, files: number) => {
    const answers: number[] = [];
    for (let i = 0; i < files; i++) answers.push((await caller.create(key, one)).status);
    return answers;
  };

  expect(await statuses(bob.contactKey, 4)).toEqual([201, 201, 429, 429]);
  expect(await statuses(carol.contactKey, 3)).toEqual([201, 201, 429]);
  stage.clock.advance(DAY_MS);
  expect(await statuses(bob.contactKey, 3)).toEqual([201, 201, 429]);
});

test("room that was announced and not used is somebody else's after a while; what comes late asks again", async () => {
  const { sealedBytes: one } = shapeOf(64 * KIB);
  await using stage = await RelayStage.start({ blobLimits: { totalBytes: 2 * one } });
  const bob = await stage.register("bob");
  const carol = await stage.register("carol");
  const dave = await stage.register("dave");
  const caller = new BlobCaller(stage.origin);
  const bytes = sealedBytes(64 * KIB);
  const half = one >> 1;
  const begun = await caller.begin(bob.contactKey, one);
  await caller.append(begun, 0, bytes.slice(0, half));
  const empty = await caller.begin(carol.contactKey, one);
  expect((await caller.create(dave.contactKey, one)).status).toBe(507);

  stage.clock.advance(UPLOAD_RESERVATION_MS);

  const other = await caller.begin(dave.contactKey, one);
  // Half of one, and the whole of the other: there is not as much left as the first wants.
  expect((await caller.append(begun, half, bytes.slice(half))).status).toBe(204);
  expect((await caller.append(empty, 0, bytes)).status).toBe(507);
  expect((await caller.append(other, 0, bytes)).status).toBe(204);
  await stage.app.expire();
  expect(await caller.offset(empty)).toBe(-404);
  expect(await caller.fetchAll(begun, one)).toEqual(bytes);
});

test("however few contacts use up what they may leave, the others may go on", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const keys = Array.from({ length: 8 }, () => stage.random(32) as DeliveryKey);
  await stage.caller.ask(
    "putDeliveryKeys",
    keySet(stage.random, 2, { contact: keys, card: [], onceCard: [] }),
    bob.token,
  );
  const caller = new BlobCaller(stage.origin);
  const { sealedBytes: largest } = shapeOf(MAX_RELAYED_FILE_BYTES);
  const [last, ...hostile] = keys;

  for (const key of hostile) while ((await caller.create(key, largest)).status === 201);

  expect((await caller.create(last ?? stage.random(32), largest)).status).toBe(201);
});

test("a blob is gone when it has expired or was deleted, from the disk too", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "tacit-blobs-"));
  const stage = await RelayStage.start({ dataDir });
  const bob = await stage.register("bob");
  const caller = new BlobCaller(stage.origin);
  const bytes = sealedBytes(5_000);
  const stored = () => readdirSync(join(dataDir, "blobs"), { recursive: true, withFileTypes: true });
  const files = () => stored().filter((entry) => entry.isFile());

  const abandoned = await caller.begin(bob.contactKey, bytes.length);
  await caller.append(abandoned, 0, bytes.slice(0, 10));
  const kept = await caller.upload(bob.contactKey, bytes);
  const deleted = await caller.upload(bob.contactKey, bytes);
  await caller.send("DELETE", deleted);
  expect((await caller.fetch(deleted, 0, 10)).status).toBe(404);
  expect(files()).toHaveLength(2);

  stage.clock.advance(UPLOAD_TTL_MS + HOUR_MS);
  await stage.app.expire();
  expect(await caller.offset(abandoned)).toBe(-404);
  expect(files()).toHaveLength(1);
  expect((await caller.fetch(kept, 0, 10)).status).toBe(206);

  stage.clock.advance(BLOB_TTL_MS);
  expect((await caller.fetch(kept, 0, 10)).status).toBe(404);
  await stage.app.expire();
  expect(files()).toHaveLength(0);
  await stage[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true });
});

test("no path but a blob's own leads anywhere", async () => {
  await using stage = await RelayStage.start();
  const caller = new BlobCaller(stage.origin);
  const strange = [
    "..",
    "..%2f..%2frelay.db",
    "%00",
    "a".repeat(63),
    "A".repeat(64),
    `${"a".repeat(64)}%2f..`,
    "c:%5c",
  ];
  for (const id of [...strange, "a".repeat(64)]) {
    expect(await caller.offset(`${BLOBS_PATH}/${id}`)).toBe(-404);
    expect((await caller.fetch(`${BLOBS_PATH}/${id}`, 0, 10)).status).toBe(404);
  }
});

test("other versions and other origins are refused", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const caller = new BlobCaller(stage.origin);
  const path = await caller.begin(bob.contactKey, shapeOf(1).sealedBytes);

  expect((await caller.send("HEAD", path, { "tus-resumable": "0.2.2" })).status).toBe(412);
  expect((await caller.send("GET", path, { [PROTOCOL_HEADER]: "9", range: "bytes=0-1" })).status).toBe(412);
  expect((await caller.send("HEAD", path, { origin: "https://elsewhere.example" })).status).toBe(401);
});

test("the disk says of a blob how long it is and how long it stays, and nothing else", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "tacit-blobs-"));
  const stage = await RelayStage.start({ dataDir });
  const bob = await stage.register("bob");
  const path = await new BlobCaller(stage.origin).upload(bob.contactKey, sealedBytes(5_000));
  const id = Buffer.from(path.slice(-64), "hex");

  const rows = readRows(dataDir).filter(([table]) => String(table) === "blobs");
  await stage[Symbol.asyncDispose]();
  expect(rows).toHaveLength(1);
  expect(rows[0]).toHaveLength(5);
  const secrets = [bob.contactKey, sha256(bob.contactKey), id].flatMap(formsOf);
  for (const secret of [...secrets, Buffer.from(bob.owner.accountId)]) {
    expect(rows.some((row) => mentions(row, secret))).toBe(false);
  }
  const names = readdirSync(join(dataDir, "blobs"), { recursive: true }).map(String);
  expect(names.some((name) => name.includes(id.toString("hex")))).toBe(false);
  rmSync(dataDir, { recursive: true });
});

test("what was acknowledged of an upload is there after the process was killed, and the rest goes on", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "tacit-blobs-"));
  await using stage = await RelayStage.start();
  const first = await spawnRelay(dataDir);
  const bob = await stage.register("bob", undefined, 3, new Caller(first.origin));
  const bytes = sealedBytes(3_000_000);
  const before = new BlobCaller(first.origin);
  const path = await before.begin(bob.contactKey, bytes.length);
  const half = 1_500_000;
  expect((await before.append(path, 0, bytes.slice(0, half))).status).toBe(204);
  const stalled = before.append(path, half, piecesThatBreakOff(bytes.slice(half, half + 200_000)));
  const broken = stalled.catch(() => undefined);
  await end(first.child, "SIGKILL");
  await broken;
  const second = await spawnRelay(dataDir);
  const after = new BlobCaller(second.origin);

  const offset = await after.offset(path);
  expect(offset).toBeGreaterThanOrEqual(half);
  expect((await after.append(path, offset, bytes.slice(offset))).status).toBe(204);
  expect(await after.fetchAll(path, bytes.length)).toEqual(bytes);

  await end(second.child, "SIGTERM");
  rmSync(dataDir, { recursive: true });
  expect(existsSync(dataDir)).toBe(false);
});
