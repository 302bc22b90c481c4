import { gcmsiv } from "@noble/ciphers/aes.js";
import { ml_kem768, ml_kem1024 } from "@noble/post-quantum/ml-kem.js";
import { type Bytes, concat, equalBytes, fromHex } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import { hkdf, hmacSha256 } from "./hkdf.ts";
import { decryptBody, encryptBody } from "./message-cipher.ts";
import { hasWycheproof, loadWycheproof, type Vector } from "./testing/wycheproof.ts";

const isHere = await hasWycheproof("aes_cbc_pkcs5_test", process.env["CI"] === "true", console.info);
const wycheproof = test.skipIf(!isHere);

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

wycheproof.each([
  [768, ml_kem768],
  [1024, ml_kem1024],
] as const)("ML-KEM-%i, as noble has it, decapsulates as known and refuses broken keys", async (size, kem) => {
  await each(`mlkem_${size}_semi_expanded_decaps_test`, 9, (vector) => {
    const decapsulate = () => kem.decapsulate(hex(vector, "c"), hex(vector, "dk"));
    if (vector.result === "valid") return expect(decapsulate(), at(vector)).toEqual(hex(vector, "K"));
    expect(decapsulate, at(vector)).toThrow();
  });
});

/** Runs `check` for every vector of a set that has `count` of them. */
async function each(name: string, count: number, check: (vector: Vector) => void): Promise<void> {
  let checked = 0;
  for (const group of await loadWycheproof(name)) {
    for (const vector of group.tests) {
      check(vector);
      checked++;
    }
  }
  expect(checked).toBe(count);
}

function hex(vector: Vector, field: string): Bytes {
  return fromHex(String(vector[field]));
}

function at(vector: Vector): string {
  return `tcId ${vector["tcId"]}: ${vector["comment"] ?? vector.flags.join(" ")}`;
}
