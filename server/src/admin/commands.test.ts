import { closeSync, existsSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parseConfig } from "../config.ts";
import { examine } from "../doctor/doctor.ts";
import type { Clock, Random } from "../ports.ts";
import { systemClock, systemRandom } from "../system.ts";
import { RelayStage } from "../testing/relay-stage.ts";
import { runCommand } from "./commands.ts";

let dataDir = "";
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "tacit-commands-"));
});
afterEach(() => rmSync(dataDir, { recursive: true }));

type Chances = { readonly clock: Clock; readonly random: Random };

/** What `tacit …` says beside the relay of the stage, or without it. */
async function say(stage: Chances, ...words: readonly string[]) {
  return (await pass(stage, [], ...words)).join("");
}

/** The pieces that it writes, given those that it reads. */
async function pass(
  { clock, random }: Chances,
  pieces: readonly Uint8Array[],
  ...words: readonly string[]
): Promise<readonly (string | Uint8Array)[]> {
  const said: (string | Uint8Array)[] = [];
  const write = (chunk: string | Uint8Array) => void said.push(chunk);
  const config = parseConfig({ DATA_DIR: dataDir });
  const turn = () => undefined;
  const code = await runCommand(words, { config, clock, random, turn, write, read: () => pieces });
  expect(code).toBe(0);
  return said;
}

test("whoever was disabled after a backup is not with it, and the restore says so and whom it means", async () => {
  const stage = await RelayStage.start({ dataDir });
  for (const name of ["alice", "bob", "carol"]) await stage.register(name);
  const backup = join(dataDir, "backup.db");
  await say(stage, "user", "disable", "alice");
  await say(stage, "backup", "data", backup);
  await say(stage, "user", "disable", "bob");
  await say(stage, "user", "disable", "carol");
  await say(stage, "user", "enable", "carol");
  await stage[Symbol.asyncDispose]();

  const said = await say(stage, "restore", "data", backup);

  expect(said).toContain("whoever was disabled after it is not");
  expect(said.match(/\w+ was disabled since/g)).toEqual(["bob was disabled since"]);
  const [, id = ""] = /tacit user disable (\S+)/.exec(said) ?? [];
  await say(stage, "user", "disable", id);
  expect((await say(stage, "user", "list")).match(/^\w+(?=.*, disabled)/gm)).toEqual(["alice", "bob"]);
});

test("a backup goes out and comes in a piece at a time: no length of it is too much for memory", async () => {
  const stage = await RelayStage.start({ dataDir });
  await stage.register("alice");
  const pieces = (await pass(stage, [], "backup", "data", "-")) as readonly Uint8Array[];

  const lengths = pieces.map(({ length }) => length);
  expect(Math.max(...lengths)).toBeLessThan(lengths.reduce((sum, length) => sum + length) / 2);
  await stage[Symbol.asyncDispose]();
  rmSync(join(dataDir, "relay.db"));
  await pass(stage, pieces, "restore", "data", "-");
  expect(await say(stage, "user", "list")).toMatch(/^alice /);
  expect(readdirSync(dataDir).filter((name) => /^(?:tacit-|restoring)/.test(name))).toEqual([]);
});

test("a backup that fails leaves nothing: no try makes a full disk fuller", async () => {
  const stage = await RelayStage.start({ dataDir });
  await stage.register("alice");
  await stage[Symbol.asyncDispose]();
  const database = openSync(join(dataDir, "relay.db"), "r+");
  // All of the first page behind the header, so that the copy cannot even be looked at.
  writeSync(database, Buffer.alloc(8_000, 0xee), 0, 8_000, 100);
  closeSync(database);

  await expect(say(stage, "backup", "data")).rejects.toThrow();

  expect(readdirSync(join(dataDir, "backups"))).toEqual([]);
});

test("every session of the admin page ends at a word, and every link to it", async () => {
  await using stage = await RelayStage.start({ dataDir });
  const ask = (path: string, init: RequestInit) => fetch(`${stage.origin}/v1/admin/${path}`, init);
  const enter = (link: string) => {
    const headers = { "content-type": "application/json" };
    return ask("enter", { method: "POST", body: JSON.stringify({ link }), headers });
  };
  const { session } = (await (await enter(await stage.app.createAdminLink())).json()) as { session: string };
  const state = () => ask("state", { headers: { authorization: `Bearer ${session}` } });
  const unused = await stage.app.createAdminLink();
  expect((await state()).status).toBe(200);

  expect(await say(stage, "admin", "end")).toContain("Ended: 2 ");

  expect((await state()).status).toBe(401);
  expect((await enter(unused)).status).toBe(401);
});

test("where the relay names no TURN server there is no secret of one to rotate, and that is said", async () => {
  await using stage = await RelayStage.start({ dataDir });

  await expect(say(stage, "rotate", "turn")).rejects.toThrow(
    "this relay names no TURN server: set TURN_HOST or TURN_URLS",
  );
  await expect(say(stage, "rotate", "nothing")).rejects.toThrow("say: tacit rotate turn|tokens");
});

test("a command that there is not is named", async () => {
  await using stage = await RelayStage.start({ dataDir });

  await expect(say(stage, "frobnicate")).rejects.toThrow('there is no "frobnicate": tacit help');
  expect(await say(stage, "help")).toContain("tacit user list");
});

test("where there is no relay no command makes one: a forgotten DATA_DIR gives no invite that works nowhere", async () => {
  const ports = { clock: systemClock, random: systemRandom };

  for (const words of [
    ["invite", "5"],
    ["admin"],
    ["user", "list"],
    ["stats"],
    ["export-config"],
    ["rotate", "tokens"],
  ]) {
    await expect(say(ports, ...words)).rejects.toThrow(`there is no relay in ${dataDir}: set DATA_DIR`);
  }

  expect(readdirSync(dataDir)).toEqual([]);
});

test("the doctor says that the folder or the database is not where it looks, and how that comes", async () => {
  const config = parseConfig({ DATA_DIR: join(dataDir, "forgotten") });

  const findings = await examine(config, { clock: systemClock, random: systemRandom, turn: undefined });

  for (const about of ["disk", "database"]) {
    const advice = expect.stringContaining("Set DATA_DIR as it is for the relay.");
    expect(findings).toContainEqual({ about, state: "broken", says: expect.stringContaining("forgotten"), advice });
  }
});

test("the audit log holds no restore that was refused, and the one that was done", async () => {
  const stage = await RelayStage.start({ dataDir });
  await stage.register("alice");
  const backup = join(dataDir, "backup.db");
  await say(stage, "backup", "data", backup);
  const log = join(dataDir, "audit.log");
  const restores = () => (existsSync(log) ? readFileSync(log, "utf8") : "").match(/data restored/g) ?? [];

  await expect(say(stage, "restore", "data", backup)).rejects.toThrow("the relay is running");
  await stage[Symbol.asyncDispose]();
  await expect(say(stage, "restore", "data", join(dataDir, "nothing.db"))).rejects.toThrow();
  expect(restores()).toHaveLength(0);

  await say(stage, "restore", "data", backup);
  expect(restores()).toHaveLength(1);
});

test("a word that the command for the admin page does not know makes no link", async () => {
  await using stage = await RelayStage.start({ dataDir });

  await expect(say(stage, "admin", "stop")).rejects.toThrow("say: tacit admin, or tacit admin end");
});
