import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";
import { reach } from "./reach.ts";

const root = resolve(import.meta.dirname, "../..");
test("the walk follows names and relative paths", () => {
  const { files } = reach("crypto/src/session.ts");

  expect([...files]).toEqual(
    expect.arrayContaining(["crypto/src/session.ts", "crypto/src/primitives.ts", "shared/src/bytes.ts"]),
  );
});

test("the relay reaches no code that can decrypt, sign or hold a secret key", () => {
  const { files, packages } = reach("server/src/main.ts");

  expect(existsSync(resolve(root, "server/src/main.ts"))).toBe(true);
  expect([...files].filter((file) => file.startsWith("crypto/")).sort()).toEqual([
    "crypto/src/edwards.ts",
    "crypto/src/verify.ts",
  ]);
  expect([...files].filter((file) => file.startsWith("web/") || file.startsWith("tests/"))).toEqual([]);
  expect([...packages].filter((name) => /ciphers|post-quantum|@signalapp/.test(name))).toEqual([]);
});
