import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, test } from "@playwright/test";
import { freePort } from "../relay-process.ts";
import { Person } from "./people.ts";

test("npm run dev shows the first screen, in words", { tag: "@gate" }, async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "tacit-dev-"));
  const origin = `http://localhost:${await freePort()}`;
  const dev = spawn(process.execPath, [resolve(import.meta.dirname, "../dev.ts")], {
    env: { ...process.env, PORT: new URL(origin).port, DATA_DIR: dataDir },
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    await once(dev.stdout, "data");
    await using alice = await Person.arrive({ origin }, "Alice");

    await expect(alice.page.getByRole("heading", { level: 1 })).toHaveText("Words for the people you mean.");
  } finally {
    dev.kill("SIGTERM");
    await once(dev, "exit");
    rmSync(dataDir, { recursive: true });
  }
});
