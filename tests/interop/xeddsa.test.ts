import * as Signal from "@signalapp/libsignal-client";
import { generateKeyPair, parsePublicKey, toPrivateKey } from "@tacit/crypto/keys";
import { noblePrimitives } from "@tacit/crypto/noble-primitives";
import { run } from "@tacit/crypto/primitives";
import { seededRandom } from "@tacit/crypto/testing/random";
import { verifySignature } from "@tacit/crypto/verify";
import { signXeddsa, verifyXeddsa } from "@tacit/crypto/xeddsa";
import { type Bytes, copyBytes } from "@tacit/shared/bytes";
import { expect, test } from "vitest";

const SIGNATURES = 200;
const random = seededRandom("xeddsa against the official library");

test("the official library accepts two hundred of our signatures, and none with a bit changed", () => {
  for (let i = 0; i < SIGNATURES; i++) {
    const { privateKey, publicKey } = run(generateKeyPair(random), noblePrimitives);
    const message = random(i);
    const signature = signXeddsa(privateKey, message, random);
    const official = Signal.PublicKey.deserialize(publicKey);

    expect(official.verify(message, signature)).toBe(true);
    expect(official.verify(message, withBitFlipped(signature, i))).toBe(false);
  }
});

test("we accept two hundred signatures of the official library, and none with a bit changed", () => {
  for (let i = 0; i < SIGNATURES; i++) {
    const privateKey = Signal.PrivateKey.deserialize(toPrivateKey(random(32)));
    const publicKey = parsePublicKey(privateKey.getPublicKey().serialize());
    if (publicKey === undefined) throw new Error("the official library made a key that we cannot read");
    const message = random(i);
    const signature = copyBytes(privateKey.sign(message));
    const forged = withBitFlipped(signature, i);

    expect(run(verifyXeddsa(publicKey, message, signature), noblePrimitives)).toBe(true);
    expect(verifySignature(publicKey, message, signature)).toBe(true);
    expect(run(verifyXeddsa(publicKey, message, forged), noblePrimitives)).toBe(false);
    expect(verifySignature(publicKey, message, forged)).toBe(false);
  }
});

function withBitFlipped(bytes: Bytes, seed: number): Bytes {
  const changed = copyBytes(bytes);
  const bit = (seed * 37) % (8 * bytes.length);
  changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7));
  return changed;
}
