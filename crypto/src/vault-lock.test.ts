import { fromHex } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import { eachBitFlipped, eachTruncation } from "./testing/damage.ts";
import { seededRandom } from "./testing/random.ts";
import { generateVaultKey } from "./vault.ts";
import { type Stretching, stretchingOf, toKeyEncryptionKey, unwrapVaultKey, wrapVaultKey } from "./vault-lock.ts";

const random = seededRandom("vault lock");
const STRETCHING: Stretching = { memoryKiB: 65_536, passes: 3, lanes: 1, salt: random(16) };
const vaultKey = generateVaultKey(random);
const key = toKeyEncryptionKey(random(32));

test("the parameters of the password travel with the wrapped key, and the right key unwraps it", () => {
  const wrapped = wrapVaultKey(key, vaultKey, STRETCHING, random);

  expect(stretchingOf(wrapped)).toEqual(STRETCHING);
  expect(unwrapVaultKey(key, wrapped)).toEqual({ ok: true, value: vaultKey });
});

test("a wrong password, any changed bit and any cut are forged, with nothing said about which", () => {
  const wrapped = wrapVaultKey(key, vaultKey, STRETCHING, random);

  expect(unwrapVaultKey(toKeyEncryptionKey(random(32)), wrapped)).toEqual({ ok: false, reason: "forged" });
  for (const damaged of [...eachBitFlipped(wrapped), ...eachTruncation(wrapped)]) {
    expect(unwrapVaultKey(key, damaged)).toEqual({ ok: false, reason: "forged" });
  }
});

test.each([
  { memoryKiB: 2 ** 20 + 1 },
  { memoryKiB: 7 },
  { memoryKiB: 15, lanes: 2 },
  { passes: 0 },
  { passes: 65 },
  { passes: 1.5 },
  { lanes: 0 },
  { lanes: 17 },
  { salt: new Uint8Array(15) },
])("no key is wrapped with %o", (change) => {
  expect(() => wrapVaultKey(key, vaultKey, { ...STRETCHING, ...change }, random)).toThrow(RangeError);
});

test("parameters on the disk that would exhaust the device are not believed", () => {
  const wrapped = wrapVaultKey(key, vaultKey, STRETCHING, random);
  for (const offset of [1, 5])
    expect(stretchingOf(Uint8Array.from(wrapped).fill(0xff, offset, offset + 4))).toBeUndefined();
  expect(stretchingOf(Uint8Array.from(wrapped).fill(0xff, 9, 10))).toBeUndefined();
});

test("what the first version wrapped unwraps: this format is on people's disks", () => {
  const wrapped = fromHex(
    "01000100000000000301000102030405060708090a0b0c0d0e0f" +
      "000102030405060708090a0b" +
      "b82fac187ee02ab2e0b1ffc7499d2c65e1e3506437ab056ec0f50d71a1496b98f7f2cf9262e5c6e1b7fc0637fed68da2",
  );
  const counting = (length: number) => Uint8Array.from({ length }, (_, i) => i);

  expect(stretchingOf(wrapped)).toEqual({ memoryKiB: 65_536, passes: 3, lanes: 1, salt: counting(16) });
  expect(unwrapVaultKey(toKeyEncryptionKey(new Uint8Array(32).fill(7)), wrapped)).toEqual({
    ok: true,
    value: counting(32),
  });
});

test("a key-encryption key has 32 bytes", () => {
  for (const length of [0, 31, 33]) expect(() => toKeyEncryptionKey(new Uint8Array(length))).toThrow(RangeError);
});
