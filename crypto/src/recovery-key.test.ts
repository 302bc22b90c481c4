import { RECOVERY_PAD_BYTES } from "@tacit/shared/limits";
import { ok, refused } from "@tacit/shared/result";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  fromRecoveryWords,
  generateRecoveryKey,
  openRecoveryVault,
  recoveryVaultKeyOf,
  sealRecoveryVault,
  toRecoveryKey,
  toRecoveryWords,
} from "./recovery-key.ts";
import { seededRandom } from "./testing/random.ts";

const random = seededRandom("recovery");
const key = recoveryVaultKeyOf(random(64), generateRecoveryKey(random));
const place = { accountId: "an account", version: 3 };

test("twelve words hold a recovery key, as BIP-39 writes it", () => {
  const zeros = toRecoveryKey(new Uint8Array(16));

  expect(toRecoveryWords(zeros)).toBe(`${"abandon ".repeat(11)}about`);
  expect(fromRecoveryWords(`${"abandon ".repeat(11)}about`)).toEqual(ok(zeros));
});

test("words are read however a person writes them", () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 16, maxLength: 16 }), (bytes) => {
      const words = toRecoveryWords(toRecoveryKey(bytes)).split(" ");
      const written = words.map((word, at) => `${at + 1}. ${word.toUpperCase()},`).join("\n  ");

      expect(fromRecoveryWords(written)).toEqual(ok(toRecoveryKey(bytes)));
    }),
  );
});

test("a word too few, a word of another list and two words exchanged are noticed", () => {
  const words = "legal winner thank year wave sausage worth useful legal winner thank yellow".split(" ");

  expect(fromRecoveryWords(words.join(" ")).ok).toBe(true);
  expect(fromRecoveryWords(words.slice(1).join(" "))).toEqual(refused("malformed"));
  expect(fromRecoveryWords(words.with(3, "sausagge").join(" "))).toEqual(refused("malformed"));
  expect(fromRecoveryWords(words.with(0, "winner").with(1, "legal").join(" "))).toEqual(refused("malformed"));
  expect(fromRecoveryWords("")).toEqual(refused("malformed"));
});

test("a vault opens with its key, for its account and version, and is a multiple of 4 KiB", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 10_000 }), (contents) => {
      const sealed = sealRecoveryVault(key, place, contents, random);

      expect(sealed.length % RECOVERY_PAD_BYTES).toBe(0);
      expect(sealed.length - contents.length).toBeLessThan(RECOVERY_PAD_BYTES + 64);
      expect(openRecoveryVault(key, place, sealed)).toEqual(ok(Uint8Array.from(contents)));
    }),
    { numRuns: 30 },
  );
});

test("the password alone, the recovery key alone, another account and another version open nothing", () => {
  const recoveryKey = generateRecoveryKey(random);
  const exportKey = random(64);
  const sealed = sealRecoveryVault(recoveryVaultKeyOf(exportKey, recoveryKey), place, random(100), random);
  const open = (secret: ReturnType<typeof recoveryVaultKeyOf>, at = place) => openRecoveryVault(secret, at, sealed);
  const right = recoveryVaultKeyOf(exportKey, recoveryKey);

  expect(open(right).ok).toBe(true);
  expect(open(recoveryVaultKeyOf(exportKey, generateRecoveryKey(random)))).toEqual(refused("forged"));
  expect(open(recoveryVaultKeyOf(random(64), recoveryKey))).toEqual(refused("forged"));
  expect(open(right, { ...place, accountId: "another" })).toEqual(refused("forged"));
  expect(open(right, { ...place, version: 2 })).toEqual(refused("forged"));
  expect(() => recoveryVaultKeyOf(random(32), recoveryKey)).toThrow(RangeError);
});

test("a hundred damages and every truncation of the head are refused", () => {
  const sealed = sealRecoveryVault(key, place, random(500), random);
  for (let n = 0; n < 100; n++) {
    const [high = 0, low = 0, bit = 0] = random(3);
    const damaged = sealed.slice();
    const at = ((high << 8) | low) % damaged.length;
    damaged[at] = (damaged[at] ?? 0) ^ (1 << (bit & 7));
    expect(openRecoveryVault(key, place, damaged)).toEqual(refused("forged"));
  }
  for (let length = 0; length < 64; length++) {
    expect(openRecoveryVault(key, place, sealed.slice(0, length))).toEqual(refused("forged"));
  }
});
