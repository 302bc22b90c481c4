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

test("a key-encryption key has 32 bytes", () => {
  for (const length of [0, 31, 33]) expect(() => toKeyEncryptionKey(new Uint8Array(length))).toThrow(RangeError);
});
