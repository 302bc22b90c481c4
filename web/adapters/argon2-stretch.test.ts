import { argon2Sync } from "node:crypto";
import { fromHex, toHex } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import { argon2Stretch, CHEAP_ARGON2_COST } from "./argon2-stretch.ts";

const SALT = fromHex("000102030405060708090a0b0c0d0e0f");

test("the answer is Argon2id's, as OpenSSL computes it", async () => {
  const { memoryKiB, passes, lanes } = { memoryKiB: 64, passes: 3, lanes: 2 };

  const stretched = await argon2Stretch("correct horse", { salt: SALT, memoryKiB, passes, lanes });

  const parameters = { memory: memoryKiB, passes, parallelism: lanes, tagLength: 32, nonce: SALT };
  expect(toHex(stretched)).toBe(argon2Sync("argon2id", { ...parameters, message: "correct horse" }).toString("hex"));
});

test("another password, salt or cost gives another key", async () => {
  const stretchings = [
    { salt: SALT, ...CHEAP_ARGON2_COST },
    { salt: SALT.toReversed() as typeof SALT, ...CHEAP_ARGON2_COST },
    { salt: SALT, ...CHEAP_ARGON2_COST, passes: 2 },
  ];
  const keys = await Promise.all(stretchings.map((stretching) => argon2Stretch("a", stretching)));
  keys.push(await argon2Stretch("b", { salt: SALT, ...CHEAP_ARGON2_COST }));

  expect(new Set(keys.map(toHex)).size).toBe(4);
});

test("a password means the same whichever way its letters are composed", async () => {
  const stretching = { salt: SALT, ...CHEAP_ARGON2_COST };

  expect(await argon2Stretch("caf\u00e9", stretching)).toEqual(await argon2Stretch("cafe\u0301", stretching));
});
