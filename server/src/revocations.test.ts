import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { openRevocations, readRevocations } from "./revocations.ts";

test("a line that was cut off in the middle spoils none of those that are added after it", () => {
  const folder = mkdtempSync(join(tmpdir(), "tacit-revocations-"));
  const file = join(folder, "revocations");
  const [first, second] = [new Uint8Array(32).fill(1), new Uint8Array(32).fill(2)];
  openRevocations(file).note([{ kind: "token", hash: first }]);
  appendFileSync(file, "key 0202");

  openRevocations(file).note([{ kind: "token", hash: second }]);

  const { tokens, keys } = readRevocations(file);
  expect([[...tokens], [...keys]]).toEqual([["01".repeat(32), "02".repeat(32)], []]);
  rmSync(folder, { recursive: true });
});
