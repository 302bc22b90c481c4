import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { seededRandom } from "../testing/seeded-random.ts";
import { mintCredentials } from "./credentials.ts";
import { openTurnSecret } from "./secret.ts";

test("a credential is what coturn computes from the secret and the user name", () => {
  const id = new Uint8Array(16).fill(255);

  // printf '1790000000:_____________________w' | openssl dgst -sha1 -hmac 0123456789abcdef -binary | base64
  expect(mintCredentials("0123456789abcdef", 1_790_000_000_999, id)).toEqual({
    username: "1790000000:_____________________w",
    credential: "J+oB6oXWF4yDq4Alr/QNnjpxRlI=",
  });
});

test("an id that could be an account's name is refused", () => {
  expect(() => mintCredentials("secret", 0, new Uint8Array(8))).toThrow(RangeError);
});

test("the secret is made once, for its owner and group alone, and stays", () => {
  const directory = mkdtempSync(join(tmpdir(), "tacit-turn-"));
  const file = join(directory, "secret");

  const made = openTurnSecret(file, seededRandom("one"), 0o640);

  expect(made).toHaveLength(43);
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(readFileSync(file, "utf8").trim()).toBe(made);
  expect(openTurnSecret(file, seededRandom("two"))).toBe(made);
  rmSync(directory, { recursive: true });
});

test.each(["", "too short", "a secret of many words, which a line of a configuration would cut off", "x".repeat(31)])(
  "a file with %j is no secret",
  (content) => {
    const directory = mkdtempSync(join(tmpdir(), "tacit-turn-"));
    writeFileSync(join(directory, "secret"), content);

    expect(() => openTurnSecret(join(directory, "secret"), seededRandom("one"))).toThrow(/secret/);

    rmSync(directory, { recursive: true });
  },
);
