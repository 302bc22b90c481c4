import { ml_kem1024 } from "@noble/post-quantum/ml-kem.js";
import * as Signal from "@signalapp/libsignal-client";
import { generateKyberKeyPair, parseKyberPublicKey } from "@tacit/crypto/kyber1024";
import { noblePrimitives } from "@tacit/crypto/noble-primitives";
import { run } from "@tacit/crypto/primitives";
import { seededRandom } from "@tacit/crypto/testing/random";
import { Correspondent } from "@tacit/crypto/testing/transcript";
import { concat, fromHex } from "@tacit/shared/bytes";
import { toUtf8 } from "@tacit/shared/text";
import { expect, test } from "vitest";
import { officialPeer } from "./official.ts";

// The official library encapsulates and decapsulates only inside a session: a first message that opens proves the
// secret, because its MAC hangs on it.
const KEYS = 20;
const OUR = { accountId: "11111111-1111-8111-8111-111111111111", deviceId: 1 };
const THEIR = { accountId: "22222222-2222-8222-8222-222222222222", deviceId: 2 };

test("what the official library encapsulates to twenty keys of ours, we decapsulate", async () => {
  for (let i = 0; i < KEYS; i++) {
    const we = new Correspondent(`kyber to us ${i}`, OUR, THEIR);
    const they = officialPeer(THEIR);

    expect(await they.start(OUR, we.bundle)).toBe("ok");
    const { kind, message } = await they.encrypt(OUR, toUtf8("hello"));

    expect(fromHex(we.receive(kind, message).plaintext)).toEqual(toUtf8("hello"));
  }
});

test("what we encapsulate to twenty keys of the official library, it decapsulates", async () => {
  for (let i = 0; i < KEYS; i++) {
    const we = new Correspondent(`kyber to them ${i}`, OUR, THEIR);
    const they = officialPeer(THEIR);

    we.start(await they.publish());
    const { message } = we.send(toUtf8("hello"));
    const opened = await they.decrypt(OUR, { kind: "prekey", message: fromHex(message) });

    expect(opened).toEqual({ ok: true, plaintext: toUtf8("hello") });
  }
});

test("the official library reads the public key and the whole secret key that come of our seed", () => {
  const { publicKey, secretKey } = run(generateKyberKeyPair(seededRandom("kyber keys")), noblePrimitives);
  const whole = concat(Uint8Array.of(0x08), ml_kem1024.keygen(secretKey.slice(1)).secretKey);

  expect(Signal.KEMPublicKey.deserialize(publicKey).serialize()).toEqual(publicKey);
  expect(Signal.KEMSecretKey.deserialize(whole).serialize()).toEqual(whole);
});

test("neither library reads a KEM key of another type or length", () => {
  const { publicKey } = run(generateKyberKeyPair(seededRandom("kyber types")), noblePrimitives);
  const others = [0x00, 0x05, 0x07, 0x0a].map((type) => publicKey.slice().fill(type, 0, 1));

  for (const bytes of [...others, publicKey.slice(0, -1), publicKey.slice(1)]) {
    expect(parseKyberPublicKey(bytes)).toBeUndefined();
    expect(() => Signal.KEMPublicKey.deserialize(bytes)).toThrow();
  }
});
