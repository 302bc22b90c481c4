import { ok } from "@tacit/shared/result";
import type { Phase } from "@tacit/web/core/views";
import { expect, test } from "vitest";
import { clientWhenNeeded } from "./client-when-needed.ts";
import { MemoryAccount } from "./testing/memory-client.ts";

/** A browser that holds data or does not, and what its client's phase and name were heard to be. */
function browser(holds: boolean | undefined) {
  const account = new MemoryAccount();
  let failures = 0;
  const client = clientWhenNeeded({
    async open() {
      if (failures-- > 0) throw new Error("no network");
      return account.open();
    },
    async holdsData() {
      if (holds === undefined) throw new Error("this browser does not say");
      return holds;
    },
  });
  const phases: (Phase["phase"] | undefined)[] = [];
  const names: (string | undefined)[] = [];
  client.watch({ view: "phase" }, ({ phase }) => phases.push(phase));
  client.watch({ view: "me" }, (me) => names.push(me?.name));
  return { account, client, phases, names, failOnce: () => (failures = 1) };
}

test("an empty browser says so, and opens no client before it is asked for something", async () => {
  const { account, client, phases, names } = browser(false);

  await expect.poll(() => phases).toEqual(["empty"]);
  expect(account.clients).toBe(0);

  expect(await client.sendText("bob", "hello")).toEqual(ok("id of hello"));
  await expect.poll(() => names).toEqual(["Alice"]);
  expect(account.clients).toBe(1);
});

test("a browser that holds data, or does not say, opens its client at once", async () => {
  for (const holds of [true, undefined]) {
    const { account, phases, names } = browser(holds);

    await expect.poll(() => names).toEqual(["Alice"]);
    expect(account.clients).toBe(1);
    expect(phases).not.toContain("empty");
  }
});

test("preparing opens the client once, and calls use the same one", async () => {
  const { account, client } = browser(false);

  client.prepare();
  await Promise.all([client.rename("Alicia"), client.sendText("bob", "hi")]);

  expect([account.name, account.sent, account.clients]).toEqual(["Alicia", ["hi"], 1]);
});

test("a client that could not be opened is tried again by the next call", async () => {
  const { account, client, failOnce } = browser(false);
  failOnce();

  await expect(client.rename("Alicia")).rejects.toThrow("no network");
  await client.rename("Alicia");

  expect(account.name).toBe("Alicia");
});

test("a watch that ended before the client opened hears nothing of it", async () => {
  const { account, client } = browser(false);
  const heard: unknown[] = [];
  const stop = client.watch({ view: "me" }, (me) => heard.push(me));

  stop();
  await client.sendText("bob", "hi");

  expect(heard).toEqual([]);
  expect(account.watches).toBe(2);
});
