import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { toHex } from "@tacit/shared/bytes";
import { afterEach, beforeEach, expect, test } from "vitest";
import { buildAdminKeys } from "../admin/keys.ts";
import { openDatabase } from "../db/open.ts";
import { sha256 } from "../hash.ts";
import { readRevocations } from "../revocations.ts";
import { BlobCaller, sealedBytes } from "../testing/blob-caller.ts";
import { keySet } from "../testing/owner.ts";
import { type Member, RelayStage } from "../testing/relay-stage.ts";
import { backUpData } from "./backup.ts";
import { restoreData } from "./restore.ts";

let dataDir = "";
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "tacit-restore-"));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const backup = () => join(dataDir, "backup.db");

/** Puts the backup back, with the list of what was taken back as it is now. */
async function restored(before: RelayStage): Promise<{ stage: RelayStage; refused: ReturnType<typeof restoreData> }> {
  const { clock, random } = before;
  await before[Symbol.asyncDispose]();
  const revoked = readRevocations(join(dataDir, "revocations"));
  const refused = restoreData(backup(), join(dataDir, "relay.db"), { clock, random, revoked });
  return { stage: await RelayStage.start({ dataDir }), refused };
}

const backUp = () => backUpData(join(dataDir, "relay.db"), backup());

async function readyOf(stage: RelayStage, { token }: Member, epoch: number) {
  return stage.connect(token, epoch).ready;
}

test("a restored relay has a new store epoch and hands out no one-time prekey of before", async () => {
  const before = await RelayStage.start({ dataDir });
  const bob = await before.register("bob");
  const { storeEpoch, prekeys } = await readyOf(before, bob, 1);
  expect(prekeys.oneTime).toBeGreaterThan(0);
  await backUp();

  const { stage } = await restored(before);

  const ready = await readyOf(stage, bob, 2);
  expect(ready.storeEpoch).not.toEqual(storeEpoch);
  expect(ready.prekeys).toEqual({ oneTime: 0, kyber: 0 });
  await stage[Symbol.asyncDispose]();
});

test("no link to the admin page and no session of it comes back with a backup", async () => {
  const before = await RelayStage.start({ dataDir });
  const { clock, random } = before;
  const withKeys = <Value>(use: (keys: ReturnType<typeof buildAdminKeys>) => Value): Value => {
    const db = openDatabase(join(dataDir, "relay.db"), random);
    try {
      return use(buildAdminKeys(db, clock, random));
    } finally {
      db.$client.close();
    }
  };
  const [session, link] = withKeys((keys) => [keys.enter(keys.createLink()) ?? "", keys.createLink()] as const);
  await backUp();

  const { stage } = await restored(before);

  expect(withKeys((keys) => [keys.isSession(session), keys.enter(link)])).toEqual([false, undefined]);
  await stage[Symbol.asyncDispose]();
});

test("what was taken back after the backup stays taken back: a sign-in, a delivery key, a set, an account", async () => {
  const before = await RelayStage.start({ dataDir });
  const [alice, bob, carol] = [
    await before.register("alice"),
    await before.register("bob"),
    await before.register("carol"),
  ];
  await backUp();
  await before.caller.ask("revokeToken", {}, alice.token);
  const without = keySet(before.random, 7, { contact: [], card: [], onceCard: [] });
  await before.caller.ask("putDeliveryKeys", without, bob.token);

  const { stage, refused } = await restored(before);

  expect(refused).toMatchObject({ accounts: 0, tokens: 1 });
  expect(refused.keys).toBeGreaterThan(0);
  expect(await stage.caller.call("putPreKeys", {}, alice.token)).toMatchObject({ status: 401 });
  expect(await stage.caller.ask("post", stage.compose(bob))).toEqual({ status: "unknown-key" });
  const older = keySet(stage.random, 6, { contact: [bob.contactKey], card: [], onceCard: [] });
  expect(await stage.caller.call("putDeliveryKeys", older, bob.token)).toMatchObject({ error: { error: "outdated" } });
  expect(await stage.caller.ask("post", stage.compose(carol))).toEqual({ status: "ok" });
  await stage[Symbol.asyncDispose]();
});

test("a file that waited and was lost with the disk is gone for its recipient too, and none is left that nobody knows", async () => {
  const before = await RelayStage.start({ dataDir });
  const bob = await before.register("bob");
  const caller = new BlobCaller(before.origin);
  const bytes = sealedBytes(5_000);
  const [kept, lost] = [await caller.upload(bob.contactKey, bytes), await caller.upload(bob.contactKey, bytes)];
  await backUp();
  await caller.upload(bob.contactKey, bytes);
  const files = () => readdirSync(join(dataDir, "blobs"), { recursive: true, withFileTypes: true });
  const isOf = (path: string, { name }: { readonly name: string }) =>
    name === toHex(sha256(Buffer.from(path.slice(-64), "hex")));
  const ofLost = files().find((entry) => isOf(lost, entry));
  if (ofLost === undefined) throw new Error("there is no such file");
  rmSync(join(ofLost.parentPath, ofLost.name));
  expect((await caller.fetch(lost, 0, 10)).status).toBe(404);

  const { stage, refused } = await restored(before);

  expect(refused.files).toBe(1);
  const after = new BlobCaller(stage.origin);
  expect(await after.fetchAll(kept, bytes.length)).toEqual(bytes);
  expect((await after.fetch(lost, 0, 10)).status).toBe(404);
  expect(files().filter((entry) => entry.isFile())).toHaveLength(1);
  await stage[Symbol.asyncDispose]();
});

test("a backup is refused while a relay has the database open, and what is no backup always", async () => {
  const stage = await RelayStage.start({ dataDir });
  await stage.register("bob");
  await backUp();
  const { clock, random } = stage;
  const revoked = readRevocations(join(dataDir, "revocations"));
  const restore = (from: string) => restoreData(from, join(dataDir, "relay.db"), { clock, random, revoked });

  expect(() => restore(backup())).toThrow("the relay is running");
  await stage[Symbol.asyncDispose]();
  expect(() => restore(join(dataDir, "opaque-setup"))).toThrow("no whole database");
  await expect(backUp()).rejects.toThrow("is there already");
});
