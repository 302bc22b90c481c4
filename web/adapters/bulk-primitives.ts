import type { AsyncPrimitives, BulkCall, PrimitiveAnswer } from "@tacit/crypto/primitives";
import type { Bytes } from "@tacit/shared/bytes";

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const ALGORITHM = "AES-GCM";

/** Answers a call about much data by WebCrypto: native, and off the thread. Throws where a length is a bug. */
export async function answerBulk(subtle: SubtleCrypto, call: BulkCall): Promise<PrimitiveAnswer> {
  if (call.op === "sha-256") return new Uint8Array(await subtle.digest("SHA-256", call.bytes));
  const { key, nonce, additional } = call;
  if (key.length !== KEY_BYTES || nonce.length !== NONCE_BYTES) throw new RangeError("a key has 32 bytes, a nonce 12");
  const parameters = { name: ALGORITHM, iv: nonce, additionalData: additional };
  if (call.op === "aes-gcm-seal") {
    return new Uint8Array(await subtle.encrypt(parameters, await importKey(subtle, key, "encrypt"), call.plain));
  }
  try {
    return new Uint8Array(await subtle.decrypt(parameters, await importKey(subtle, key, "decrypt"), call.sealed));
  } catch {
    return undefined;
  }
}

/** Answers calls about much data and no others, so that a page need not load what sessions need. */
export const bulkPrimitives: AsyncPrimitives = (call) => {
  if (call.op !== "aes-gcm-seal" && call.op !== "aes-gcm-open" && call.op !== "sha-256") {
    throw new Error(`not for files: ${call.op}`);
  }
  return answerBulk(crypto.subtle, call);
};

function importKey(subtle: SubtleCrypto, key: Bytes, usage: KeyUsage): Promise<CryptoKey> {
  return subtle.importKey("raw", key, ALGORITHM, false, [usage]);
}
