import * as Signal from "@signalapp/libsignal-client";
import {
  decapsulate,
  encapsulate,
  generateKyberKeyPair,
  parseKyberPublicKey,
  parseKyberSecretKey,
} from "@tacit/crypto/kyber1024";
import { noblePrimitives } from "@tacit/crypto/noble-primitives";
import { run } from "@tacit/crypto/primitives";
import { seededRandom } from "@tacit/crypto/testing/random";
import { Correspondent } from "@tacit/crypto/testing/transcript";
import { fromHex } from "@tacit/shared/bytes";
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

test("both libraries write a key the same way, and its two halves fit", () => {
  const random = seededRandom("kyber keys");
  const ours = run(generateKyberKeyPair(random), noblePrimitives);
  const official = Signal.KEMKeyPair.generate();
  const publicKey = parseKyberPublicKey(official.getPublicKey().serialize());
  const secretKey = parseKyberSecretKey(official.getSecretKey().serialize());
  if (publicKey === undefined || secretKey === undefined) throw new Error("an official key that we cannot read");

  const sent = run(encapsulate(publicKey, random), noblePrimitives);

  expect(Signal.KEMPublicKey.deserialize(ours.publicKey).serialize()).toEqual(ours.publicKey);
  expect(Signal.KEMSecretKey.deserialize(ours.secretKey).serialize()).toEqual(ours.secretKey);
  expect(sent && run(decapsulate(secretKey, sent.ciphertext), noblePrimitives)).toEqual(sent?.sharedSecret);
});

test("neither library reads a KEM key of another type or length", () => {
  const { publicKey } = run(generateKyberKeyPair(seededRandom("kyber types")), noblePrimitives);
  const others = [0x00, 0x05, 0x07, 0x0a].map((type) => publicKey.slice().fill(type, 0, 1));

  for (const bytes of [...others, publicKey.slice(0, -1), publicKey.slice(1)]) {
    expect(parseKyberPublicKey(bytes)).toBeUndefined();
    expect(() => Signal.KEMPublicKey.deserialize(bytes)).toThrow();
  }
});
