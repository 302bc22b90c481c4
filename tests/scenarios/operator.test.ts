import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { freePort, RelayProcess } from "../relay-process.ts";
import { FakeClock } from "./fake-clock.ts";
import { Person } from "./person.ts";
import { account, isSaved } from "./saved.ts";

test("a relay that burnt down comes back from its two backups, and people talk on", async () => {
  await using relay = await RelayProcess.start();
  const elsewhere = mkdtempSync(join(tmpdir(), "tacit-elsewhere-"));
  const [data, secrets] = [join(elsewhere, "data.db"), join(elsewhere, "secrets")];
  const clock = new FakeClock(Date.now());
  const surroundings = { clock, origin: relay.origin };
  const alice = await (await new Person("Alice", surroundings).open()).join();
  const bob = await (await new Person("Bob", surroundings).open()).join();
  await bob.add(await alice.card());
  await alice.client.accept(await alice.contact(bob));
  await alice.say(bob, "before");
  await bob.hears(alice, "before");
  await bob.quit();
  await alice.say(bob, "waiting in the backup");
  await alice.marks(bob, "waiting in the backup", "sent");

  // While the relay runs and somebody talks.
  const talking = alice.say(bob, ...Array.from({ length: 20 }, (_, i) => `meanwhile ${i}`));
  expect(relay.command("backup", "data", data)).toEqual({ code: 0, said: `${data}\n` });
  await talking;
  expect(relay.command("backup", "secrets", secrets).code).toBe(0);
  expect(relay.command("restore", "data", data).said).toContain("the relay is running: stop it first");
  await relay.kill();
  for (const name of readdirSync(relay.dataDir)) rmSync(join(relay.dataDir, name), { recursive: true });
  expect(relay.command("restore", "secrets", secrets).code).toBe(0);
  expect(relay.command("restore", "data", data)).toMatchObject({ code: 0 });
  await relay.start();

  await bob.open();
  await clock.passing(async () => {
    await alice.isOnline();
    await bob.isOnline();
    await bob.say(alice, "and back");
    await alice.hears(bob, "and back");
    await alice.say(bob, "as ever");
    await bob.sees("all that came", { view: "messages", contact: await bob.contact(alice), limit: 50 }, (rows) => {
      const texts = JSON.stringify(rows);
      return ["waiting in the backup", "as ever"].every((text) => texts.includes(text));
    });
  });
  await alice.quit();
  await bob.quit();
  rmSync(elsewhere, { recursive: true });
});

test("whoever changed their password after the backup changes it once more, and has a way back again", async () => {
  await using relay = await RelayProcess.start();
  const elsewhere = mkdtempSync(join(tmpdir(), "tacit-elsewhere-"));
  const data = join(elsewhere, "data.db");
  const clock = new FakeClock(Date.now());
  const surroundings = { clock, origin: relay.origin };
  const alice = await (await new Person("Alice", surroundings).open()).join();
  const words = await alice.client.recoveryWords();
  expect(relay.command("backup", "data", data).code).toBe(0);
  const [later, last] = ["a later password", "the last password"];
  expect((await alice.client.changePassword(alice.password, later)).ok).toBe(true);
  await alice.client.setKept(later, false);
  await relay.kill();
  expect(relay.command("restore", "data", data).code).toBe(0);
  await relay.start();
  await clock.passing(() => alice.isOnline());
  await alice.client.rename("Alice since");

  expect(await alice.client.changePassword(later, last)).toEqual({ ok: false, reason: "wrong-password" });
  expect(await alice.client.changePassword(alice.password, last)).toEqual({ ok: true, value: undefined });

  await alice.client.lock();
  expect((await alice.client.unlock(last)).ok).toBe(true);
  await isSaved({ clock }, alice);
  await alice.quit();
  const again = await new Person("Alice", surroundings).open();
  expect((await again.client.recover(account(alice, words, last))).ok).toBe(true);
  expect((await again.show({ view: "me" }))?.name).toBe("Alice since");
  await again.quit();
  rmSync(elsewhere, { recursive: true });
});

const CONNECTION = { view: "connection" } as const;

test("the operator sees who is there, shuts them out, gives them less room, and removes them", async () => {
  await using relay = await RelayProcess.start();
  const clock = new FakeClock(Date.now());
  const alice = await (await new Person("Alice", { clock, origin: relay.origin }).open()).join();
  await alice.isOnline();
  const handle = relay.command("user", "list").said.split(" ", 1)[0] ?? "";
  expect(handle.toLowerCase()).toContain("alice");

  expect(relay.command("user", "disable", handle).code).toBe(0);
  await clock.passing(() => alice.sees("that she is shut out", CONNECTION, ({ state }) => state === "disabled"));
  expect(relay.command("user", "quota", handle, "129").code).toBe(1);
  expect(relay.command("user", "quota", handle, "5").code).toBe(0);
  expect(relay.command("user", "list").said).toMatch(/quota 5 MiB, disabled/);
  expect(relay.command("user", "enable", handle).code).toBe(0);
  await alice.quit();
  await alice.open();
  await alice.isOnline();
  expect(relay.command("rotate", "tokens").said).toMatch(/^Ended: 1 /);
  await clock.passing(() => alice.sees("that she is out", CONNECTION, ({ state }) => state === "signed-out"));
  expect(await alice.client.signIn("alice", alice.password)).toMatchObject({ ok: true });
  await alice.isOnline();
  expect(relay.command("user", "purge", handle).code).toBe(0);
  expect(relay.command("user", "purge", handle)).toMatchObject({ code: 1, said: expect.stringContaining("nobody") });

  await alice.quit();
});

test("the doctor says in words what is well and what is not, and ends accordingly", async () => {
  await using relay = await RelayProcess.start();

  const { code, said } = relay.command("doctor");

  expect(said).toMatch(/ok {4}database\s+whole/);
  expect(said).toMatch(/look {2}backups\s+there is none/);
  expect(code).toBe(2);
  expect(relay.command("backup", "data").code).toBe(0);
  expect(relay.command("doctor").code).toBe(0);
  rmSync(join(relay.dataDir, "login-key"));
  expect(relay.command("doctor")).toMatchObject({ code: 1, said: expect.stringContaining("login-key missing") });
});

test("the doctor asks a relay that people reach without TLS as they do", async () => {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  await using relay = await RelayProcess.start({ PUBLIC_ORIGIN: origin, HOST: "127.0.0.1", PORT: String(port) });

  const { said } = relay.command("doctor");

  expect(said).toContain(`${origin} reaches this relay, WebSockets too`);
});
