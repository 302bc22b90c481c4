import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "@playwright/test";
import type { RelayProcess } from "../relay-process.ts";

/** What is in every negotiation of two browsers. "a=" alone is too short to be missed by chance in sealed bytes. */
export const SIGNALS = ["candidate", "\r\na=", "a=ice-ufrag", "a=fingerprint", "m=audio", "m=application"] as const;

/** The relay has said none of these words, and none lies on its disk. */
export function knowsNothingOf(relay: RelayProcess, ...words: readonly string[]): void {
  const files = readdirSync(relay.dataDir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => readFileSync(join(entry.parentPath, entry.name)));
  expect(files.length).toBeGreaterThan(0);
  for (const word of words) {
    expect(relay.log).not.toContain(word);
    expect([word, files.filter((file) => file.includes(word)).length]).toEqual([word, 0]);
  }
}
