import { expect, test } from "vitest";
import { passkeyLockOf } from "./passkey-lock.ts";
import { seededRandom } from "./testing/random.ts";
import { generateVaultKey } from "./vault.ts";
import { unwrapByPasskey, wrapByPasskey } from "./vault-passkey.ts";

const random = seededRandom("passkeys");

test.each([1, 16, 64, 1023])("what a passkey with an id of %i bytes wraps, it unwraps", (length) => {
  const [secret, vaultKey, lock] = [
    random(32),
    generateVaultKey(random),
    { credential: random(length), salt: random(32) },
  ];

  const wrapped = wrapByPasskey(secret, vaultKey, lock, random);

  expect(passkeyLockOf(wrapped)).toEqual(lock);
  expect(unwrapByPasskey(secret, wrapped)).toEqual({ ok: true, value: vaultKey });
});

test("another secret, any changed byte and any cut open nothing", () => {
  const secret = random(32);
  const wrapped = wrapByPasskey(secret, generateVaultKey(random), { credential: random(20), salt: random(32) }, random);
  const forged = { ok: false, reason: "forged" };

  expect(unwrapByPasskey(random(32), wrapped)).toEqual(forged);
  expect(unwrapByPasskey(secret.slice(1), wrapped)).toEqual(forged);
  for (let at = 0; at < wrapped.length; at++) {
    const changed = wrapped.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(unwrapByPasskey(secret, changed)).toEqual(forged);
    expect(unwrapByPasskey(secret, wrapped.slice(0, at))).toEqual(forged);
    expect(passkeyLockOf(wrapped.slice(0, at))).toBeUndefined();
  }
});

test("lengths that WebAuthn cannot give are refused", () => {
  const [secret, vaultKey, salt] = [random(32), generateVaultKey(random), random(32)];
  const lock = { credential: random(8), salt };

  expect(() => wrapByPasskey(random(31), vaultKey, lock, random)).toThrow(RangeError);
  expect(() => wrapByPasskey(secret, vaultKey, { ...lock, salt: random(31) }, random)).toThrow(RangeError);
  expect(() => wrapByPasskey(secret, vaultKey, { ...lock, credential: random(1024) }, random)).toThrow(RangeError);
  expect(() => wrapByPasskey(secret, vaultKey, { ...lock, credential: random(0) }, random)).toThrow(RangeError);
});
