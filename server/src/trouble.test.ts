import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { encode } from "@tacit/shared/codec";
import { DELIVERY_PLANE } from "@tacit/shared/events";
import { PROTOCOL_VERSION } from "@tacit/shared/version";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { readRows } from "./testing/disk.ts";
import { RelayStage } from "./testing/relay-stage.ts";
import { seededRandom } from "./testing/seeded-random.ts";
import { composeChange, composeDeletion, logIn, NEW_PASSWORD, vaultOf } from "./testing/sign-in.ts";
import { refusalOf } from "./testing/sockets.ts";

test("a database that takes no more answers unavailable and retry, and all is well when it does again", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "tacit-trouble-"));
  const stage = await RelayStage.start({ dataDir });
  const bob = await stage.register("bob");
  const carol = await stage.prepare("carol");
  const database = new Database(join(dataDir, "relay.db"));
  const refuse = (table: string, what: string) =>
    database.exec(
      `CREATE TRIGGER no_${what}_${table} BEFORE ${what} ON ${table} BEGIN SELECT RAISE(FAIL, 'full'); END`,
    );
  for (const table of ["accounts", "envelopes", "claims", "recovery"]) refuse(table, "INSERT");
  for (const table of ["device_states", "one_time_prekeys"]) refuse(table, "UPDATE");
  const claim = { card: bob.onceKey, claimant: stage.random(32) as never };
  const question = { key: bob.contactKey, nonce: stage.random(16) };
  const post = stage.compose(bob);

  const registration = await stage.caller.call("finishRegistration", carol.request);
  expect(registration).toMatchObject({ status: 503, error: { error: "unavailable" } });
  const vault = vaultOf(bob.owner, 1);
  expect(await stage.caller.call("putRecovery", vault, bob.token)).toMatchObject({ status: 503 });
  expect(await refusalOf(stage.connect(bob.token, 1).socket)).toBe("unavailable");
  expect(await stage.caller.ask("post", post)).toEqual({ status: "retry" });
  expect(await stage.caller.ask("claim", claim)).toEqual({ status: "retry" });
  expect(await stage.caller.ask("bundle", question)).toEqual({ status: "retry" });

  const triggers = database.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").pluck().all();
  for (const name of triggers) database.exec(`DROP TRIGGER ${name}`);
  database.close();
  await stage.caller.ask("finishRegistration", carol.request);
  await stage.caller.ask("putRecovery", vault, bob.token);
  expect(await stage.caller.ask("post", post)).toEqual({ status: "ok" });
  expect(await stage.caller.ask("claim", claim)).toEqual({ status: "ok" });
  expect((await stage.caller.ask("bundle", question)).status).toBe("ok");
  const socket = stage.connect(bob.token, 1);
  await expect.poll(() => socket.envelopes).toHaveLength(1);

  await stage[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true });
});

test.each([
  ["the record", "UPDATE", "accounts"],
  ["the vault", "UPDATE", "recovery"],
])(
  "a change of password that cannot write %s writes nothing, and goes well when asked again",
  async (_, what, table) => {
    const dataDir = mkdtempSync(join(tmpdir(), "tacit-trouble-"));
    const stage = await RelayStage.start({ dataDir });
    const bob = await stage.register("bob");
    const vault = vaultOf(bob.owner, 1);
    await stage.caller.ask("putRecovery", vault, bob.token);
    const { ticket } = await logIn(stage.caller, "bob");
    const change = await composeChange(stage.caller, bob.owner, ticket, vaultOf(bob.owner, 2));
    const database = new Database(join(dataDir, "relay.db"));
    database.exec(`CREATE TRIGGER no BEFORE ${what} ON ${table} BEGIN SELECT RAISE(FAIL, 'full'); END`);

    const refused = await stage.caller.call("finishPasswordChange", change);

    expect(refused).toMatchObject({ status: 503, error: { error: "unavailable" } });
    expect((await stage.caller.ask("fetchRecovery", { ticket })).vault).toEqual(vault);
    database.exec("DROP TRIGGER no");
    database.close();
    await stage.caller.ask("finishPasswordChange", change);
    const { ticket: next } = await logIn(stage.caller, "bob", NEW_PASSWORD);
    expect((await stage.caller.ask("fetchRecovery", { ticket: next })).vault).toEqual(change.vault);
    await stage[Symbol.asyncDispose]();
    rmSync(dataDir, { recursive: true });
  },
);

test("a deletion that fails half way deletes nothing, and goes well when asked again", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "tacit-trouble-"));
  const stage = await RelayStage.start({ dataDir });
  const bob = await stage.register("bob");
  await stage.caller.ask("post", stage.compose(bob));
  const device = stage.connect(bob.token, 1);
  await expect.poll(() => device.envelopes).toHaveLength(1);
  const { ticket } = await logIn(stage.caller, "bob");
  const deletion = composeDeletion(bob.owner, ticket);
  const database = new Database(join(dataDir, "relay.db"));
  database.exec("CREATE TRIGGER no BEFORE DELETE ON envelopes BEGIN SELECT RAISE(FAIL, 'full'); END");
  const before = readRows(dataDir);

  expect(await stage.caller.call("deleteAccount", deletion)).toMatchObject({ status: 503 });

  expect(readRows(dataDir)).toEqual(before);
  expect(device.socket.connected).toBe(true);
  database.exec("DROP TRIGGER no");
  database.close();
  await stage.caller.ask("deleteAccount", deletion);
  await device.ended();
  await stage[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true });
});

test("frames of nonsense end their own connection and touch nobody else", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const device = stage.connect(bob.token, 1);
  await device.ready;
  const random = seededRandom("nonsense");
  const join = encode({ type: 0, nsp: DELIVERY_PLANE, data: { protocol: PROTOCOL_VERSION } });
  const post = encode({ type: 2, nsp: DELIVERY_PLANE, id: 0, data: ["post", [stage.compose(bob)]] });

  const damaged = Array.from({ length: 150 }, (_, i) => {
    const frame = i % 2 === 0 ? post.slice() : random(1 + (i % 90));
    for (const at of random(4)) frame[(at % 64) % frame.length] = random(1)[0] ?? 0;
    return frame;
  });
  await Promise.all(damaged.map((frame) => sendRaw(stage.origin, [join, frame])));

  await stage.caller.ask("post", stage.compose(bob));
  await expect.poll(() => device.envelopes.length).toBeGreaterThan(0);
  expect((await fetch(`${stage.origin}/healthz`)).status).toBe(200);
});

/** Speaks to the socket as no client does. Resolves when the connection has ended, by whomever. */
function sendRaw(origin: string, frames: readonly Uint8Array<ArrayBuffer>[]): Promise<void> {
  const socket = new WebSocket(`${origin.replace("http", "ws")}/socket.io/?EIO=4&transport=websocket`);
  return new Promise((resolve) => {
    socket.addEventListener("close", () => resolve());
    socket.addEventListener("open", () => {
      for (const frame of frames) socket.send(frame);
      // A frame that happens to be harmless leaves the connection open: the engine's own close ends it.
      socket.send("1");
    });
  });
}
