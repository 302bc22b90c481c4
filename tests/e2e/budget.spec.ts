import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, type Page, test } from "@playwright/test";
import { RelayProcess } from "../relay-process.ts";
import { friends, Person } from "./people.ts";

// JavaScript that a page really loads, each file as gzip compresses it by default. The keys' worker, with OPAQUE and
// Argon2id in it, starts with the first password or key and is counted by itself.
const LOGIN_KB = 150;
const CONVERSATION_KB = 300;
const KEYS_WORKER_KB = 260;
const dist = resolve(import.meta.dirname, "../../web/dist");

test("the login screen loads at most 150 KB of JavaScript, in either language", async () => {
  await using relay = await RelayProcess.start();
  await using alice = await Person.arrive(relay, "Alice");
  await alice.button("I have an account").click();
  await alice.page.getByLabel("Password", { exact: true }).waitFor();
  const english = await loaded(alice.page);
  await alice.page.evaluate(() => localStorage.setItem("tacit-language", "de"));
  await alice.reload();
  await alice.page.getByLabel("Passwort", { exact: true }).waitFor();
  const german = await loaded(alice.page);

  console.log(`login screen: ${say(english)} (English), ${say(german)} (German)`);
  expect(english.page).toBeLessThanOrEqual(LOGIN_KB);
  expect(german.page).toBeLessThanOrEqual(LOGIN_KB);
  expect(english.worker + german.worker).toBe(0);
});

test("a conversation loads at most 300 KB of JavaScript besides the keys' worker", async () => {
  await using relay = await RelayProcess.start();
  await using alice = await Person.join(relay, "Alice", { keep: false });
  await using bob = await Person.join(relay, "Bob");
  await friends(alice, bob);
  await alice.say(bob, "how much is this");
  await alice.reload();
  await alice.page.getByRole("heading", { name: "Tacit is locked" }).waitFor();
  const locked = await loaded(alice.page);
  await alice.unlock();
  await alice.hears(bob, "how much is this");
  const conversation = await loaded(alice.page);

  console.log(`locked: ${say(locked)}; conversation: ${say(conversation)}`);
  expect(conversation.page).toBeLessThanOrEqual(CONVERSATION_KB);
  expect(conversation.worker).toBeLessThanOrEqual(KEYS_WORKER_KB);
  expect(conversation.worker).toBeGreaterThan(0);
});

type Loaded = { readonly page: number; readonly worker: number; readonly files: number };

/** Kilobytes (1 000 bytes) of the scripts that the page has asked for by now. */
async function loaded(page: Page): Promise<Loaded> {
  await page.waitForLoadState("networkidle");
  const paths = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .map(({ name }) => new URL(name).pathname)
      .filter((path) => path.endsWith(".js")),
  );
  const files = [...new Set(paths)];
  const isWorker = (path: string) => path.includes("keys.worker");
  return {
    page: size(files.filter((path) => !isWorker(path))),
    worker: size(files.filter(isWorker)),
    files: files.length,
  };
}

function size(paths: readonly string[]): number {
  return paths.reduce((sum, path) => sum + gzipSync(readFileSync(join(dist, path))).length, 0) / 1_000;
}

function say({ page, worker, files }: Loaded): string {
  return `${page.toFixed(1)} KB in ${files} files, keys' worker ${worker.toFixed(1)} KB`;
}
