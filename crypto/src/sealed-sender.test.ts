import { type Bytes, concat, copyBytes } from "@tacit/shared/bytes";
import type { DeviceId } from "@tacit/shared/ids";
import { DAY_MS, ENVELOPE_BUCKETS_BYTES, MAX_CONTENT_BYTES, MAX_SEALED_BYTES } from "@tacit/shared/limits";
import { toUtf8 } from "@tacit/shared/text";
import fc from "fast-check";
import { expect, test } from "vitest";
import { generateKeyPair, type KeyPair, parsePublicKey } from "./keys.ts";
import { noblePrimitives } from "./noble-primitives.ts";
import { type PrimitiveAnswer, type PrimitiveCall, type Primitives, run } from "./primitives.ts";
import { ProtobufWriter } from "./protobuf.ts";
import { type Letter, openSealed, openSealedUnder, sealMessage } from "./sealed-sender.ts";
import { issueSenderCertificate } from "./sender-certificate.ts";
import { eachBitFlipped, eachTruncation } from "./testing/damage.ts";
import { seededRandom } from "./testing/random.ts";
import { accountIdOf } from "./verify.ts";
import { signXeddsa } from "./xeddsa.ts";

const NOW_MS = Date.UTC(2026, 10, 21);
const random = seededRandom("sealed sender");
const [alice, bob, mallory] = [person(), person(), person()];
const ALICES_CERTIFICATE = certificateOf(alice);

test("what Alice seals for Bob opens with her name on it, whatever its size and kind", () => {
  const length = fc.oneof(fc.nat(600), fc.nat(MAX_CONTENT_BYTES), fc.integer({ min: 15_000, max: 17_000 }));
  const kind = fc.constantFrom("prekey", "whisper");
  const contentHint = fc.constantFrom("default", "resendable", "implicit");
  fc.assert(
    fc.property(length, kind, contentHint, (bytes, kind, contentHint) => {
      const message = random(bytes);

      const sealed = seal({ message, kind, contentHint });

      expect(ENVELOPE_BUCKETS_BYTES).toContain(sealed.length);
      expect(open(sealed)).toEqual({
        ok: true,
        value: {
          sender: { accountId: accountIdOf(alice.publicKey), deviceId: 1, identityKey: alice.publicKey },
          kind,
          message,
          contentHint,
        },
      });
    }),
    { numRuns: 60 },
  );
});

test("the size of an envelope tells the bucket and nothing else, on both sides of every edge", () => {
  const sizes = [0, 1, 500, 1_400].map((length) => seal({ message: random(length) }).length);
  expect(new Set(sizes)).toEqual(new Set([2048]));

  for (const [index, bucket] of ENVELOPE_BUCKETS_BYTES.entries()) {
    const most = largestMessageIn(bucket);
    const next = ENVELOPE_BUCKETS_BYTES[index + 1];
    expect(seal({ message: random(most) })).toHaveLength(bucket);
    if (next !== undefined) expect(seal({ message: random(most + 1) })).toHaveLength(next);
  }
});

test("the largest content fits with room for its session's framing, and what does not fit is a RangeError", () => {
  expect(seal({ message: random(MAX_CONTENT_BYTES + 4096) })).toHaveLength(MAX_SEALED_BYTES);
  expect(() => seal({ message: new Uint8Array(MAX_SEALED_BYTES) })).toThrow(RangeError);
});

test("an envelope with any one bit changed is refused", () => {
  const sealed = seal({ message: toUtf8("hello") });
  const primitives = remembering(noblePrimitives);

  for (const damaged of eachBitFlipped(sealed)) expect(open(damaged, bob, primitives).ok).toBe(false);
});

test("an envelope cut short anywhere is refused", () => {
  const sealed = seal({ message: toUtf8("hello") });
  const primitives = remembering(noblePrimitives);

  for (const damaged of eachTruncation(sealed)) expect(open(damaged, bob, primitives).ok).toBe(false);
});

test("noise is refused and never throws", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 3_000 }), (noise) => {
      expect(open(copyBytes(noise))).toEqual({ ok: false, reason: "malformed" });
      expect(open(concat(Uint8Array.of(0x11), noise)).ok).toBe(false);
    }),
  );
});

test("an envelope for Bob is closed to Mallory", () => {
  expect(open(seal({}), mallory)).toEqual({ ok: false, reason: "forged" });
});

test("only version 1.1 is read", () => {
  for (const version of [0x00, 0x01, 0x10, 0x12, 0x21, 0x22, 0x23, 0x33]) {
    const sealed = seal({});
    sealed[0] = version;
    expect(open(sealed)).toEqual({ ok: false, reason: "malformed" });
  }
});

test("Mallory cannot seal under a certificate of Alice's", () => {
  const sealed = seal({ identity: mallory, certificate: certificateOf(alice) });

  expect(open(sealed)).toEqual({ ok: false, reason: "forged" });
});

test("Mallory's own certificate says Mallory and cannot say Alice", () => {
  const honest = open(seal({ identity: mallory, certificate: certificateOf(mallory) }));
  const claimsAlice = { accountId: accountIdOf(alice.publicKey), deviceId: 1, key: mallory, server: mallory };

  expect(honest.ok && honest.value.sender.accountId).toBe(accountIdOf(mallory.publicKey));
  expect(open(seal({ identity: mallory, certificate: forge(claimsAlice) }))).toEqual({ ok: false, reason: "forged" });
});

test("an account vouches for itself and not by another key, though an outside root may", () => {
  const sealed = seal({ certificate: forge({ key: alice, server: mallory }) });
  const opening = { identity: bob, sealed, nowMs: NOW_MS };

  expect(open(sealed)).toEqual({ ok: false, reason: "forged" });
  expect(run(openSealedUnder([mallory.publicKey], opening), noblePrimitives).ok).toBe(true);
  expect(run(openSealedUnder([alice.publicKey], opening), noblePrimitives)).toEqual({ ok: false, reason: "forged" });
});

test("a certificate is good up to and including its last millisecond", () => {
  const sealed = seal({ certificate: certificateOf(alice, NOW_MS) });
  const openAt = (nowMs: number) => run(openSealed({ identity: bob, sealed, nowMs }), noblePrimitives);

  expect(openAt(NOW_MS).ok).toBe(true);
  expect(openAt(NOW_MS + 1)).toEqual({ ok: false, reason: "expired" });
});

test("whose certificate is forged and expired is forged", () => {
  const claimsAlice = { accountId: accountIdOf(alice.publicKey), deviceId: 1, key: mallory, server: mallory };
  const sealed = seal({ identity: mallory, certificate: forge({ ...claimsAlice, expiresAtMs: 0 }) });

  expect(open(sealed)).toEqual({ ok: false, reason: "forged" });
});

test("a small-order key in the envelope is forged, and nothing is sealed for one", () => {
  const ofOrderFour = parsePublicKey(concat(Uint8Array.of(5, 1), new Uint8Array(31)));
  if (ofOrderFour === undefined) throw new Error("it is well-formed");
  const boxes = new ProtobufWriter().bytes(1, ofOrderFour).bytes(2, random(43)).bytes(3, random(200)).finish();

  expect(open(concat(Uint8Array.of(0x11), boxes))).toEqual({ ok: false, reason: "forged" });
  expect(() => seal({ recipient: ofOrderFour })).toThrow(RangeError);
});

function person(): KeyPair {
  return run(generateKeyPair(random), noblePrimitives);
}

function certificateOf(identity: KeyPair, expiresAtMs = NOW_MS + DAY_MS): Bytes {
  const accountId = accountIdOf(identity.publicKey);
  return issueSenderCertificate({ accountId, deviceId: 1 as DeviceId, expiresAtMs, identity }, random);
}

/** A certificate that says whatever it is told; `server` signs it, and is its own root. */
function forge({
  key,
  server,
  accountId = accountIdOf(key.publicKey),
  deviceId = 1,
  expiresAtMs = NOW_MS + DAY_MS,
}: {
  readonly key: KeyPair;
  readonly server: KeyPair;
  readonly accountId?: string;
  readonly deviceId?: number;
  readonly expiresAtMs?: number;
}): Bytes {
  const sign = (bytes: Bytes) => {
    const signature = signXeddsa(server.privateKey, bytes, random);
    return new ProtobufWriter().bytes(1, bytes).bytes(2, signature).finish();
  };
  const serverFields = new ProtobufWriter().u32(1, 1).bytes(2, server.publicKey).finish();
  return sign(
    new ProtobufWriter()
      .u32(2, deviceId)
      .fixed64(3, BigInt(expiresAtMs))
      .bytes(4, key.publicKey)
      .bytes(5, sign(serverFields))
      .string(6, accountId)
      .finish(),
  );
}

function seal(changes: Partial<Letter>): Bytes {
  const letter: Letter = {
    identity: alice,
    certificate: ALICES_CERTIFICATE,
    recipient: bob.publicKey,
    kind: "whisper",
    message: toUtf8("hello"),
    ...changes,
  };
  return run(sealMessage(letter, random), noblePrimitives);
}

function open(sealed: Bytes, identity = bob, primitives: Primitives = noblePrimitives) {
  return run(openSealed({ identity, sealed, nowMs: NOW_MS }), primitives);
}

/** The largest message that an envelope of that size takes. */
function largestMessageIn(bucket: number): number {
  let [fits, tooLarge] = [0, bucket];
  while (tooLarge - fits > 1) {
    const middle = Math.floor((fits + tooLarge) / 2);
    if (sizeFor(middle) <= bucket) fits = middle;
    else tooLarge = middle;
  }
  return fits;
}

function sizeFor(length: number): number {
  try {
    return seal({ message: new Uint8Array(length) }).length;
  } catch (error) {
    if (error instanceof RangeError) return Number.POSITIVE_INFINITY;
    throw error;
  }
}

/** Answers a call that it has seen as it did before: sixteen thousand damaged envelopes share most of their keys. */
function remembering(primitives: Primitives): Primitives {
  const answers = new Map<string, PrimitiveAnswer>();
  return (call: PrimitiveCall) => {
    const name = Object.values(call).join(" ");
    const known = answers.get(name);
    if (known !== undefined) return known;
    const answer = primitives(call);
    answers.set(name, answer);
    return answer;
  };
}
