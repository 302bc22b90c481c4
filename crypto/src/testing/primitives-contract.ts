import { type Bytes, concat, fromHex, toHex } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import { noblePrimitives } from "../noble-primitives.ts";
import type { AsyncPrimitives, KemSize, PrimitiveAnswers, PrimitiveCall } from "../primitives.ts";
import { disputedClaims } from "./ed25519-claims.ts";
import { seededRandom } from "./random.ts";
import { loadWycheproof, type Vector, type VectorGroup } from "./wycheproof.ts";

type Asked = <Call extends PrimitiveCall>(call: Call) => Promise<PrimitiveAnswers[Call["op"]]>;

/** RFC 7748 §6.1, Alice's. */
const PRIVATE_KEY = fromHex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a");
const SIZES: readonly KemSize[] = [768, 1024];
const KEY_BYTES = { 768: 1184, 1024: 1568 } as const;
const CIPHERTEXT_BYTES = { 768: 1088, 1024: 1568 } as const;

/**
 * Registers what whoever answers primitives must do: exactly what noble does, refusals included. `hasVectors`: the
 * Wycheproof vectors are there.
 */
export function primitivesContract(name: string, primitives: AsyncPrimitives, hasVectors: boolean): void {
  const ask: Asked = async (call) => (await primitives(call)) as never;
  const expectSame = async (call: PrimitiveCall) => expect(await ask(call), call.op).toEqual(noblePrimitives(call));
  const wycheproof = test.skipIf(!hasVectors);

  test(`${name}: X25519 of RFC 7748 §6.1`, async () => {
    const publicKey = fromHex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");

    expect(toHex(await ask({ op: "x25519-public", privateKey: PRIVATE_KEY }))).toBe(
      "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a",
    );
    expect(await ask({ op: "x25519", privateKey: PRIVATE_KEY, publicKey })).toEqual(
      fromHex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"),
    );
  });

  test(`${name}: X25519 agrees with noble on random keys, clamped or not`, async () => {
    const random = seededRandom(`${name} x25519`);
    const privateKeys = [new Uint8Array(32), new Uint8Array(32).fill(0xff), ...times(20, () => random(32))];
    for (const privateKey of privateKeys) {
      await expectSame({ op: "x25519-public", privateKey });
      await expectSame({ op: "x25519", privateKey, publicKey: random(32) });
    }
  });

  test(`${name}: X25519 refuses every point of small order and takes keys that are not canonical`, async () => {
    const verdicts = [];
    for (const publicKey of strangeCoordinates()) {
      const call = { op: "x25519", privateKey: PRIVATE_KEY, publicKey } as const;
      await expectSame(call);
      verdicts.push(await ask(call));
    }
    expect(verdicts.filter((secret) => secret === undefined)).toHaveLength(14);
    expect(verdicts.filter((secret) => secret !== undefined)).toHaveLength(6);
  });

  test(`${name}: Ed25519 judges the signatures that verifiers differ on by one rule`, async () => {
    const claims = disputedClaims();
    const expected = claims.map(noblePrimitives);
    const verdicts = [];
    for (const claim of claims) verdicts.push(await ask(claim));

    expect(verdicts).toEqual(expected);
    expect(new Set(expected)).toEqual(new Set([true, false]));
  });

  test(`${name}: Ed25519 knows no signature or key of another length`, async () => {
    const claim = disputedClaims().find((claim) => noblePrimitives(claim) === true);
    if (claim === undefined) throw new Error("one of them is valid");
    const { publicKey, signature } = claim;

    expect(await ask(claim)).toBe(true);
    for (const change of [
      { publicKey: publicKey.slice(1) },
      { publicKey: concat(publicKey, Uint8Array.of(0)) },
      { signature: signature.slice(0, -1) },
      { signature: concat(signature, Uint8Array.of(0)) },
      { publicKey: new Uint8Array() },
      { signature: new Uint8Array() },
    ]) {
      expect(await ask({ ...claim, ...change })).toBe(false);
    }
  });

  test.each(SIZES)(`${name}: ML-KEM-%i has noble's keys, ciphertexts and secrets`, async (size) => {
    const random = seededRandom(`${name} kem`);
    for (let i = 0; i < 8; i++) {
      const [seed, message] = [random(64), random(32)];
      const publicKey = await ask({ op: "kem-public", size, seed });
      expect(publicKey).toEqual(noblePrimitives({ op: "kem-public", size, seed }));
      await expectSame({ op: "kem-encaps-internal", size, publicKey, message });

      const sent = await ask({ op: "kem-encaps", size, publicKey, coins: message });
      const ciphertext = sent?.ciphertext ?? new Uint8Array();
      await expectSame({ op: "kem-decaps", size, seed, ciphertext });
      expect(await ask({ op: "kem-decaps", size, seed, ciphertext })).toEqual(sent?.sharedSecret);
    }
  });

  test.each(SIZES)(`${name}: ML-KEM-%i gives a dishonest ciphertext the secret that noble gives it`, async (size) => {
    const random = seededRandom(`${name} implicit rejection`);
    const seed = random(64);
    for (let i = 0; i < 8; i++) {
      await expectSame({ op: "kem-decaps", size, seed, ciphertext: random(CIPHERTEXT_BYTES[size]) });
    }
  });

  test.each(SIZES)(`${name}: ML-KEM-%i encapsulates to no malformed key`, async (size) => {
    const random = seededRandom(`${name} malformed`);
    const publicKey = await ask({ op: "kem-public", size, seed: random(64) });
    const outside = [publicKey.with(0, 0xff).with(1, 0xff), publicKey.with(-34, 0xff).with(-33, 0xff)];
    const lengths = [0, 1, KEY_BYTES[size] - 1].map((length) => publicKey.slice(0, length));
    for (const malformed of [...outside, ...lengths, concat(publicKey, Uint8Array.of(0))]) {
      expect(await ask({ op: "kem-encaps", size, publicKey: malformed, coins: random(32) })).toBeUndefined();
      expect(await ask({ op: "kem-encaps-internal", size, publicKey: malformed, message: random(32) })).toBeUndefined();
    }
  });

  test(`${name}: AES-256-GCM and SHA-256 are noble's, and what another place sealed is refused`, async () => {
    const random = seededRandom(`${name} bulk`);
    for (const bytes of [0, 1, 1000, 65_536]) {
      const [key, nonce, additional, plain] = [random(32), random(12), random(39), random(bytes)];
      const sealed = await ask({ op: "aes-gcm-seal", key, nonce, additional, plain });
      expect(sealed).toEqual(noblePrimitives({ op: "aes-gcm-seal", key, nonce, additional, plain }));
      expect(await ask({ op: "aes-gcm-open", key, nonce, additional, sealed })).toEqual(plain);
      for (const change of [
        { key: random(32) },
        { nonce: random(12) },
        { additional: random(39) },
        { sealed: sealed.slice(1) },
        { sealed: sealed.with(0, (sealed[0] as number) ^ 1) },
      ]) {
        expect(await ask({ op: "aes-gcm-open", key, nonce, additional, sealed, ...change })).toBeUndefined();
      }
      await expectSame({ op: "sha-256", bytes: plain });
    }
  });

  test.each<PrimitiveCall>([
    {
      op: "aes-gcm-seal",
      key: new Uint8Array(16),
      nonce: new Uint8Array(12),
      additional: new Uint8Array(),
      plain: new Uint8Array(),
    },
    {
      op: "aes-gcm-open",
      key: new Uint8Array(32),
      nonce: new Uint8Array(16),
      additional: new Uint8Array(),
      sealed: new Uint8Array(16),
    },
    { op: "x25519", privateKey: new Uint8Array(31), publicKey: new Uint8Array(32) },
    { op: "x25519", privateKey: new Uint8Array(32), publicKey: new Uint8Array(33) },
    { op: "x25519-public", privateKey: new Uint8Array(31) },
    { op: "kem-public", size: 1024, seed: new Uint8Array(32) },
    { op: "kem-encaps", size: 768, publicKey: new Uint8Array(1184), coins: new Uint8Array(31) },
    { op: "kem-encaps-internal", size: 768, publicKey: new Uint8Array(1184), message: new Uint8Array(33) },
    { op: "kem-decaps", size: 768, seed: new Uint8Array(64), ciphertext: new Uint8Array(1087) },
    { op: "kem-decaps", size: 1024, seed: new Uint8Array(63), ciphertext: new Uint8Array(1568) },
  ])(`${name}: a length that only a bug can get wrong throws: $op`, async (call) => {
    await expect(ask(call)).rejects.toThrow();
  });

  test(`${name}: what one call was given and what another was given never mix`, async () => {
    const random = seededRandom(`${name} at once`);
    const calls = times(20, (): PrimitiveCall => ({ op: "x25519", privateKey: random(32), publicKey: random(32) }));

    expect(await Promise.all(calls.map(ask))).toEqual(calls.map(noblePrimitives));
  });

  test(`${name}: a key whose bytes have changed since the last call is another key`, async () => {
    const random = seededRandom(`${name} changed`);
    const [privateKey, publicKey] = [random(32), random(32)];
    await ask({ op: "x25519", privateKey, publicKey });
    await ask({ op: "x25519-public", privateKey });

    privateKey.set(random(32));
    publicKey.set(random(32));

    await expectSame({ op: "x25519", privateKey, publicKey });
    await expectSame({ op: "x25519-public", privateKey });
  });

  wycheproof(`${name}: X25519 gives Wycheproof's secrets, and none where the point is of small order`, async () => {
    await each("x25519_test", 518, async (vector) => {
      const secret = await ask({ op: "x25519", privateKey: hex(vector, "private"), publicKey: hex(vector, "public") });
      const isZero = vector.flags.includes("ZeroSharedSecret");
      expect(secret, at(vector)).toEqual(isZero ? undefined : hex(vector, "shared"));
    });
  });

  wycheproof(`${name}: Ed25519 accepts Wycheproof's valid signatures and no other`, async () => {
    await each("ed25519_test", 151, async (vector, group) => {
      const publicKey = fromHex((group["publicKey"] as { readonly pk: string }).pk);
      const claim = { publicKey, message: hex(vector, "msg"), signature: hex(vector, "sig") };
      expect(await ask({ op: "ed25519-verify", ...claim }), at(vector)).toBe(vector.result === "valid");
    });
  });

  wycheproof.each(SIZES)(`${name}: ML-KEM-%i makes Wycheproof's keys`, async (size) => {
    await each(`mlkem_${size}_keygen_seed_test`, 100, async (vector) => {
      expect(await ask({ op: "kem-public", size, seed: hex(vector, "seed") }), at(vector)).toEqual(hex(vector, "ek"));
    });
  });

  wycheproof.each([
    [768, 265],
    [1024, 269],
  ] as const)(
    `${name}: ML-KEM-%i encapsulates as Wycheproof, and to no key outside the modulus`,
    async (size, count) => {
      await each(`mlkem_${size}_encaps_test`, count, async (vector) => {
        const [publicKey, message] = [hex(vector, "ek"), hex(vector, "m")];
        const known = { ciphertext: hex(vector, "c"), sharedSecret: hex(vector, "K") };
        const isValid = vector.result === "valid";
        const internal = await ask({ op: "kem-encaps-internal", size, publicKey, message });
        expect(internal, at(vector)).toEqual(isValid ? known : undefined);
        const random = await ask({ op: "kem-encaps", size, publicKey, coins: message });
        expect(random?.ciphertext.length, at(vector)).toBe(isValid ? CIPHERTEXT_BYTES[size] : undefined);
      });
    },
  );
}

/** Small order, the same with the ignored top bit and beyond p, and honest points written in those ways. */
function strangeCoordinates(): readonly Bytes[] {
  const ofOrderEight = [
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  ].map(fromHex);
  const low = (y: number) => new Uint8Array(32).with(0, y);
  /** p + y for a `y` below 19. */
  const beyond = (y: number) =>
    new Uint8Array(32)
      .fill(0xff)
      .with(0, 0xed + y)
      .with(31, 0x7f);
  const minusOne = beyond(0).with(0, 0xec);
  const points = [low(0), low(1), minusOne, ...ofOrderEight, beyond(0), beyond(1), low(9), beyond(2), beyond(18)];
  return points.flatMap((point) => [point, point.with(31, (point[31] as number) | 0x80)]);
}

/** Runs `check` for every vector of a set that has `count` of them. */
async function each(
  name: string,
  count: number,
  check: (vector: Vector, group: VectorGroup) => Promise<void>,
): Promise<void> {
  let checked = 0;
  for (const group of await loadWycheproof(name)) {
    for (const vector of group.tests) {
      await check(vector, group);
      checked++;
    }
  }
  expect(checked).toBe(count);
}

function times<Value>(count: number, make: () => Value): Value[] {
  return Array.from({ length: count }, make);
}

function hex(vector: Vector, field: string): Bytes {
  return fromHex(String(vector[field]));
}

function at(vector: Vector): string {
  return `tcId ${vector["tcId"]}: ${vector["comment"] ?? vector.flags.join(" ")}`;
}
