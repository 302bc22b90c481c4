import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DAY_MS, SECOND_MS } from "@tacit/shared/limits";
import { expect, test } from "vitest";
import { openDatabase } from "../db/open.ts";
import { DISK_RESERVE_BYTES } from "../disk-guard.ts";
import { RelayStage } from "../testing/relay-stage.ts";
import { logIn } from "../testing/sign-in.ts";
import { refusalOf } from "../testing/sockets.ts";
import { firstBrokenLine, openAudit } from "./audit.ts";
import { buildPeople } from "./people.ts";

const SETTINGS = { relayName: "Ours", registration: "closed", maxAccounts: 5, mailboxMebibytes: 1 } as const;

function ask(stage: RelayStage, method: string, path: string, body?: unknown, session = "", origin = stage.origin) {
  return fetch(`${stage.origin}/v1/admin/${path}`, {
    method,
    headers: { "content-type": "application/json", origin, authorization: `Bearer ${session}` },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function enter(stage: RelayStage): Promise<string> {
  const link = await stage.app.createAdminLink();
  const { session } = (await (await ask(stage, "POST", "enter", { link })).json()) as { readonly session: string };
  return session;
}

test("a link opens the admin page once, within a day, and nothing else opens it", async () => {
  await using stage = await RelayStage.start();
  const link = await stage.app.createAdminLink();
  const late = await stage.app.createAdminLink();

  expect((await ask(stage, "GET", "state")).status).toBe(401);
  expect((await ask(stage, "GET", "state", undefined, link)).status).toBe(401);
  expect((await ask(stage, "POST", "enter", { link: "x".repeat(43) })).status).toBe(401);
  expect((await ask(stage, "POST", "enter", { link }, "", "https://evil.example")).status).toBe(401);
  expect((await ask(stage, "POST", "enter", { link })).status).toBe(200);
  expect((await ask(stage, "POST", "enter", { link })).status).toBe(401);
  stage.clock.advance(DAY_MS);
  expect((await ask(stage, "POST", "enter", { link: late })).status).toBe(401);
});

test("what is decided there is in force at once: the name, who may join, how many, how much may wait", async () => {
  await using stage = await RelayStage.start();
  const session = await enter(stage);
  const bob = await stage.register("bob");
  const put = (change: object) => ask(stage, "PUT", "settings", { ...SETTINGS, ...change }, session);

  expect((await put({})).status).toBe(200);
  expect(await stage.caller.ask("relayInfo", {})).toMatchObject({ name: "Ours", registration: "closed" });
  await expect(stage.register("carol")).rejects.toThrow("closed");
  await put({ registration: "open", maxAccounts: 1 });
  await expect(stage.register("carol")).rejects.toThrow("closed");
  await put({ registration: "open" });
  await stage.register("carol");
  const answers = [];
  for (let i = 0; i < 17; i++)
    answers.push(await stage.caller.ask("post", stage.compose(bob, "durable", bob.contactKey, 65_536)));
  expect(answers.map(({ status }) => status)).toEqual([...Array(16).fill("ok"), "full"]);
  for (const wrong of [{ relayName: "" }, { registration: "half" }, { maxAccounts: 0 }, { more: 1 }]) {
    expect((await put(wrong)).status).toBe(400);
  }
});

test("an invite that was made there lets one person in", async () => {
  await using stage = await RelayStage.start({ registration: "invite" });
  const session = await enter(stage);

  const { invite } = (await (await ask(stage, "POST", "invites", { uses: 1 }, session)).json()) as { invite: string };

  await stage.register("alice", invite);
  await expect(stage.register("bob", invite)).rejects.toThrow("invite");
});

test("the page is told sums and settings, and nothing of anybody", async () => {
  await using stage = await RelayStage.start();
  const session = await enter(stage);
  const bob = await stage.register("bob");
  await stage.caller.ask("post", stage.compose(bob));

  const state = await (await ask(stage, "GET", "state", undefined, session)).text();

  expect(JSON.parse(state)).toMatchObject({ isSetUp: false, stats: { accounts: 1, waitingEnvelopes: 1 } });
  expect(state).not.toContain("bob");
  await ask(stage, "POST", "leave", {}, session);
  expect((await ask(stage, "GET", "state", undefined, session)).status).toBe(401);
});

test("a disk that is almost full takes no new messages and nobody new, and still gives out what waits", async () => {
  let free = Number.POSITIVE_INFINITY;
  await using stage = await RelayStage.start({ freeBytes: () => free });
  const bob = await stage.register("bob");
  await stage.caller.ask("post", stage.compose(bob));
  const ready = async () => (await fetch(`${stage.origin}/readyz`)).status;
  expect(await ready()).toBe(200);

  free = DISK_RESERVE_BYTES - 1;
  stage.clock.advance(10 * SECOND_MS);

  expect(await stage.caller.ask("post", stage.compose(bob))).toEqual({ status: "retry" });
  expect(await stage.caller.ask("relayInfo", {})).toMatchObject({ registration: "closed" });
  expect(await ready()).toBe(503);
  const device = stage.connect(bob.token, 1);
  await expect.poll(() => device.envelopes).toHaveLength(1);
  free = DISK_RESERVE_BYTES;
  stage.clock.advance(10 * SECOND_MS);
  expect(await stage.caller.ask("post", stage.compose(bob))).toEqual({ status: "ok" });
});

test("the figures count what happens and name nobody", async () => {
  await using stage = await RelayStage.start({ build: "1.2.3+abc" });
  const { origin } = await stage.app.listenForMetrics(0);
  const bob = await stage.register("bob");
  await stage.caller.ask("post", stage.compose(bob));
  await stage.caller.call("startLogin", { login: "nobody", request: "AA" });

  const text = await (await fetch(`${origin}/metrics`)).text();

  expect(text).toContain('tacit_posts_total{answer="ok"} 1');
  expect(text).toContain('tacit_requests_total{route="finishRegistration",outcome="ok"} 1');
  expect(text).toContain('tacit_build_info{version="1.2.3+abc"} 1');
  expect(text).toContain("tacit_accounts 1");
  expect(text).not.toMatch(/bob|127\.0\.0\.1/);
  expect((await fetch(`${stage.origin}/metrics`)).status).toBe(404);
});

test("a line of the audit that is changed or taken out is found", () => {
  const directory = mkdtempSync(join(tmpdir(), "tacit-audit-"));
  const file = join(directory, "audit.log");
  const audit = openAudit(file, () => 0);
  for (const action of ["one", "two", "three"]) audit(action);
  const lines = readFileSync(file, "utf8").trimEnd().split("\n");

  expect(firstBrokenLine(lines.join("\n"))).toBeUndefined();
  expect(firstBrokenLine(lines.join("\n").replace("two", "too"))).toBe(2);
  expect(firstBrokenLine([lines[0], lines[2]].join("\n"))).toBe(2);
  rmSync(directory, { recursive: true });
});

test("whoever is shut out loses their connection within seconds and gets in again when they may", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "tacit-admin-"));
  const stage = await RelayStage.start({ dataDir });
  const bob = await stage.register("bob");
  const device = stage.connect(bob.token, 1);
  await device.ready;
  const beside = openDatabase(join(dataDir, "relay.db"), stage.random);
  const people = buildPeople(beside);
  const account = people.find("bob");
  if (account === undefined) throw new Error("nobody is called bob");

  people.setDisabled(account, true);

  await device.ended();
  const disabled = { status: 403, error: { error: "disabled" } };
  expect(await stage.caller.call("turn", {}, bob.token)).toMatchObject(disabled);
  expect(await refusalOf(stage.connect(bob.token, 2).socket)).toBe("disabled");
  await expect(logIn(stage.caller, "bob")).rejects.toThrow("disabled");
  people.setDisabled(account, false);
  expect(await stage.caller.call("turn", {}, bob.token)).toMatchObject({ status: 200 });
  beside.$client.close();
  await stage[Symbol.asyncDispose]();
  rmSync(dataDir, { recursive: true });
});
