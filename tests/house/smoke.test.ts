import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "@playwright/test";
import { PrivateKey } from "@signalapp/libsignal-client";
import Database from "better-sqlite3";
import { expect, test } from "vitest";
import { browserArguments, findBrowser } from "../find-browser.ts";

test("the tests run on Node 24", () => {
  expect(process.versions.node).toMatch(/^24\./);
});

test("better-sqlite3 opens a database file", () => {
  const folder = mkdtempSync(join(tmpdir(), "tacit-smoke-"));
  const database = new Database(join(folder, "smoke.db"));
  database.pragma("journal_mode = WAL");

  expect(database.prepare("select 1 + 1 as sum").get()).toEqual({ sum: 2 });

  database.close();
  rmSync(folder, { recursive: true });
});

test("the official library signs and verifies", () => {
  const key = PrivateKey.generate();
  const message = new Uint8Array([1, 2, 3]);

  expect(key.getPublicKey().verify(message, key.sign(message))).toBe(true);
});

test("Chromium starts and has WebCrypto, IndexedDB and Web Locks", async () => {
  const executablePath = findBrowser();
  const browser = await chromium.launch({ ...(executablePath && { executablePath }), args: browserArguments() });
  const page = await browser.newPage();
  await page.goto("about:blank");

  expect(await page.evaluate(() => [typeof indexedDB, typeof Worker, typeof BroadcastChannel])).toEqual([
    "object",
    "function",
    "function",
  ]);

  await browser.close();
});
