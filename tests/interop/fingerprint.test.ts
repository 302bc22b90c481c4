import * as Signal from "@signalapp/libsignal-client";
import { compareScannable, fingerprint, partyOf } from "@tacit/crypto/fingerprint";
import { generateKeyPair, type PublicKey } from "@tacit/crypto/keys";
import { noblePrimitives } from "@tacit/crypto/noble-primitives";
import { run } from "@tacit/crypto/primitives";
import { seededRandom } from "@tacit/crypto/testing/random";
import { expect, test } from "vitest";

const random = seededRandom("fingerprints against the official library");

test("thirty pairs of people read the numbers and scan the codes that the official library shows", () => {
  for (let i = 0; i < 30; i++) {
    const alice = { id: random(i % 20), identityKey: newKey() };
    const bob = { id: random(17), identityKey: newKey() };

    const ours = fingerprint(alice, bob);
    const official = officialFingerprint(alice, bob);

    expect(ours.displayable).toBe(official.displayableFingerprint().toString());
    expect(ours.scannable).toEqual(official.scannableFingerprint().toBuffer());
  }
});

test("a code scanned from the official library matches, and the other way round", () => {
  const [alice, bob, mallory] = [partyOf(newKey()), partyOf(newKey()), partyOf(newKey())];
  const ours = fingerprint(alice, bob);
  const oursAsOfficial = Signal.ScannableFingerprint._fromBuffer(ours.scannable);
  const theirs = officialFingerprint(bob, alice).scannableFingerprint();
  const forged = officialFingerprint(mallory, alice).scannableFingerprint();

  expect(compareScannable(ours, theirs.toBuffer())).toBe("match");
  expect(theirs.compare(oursAsOfficial)).toBe(true);
  expect(compareScannable(ours, forged.toBuffer())).toBe("mismatch");
  expect(forged.compare(oursAsOfficial)).toBe(false);
});

function newKey(): PublicKey {
  return run(generateKeyPair(random), noblePrimitives).publicKey;
}

type Party = Parameters<typeof fingerprint>[0];

function officialFingerprint(local: Party, remote: Party): Signal.Fingerprint {
  return Signal.Fingerprint.new(
    5200,
    2,
    Uint8Array.from(local.id),
    Signal.PublicKey.deserialize(local.identityKey),
    Uint8Array.from(remote.id),
    Signal.PublicKey.deserialize(remote.identityKey),
  );
}
