import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { mkdtempDisposable, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "@playwright/test";
import type { Person } from "./people.ts";

/** A file that a person can pick. From the disk: a buffer would pass through the page as text first. */
export async function onDisk(name: string, content: Uint8Array): Promise<AsyncDisposable & { readonly path: string }> {
  const folder = await mkdtempDisposable(join(tmpdir(), "tacit-file-"));
  const path = join(folder.path, name);
  await writeFile(path, content);
  return { path, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
}

/** Resolves when somebody has so much of the file that comes. */
export async function isThrough({ page }: Person, bytes: number): Promise<void> {
  const bar = page.getByRole("progressbar");
  const save = page.getByRole("button", { name: /^Save / });
  await expect(async () => {
    if (await save.isVisible()) return;
    expect(await bar.evaluate((element: HTMLProgressElement) => element.value)).toBeGreaterThan(bytes);
  }).toPass({ intervals: [50], timeout: 300_000 });
}

/** Saves a file as a browser does that cannot ask where to, and answers what is in it. */
export async function save(person: Person, name: string): Promise<Buffer> {
  const button = person.button(`Save ${name}`);
  await expect(button).toBeVisible({ timeout: 600_000 });
  await person.page.evaluate(() => Reflect.deleteProperty(window, "showSaveFilePicker"));
  const [download] = await Promise.all([person.page.waitForEvent("download"), button.click()]);
  expect(download.suggestedFilename()).toBe(name);
  return readFileSync(await download.path());
}

export function digest(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}
