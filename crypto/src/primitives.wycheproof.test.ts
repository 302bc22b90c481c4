import { gcmsiv } from "@noble/ciphers/aes.js";
import { type Bytes, concat, equalBytes, fromHex } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import { verifyEd25519 } from "./edwards.ts";
import { hkdf, hmacSha256 } from "./hkdf.ts";
import { parseKyberCiphertext, parseKyberSecretKey } from "./kyber1024.ts";
import { decryptBody, encryptBody } from "./message-cipher.ts";
import { noblePrimitives } from "./noble-primitives.ts";
import type { KemSize, PrimitiveAnswers, PrimitiveCall } from "./primitives.ts";
import { hasWycheproof, loadWycheproof, type Vector, type VectorGroup } from "./testing/wycheproof.ts";

const isHere = await hasWycheproof("x25519_test", process.env["CI"] === "true", console.info);
const wycheproof = test.skipIf(!isHere);

wycheproof("X25519 gives the known secrets, and none where the point is of small order", async () => {
  await each("x25519_test", 518, (vector) => {
    const secret = answer({ op: "x25519", privateKey: hex(vector, "private"), publicKey: hex(vector, "public") });
    const isZero = vector.flags.includes("ZeroSharedSecret");
    expect(secret, at(vector)).toEqual(isZero ? undefined : hex(vector, "shared"));
  });
});

wycheproof("Ed25519 accepts the valid signatures and no other", async () => {
  await each("ed25519_test", 151, (vector, group) => {
    const publicKey = fromHex((group["publicKey"] as { readonly pk: string }).pk);
    const isValid = verifyEd25519(publicKey, hex(vector, "msg"), hex(vector, "sig"));
    expect(isValid, at(vector)).toBe(vector.result === "valid");
  });
});

wycheproof("AES-CBC encrypts and decrypts the valid bodies and refuses bad padding", async () => {
  await each("aes_cbc_pkcs5_test", 216, (vector) => {
    const keys = { cipherKey: hex(vector, "key"), iv: hex(vector, "iv"), macKey: new Uint8Array() };
    const isValid = vector.result === "valid";
    const plain = hex(vector, "msg");
    expect(decryptBody(keys, hex(vector, "ct")), at(vector)).toEqual(isValid ? plain : undefined);
    if (isValid) expect(encryptBody(keys, plain), at(vector)).toEqual(hex(vector, "ct"));
  });
});

wycheproof("AES-GCM-SIV seals and opens the valid records and no other", async () => {
  await each("aes_gcm_siv_test", 202, (vector) => {
    const cipher = gcmsiv(hex(vector, "key"), hex(vector, "iv"), hex(vector, "aad"));
    const sealed = concat(hex(vector, "ct"), hex(vector, "tag"));
    if (vector.result !== "valid") return expect(() => cipher.decrypt(sealed), at(vector)).toThrow();
    expect(cipher.decrypt(sealed), at(vector)).toEqual(hex(vector, "msg"));
    expect(cipher.encrypt(hex(vector, "msg")), at(vector)).toEqual(sealed);
  });
});

wycheproof("HMAC-SHA-256 gives the known tags, cut or whole", async () => {
  await each("hmac_sha256_test", 174, (vector) => {
    const tag = hex(vector, "tag");
    const own = hmacSha256(hex(vector, "key"), hex(vector, "msg")).slice(0, tag.length);
    expect(equalBytes(own, tag), at(vector)).toBe(vector.result === "valid");
  });
});

wycheproof("HKDF-SHA-256 gives the known keys and refuses to give too much", async () => {
  await each("hkdf_sha256_test", 86, (vector) => {
    const derive = () => hkdf(hex(vector, "salt"), hex(vector, "ikm"), hex(vector, "info"), Number(vector["size"]));
    if (vector.result !== "valid") return expect(derive, at(vector)).toThrow();
    expect(derive(), at(vector)).toEqual(hex(vector, "okm"));
  });
});

wycheproof.each<KemSize>([768, 1024])("ML-KEM-%i makes the known key pairs", async (size) => {
  await each(`mlkem_${size}_keygen_seed_test`, 100, (vector) => {
    const pair = answer({ op: "kem-keygen", size, seed: hex(vector, "seed") });
    expect(pair.publicKey, at(vector)).toEqual(hex(vector, "ek"));
    expect(pair.secretKey, at(vector)).toEqual(hex(vector, "dk"));
  });
});

wycheproof.each([
  [768, 265],
  [1024, 269],
] as const)("ML-KEM-%i encapsulates as known, and not to a key outside the modulus", async (size, count) => {
  await each(`mlkem_${size}_encaps_test`, count, (vector) => {
    const sent = answer({ op: "kem-encaps", size, publicKey: hex(vector, "ek"), message: hex(vector, "m") });
    const known = { ciphertext: hex(vector, "c"), sharedSecret: hex(vector, "K") };
    expect(sent, at(vector)).toEqual(vector.result === "valid" ? known : undefined);
  });
});

wycheproof.each<KemSize>([768, 1024])("ML-KEM-%i decapsulates as known and refuses broken keys", async (size) => {
  await each(`mlkem_${size}_semi_expanded_decaps_test`, 9, (vector) => {
    const [secretKey, ciphertext] = [hex(vector, "dk"), hex(vector, "c")];
    const decapsulate = () => answer({ op: "kem-decaps", size, secretKey, ciphertext });
    if (vector.result === "valid") return expect(decapsulate(), at(vector)).toEqual(hex(vector, "K"));
    expect(decapsulate, at(vector)).toThrow();
    if (size === 1024) expect(isKyberPair(secretKey, ciphertext), at(vector)).toBe(false);
  });
});

/** Runs `check` for every vector of a set that has `count` of them. */
async function each(name: string, count: number, check: (vector: Vector, group: VectorGroup) => void): Promise<void> {
  let checked = 0;
  for (const group of await loadWycheproof(name)) {
    for (const vector of group.tests) {
      check(vector, group);
      checked++;
    }
  }
  expect(checked).toBe(count);
}

function answer<Call extends PrimitiveCall>(call: Call): PrimitiveAnswers[Call["op"]] {
  // The answer is of the call's own kind.
  return noblePrimitives(call) as PrimitiveAnswers[Call["op"]];
}

/** What stands before decapsulation in `kyber1024.ts`, so that it never throws there. */
function isKyberPair(secretKey: Bytes, ciphertext: Bytes): boolean {
  const type = Uint8Array.of(0x08);
  const parsed = [parseKyberSecretKey(concat(type, secretKey)), parseKyberCiphertext(concat(type, ciphertext))];
  return parsed.every((part) => part !== undefined);
}

function hex(vector: Vector, field: string): Bytes {
  return fromHex(String(vector[field]));
}

function at(vector: Vector): string {
  return `tcId ${vector["tcId"]}: ${vector["comment"] ?? vector.flags.join(" ")}`;
}
