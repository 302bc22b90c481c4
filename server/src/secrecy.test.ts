import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { buildApp } from "./app.ts";
import { sha256 } from "./hash.ts";
import { createLog } from "./log.ts";
import { formsOf, readDisk } from "./testing/disk.ts";
import { startLogin } from "./testing/opaque-client.ts";
import { type Member, RelayStage } from "./testing/relay-stage.ts";
import { composeChange, composeDeletion, logIn, vaultOf } from "./testing/sign-in.ts";

const EMAIL = "alice.canary@mail.example";

/** People do what they do: register, sign in, post, collect, fail. */
async function live(stage: RelayStage): Promise<{ readonly alice: Member; readonly bob: Member }> {
  const [alice, bob] = [await stage.register(EMAIL), await stage.register("bobcanary")];
  await stage.caller.call("startLogin", { login: EMAIL, request: startLogin("wrong").request });
  await stage.caller.call("startLogin", { login: EMAIL, request: "AAAA" });
  await stage.caller.ask("putRecovery", vaultOf(bob.owner, 1), bob.token);
  const { ticket } = await logIn(stage.caller, EMAIL);
  await stage.caller.ask("fetchRecovery", { ticket });
  const change = await composeChange(stage.caller, alice.owner, ticket, vaultOf(alice.owner, 1));
  await stage.caller.ask("finishPasswordChange", change);
  await stage.caller.ask("post", stage.compose(bob, "durable", bob.cardKey));
  await stage.caller.ask("bundle", { key: bob.contactKey, nonce: stage.random(16) });
  const socket = stage.connect(bob.token, 1);
  await expect.poll(() => socket.envelopes.length).toBe(1);
  await socket.collect();
  await stage.caller.ask("post", stage.compose(bob));
  return { alice, bob };
}

test("the disk holds no address, no e-mail, no delivery key, no token, no invite, and nothing that was collected", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "tacit-disk-"));
  const stage = await RelayStage.start({ dataDir });
  const { alice, bob } = await live(stage);
  const collected = stage.compose(bob);
  await stage.caller.ask("post", collected);
  const socket = stage.connect(bob.token, 2);
  await expect.poll(() => socket.envelopes.length).toBe(2);
  await socket.collect();
  const invite = await stage.app.createInvite(3);
  await stage.app.expire();

  const disk = readDisk(dataDir);
  await stage[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true });
  const sealed = collected.envelopes[0]?.sealed ?? new Uint8Array();
  const absent = [alice, bob].flatMap(({ contactKey, cardKey, onceKey, token }) => [
    ...[contactKey, cardKey, onceKey].flatMap(formsOf),
    Buffer.from(token),
  ]);
  absent.push(Buffer.from(invite), Buffer.from(invite, "base64url"));
  for (const secret of [...absent, Buffer.from(sealed.slice(0, 32)), Buffer.from(EMAIL), Buffer.from("127.0.0.1")]) {
    expect(disk.includes(secret)).toBe(false);
  }
  expect(disk.includes("bobcanary")).toBe(true);
  expect(disk.includes(Buffer.from(sha256(bob.contactKey)))).toBe(true);
});

test("no log line at any level says who, where from, or which mailbox", async () => {
  const lines: string[] = [];
  const log = createLog("trace", { write: (line) => lines.push(line) });
  const dataDir = mkdtempSync(join(tmpdir(), "tacit-log-"));
  const stage = await RelayStage.start({ dataDir, log });
  const { alice, bob } = await live(stage);
  const socket = stage.connect(bob.token, 3);
  await socket.ready;
  const { ticket } = await logIn(stage.caller, "bobcanary");
  const deletion = composeDeletion(bob.owner, ticket);
  await stage.caller.call("fetchRecovery", { ticket: stage.random(32) });
  // From here on the database refuses everything.
  const { default: Database } = await import("better-sqlite3");
  const saboteur = new Database(join(dataDir, "relay.db"));
  const tables = ["envelopes", "delivery_keys", "one_time_prekeys", "recovery", "accounts", "tokens"];
  for (const table of tables) saboteur.exec(`ALTER TABLE ${table} RENAME TO ${table}_gone`);
  saboteur.close();
  await stage.caller.call("deleteAccount", deletion);
  await stage.caller.call("putRecovery", vaultOf(bob.owner, 2), bob.token);
  await stage.caller.call("post", stage.compose(bob));
  await stage.caller.call("bundle", { key: bob.contactKey, nonce: stage.random(16) });
  await stage.caller.call("startLogin", { login: "bobcanary", request: startLogin("x").request });
  await stage.caller.call("putPreKeys", bob.owner.prekeys(0), bob.token);
  await stage[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true });

  const text = lines.join("");
  expect(lines.length).toBeGreaterThan(2);
  const ids = [alice, bob].flatMap((member) => [
    member.owner.accountId,
    member.token,
    ...[member.contactKey, member.cardKey].flatMap((key) => [...formsOf(key), ...formsOf(sha256(key))]).map(String),
  ]);
  for (const id of [...ids, EMAIL, "canary", "127.0.0.1", "::1"]) expect(text).not.toContain(id);
});

test("a failure is logged by its kind, its code and its frames, never by its message", () => {
  const lines: string[] = [];
  const log = createLog("info", { write: (line) => lines.push(line) });
  const cause = Object.assign(new Error("params: alice@mail.example"), { code: "SQLITE_FULL" });

  log("error", "could not store", new Error("alice failed", { cause }));
  log("warn", "a text was thrown", "alice");

  expect(lines.join("")).not.toContain("alice");
  expect(JSON.parse(lines[0] ?? "")).toMatchObject({
    msg: "could not store",
    kind: "Error",
    cause: { code: "SQLITE_FULL" },
  });
});

test("the secrets lie outside the database, for their owner only, and are the same after a restart", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "tacit-secrets-"));
  const read = () => ["opaque-setup", "login-key"].map((name) => readFileSync(join(dataDir, name), "utf8"));
  await (await buildApp({ dataDir })).close();
  const first = read();

  await (await buildApp({ dataDir })).close();

  expect(read()).toEqual(first);
  for (const name of ["opaque-setup", "login-key"]) expect(statSync(join(dataDir, name)).mode & 0o777).toBe(0o600);
  rmSync(dataDir, { recursive: true });
});

test("a relay with accounts does not start without its secrets, instead of locking everybody out", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "tacit-secrets-"));
  const stage = await RelayStage.start({ dataDir });
  await stage.register("alice");
  await stage[Symbol.asyncDispose]();

  rmSync(join(dataDir, "opaque-setup"));
  await expect(buildApp({ dataDir })).rejects.toThrow(/opaque-setup is missing/);
  writeFileSync(join(dataDir, "opaque-setup"), "");
  await expect(buildApp({ dataDir })).rejects.toThrow(/opaque-setup is empty/);
  rmSync(dataDir, { recursive: true });
});
