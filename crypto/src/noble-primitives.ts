import { gcm } from "@noble/ciphers/aes.js";
import { x25519 } from "@noble/curves/ed25519.js";
import { ml_kem768, ml_kem1024 } from "@noble/post-quantum/ml-kem.js";
import { type Bytes, copyBytes, wipe } from "@tacit/shared/bytes";
import { sha256 } from "./digest.ts";
import { verifyEd25519 } from "./edwards.ts";
import type { KemEncapsulation, KemSize, PrimitiveAnswer, PrimitiveCall } from "./primitives.ts";

/**
 * Answers every primitive synchronously with noble. Works wherever JavaScript does. Throws where a length is wrong,
 * which is the caller's mistake and never the peer's.
 */
export function noblePrimitives(call: PrimitiveCall): PrimitiveAnswer {
  switch (call.op) {
    case "x25519":
      requireBytes(32, call.privateKey, call.publicKey);
      return unlessRefused(() => copyBytes(x25519.getSharedSecret(call.privateKey, call.publicKey)));
    case "x25519-public":
      return copyBytes(x25519.getPublicKey(call.privateKey));
    case "ed25519-verify":
      return verifyEd25519(call.publicKey, call.message, call.signature);
    case "kem-public":
      return copyBytes(kem(call.size).keygen(call.seed).publicKey);
    case "kem-encaps":
      return encapsulate(call.size, call.publicKey, call.coins);
    case "kem-encaps-internal":
      return encapsulate(call.size, call.publicKey, call.message);
    case "kem-decaps": {
      const { secretKey } = kem(call.size).keygen(call.seed);
      const sharedSecret = copyBytes(kem(call.size).decapsulate(call.ciphertext, secretKey));
      wipe(secretKey);
      return sharedSecret;
    }
    case "aes-gcm-seal":
      requireBytes(32, call.key);
      requireBytes(12, call.nonce);
      return copyBytes(gcm(call.key, call.nonce, call.additional).encrypt(call.plain));
    case "aes-gcm-open":
      requireBytes(32, call.key);
      requireBytes(12, call.nonce);
      return unlessRefused(() => copyBytes(gcm(call.key, call.nonce, call.additional).decrypt(call.sealed)));
    case "sha-256":
      return sha256(call.bytes);
    default:
      throw new Error(`no such primitive: ${JSON.stringify((call satisfies never as { op: unknown }).op)}`);
  }
}

function encapsulate(size: KemSize, publicKey: Bytes, message: Bytes): KemEncapsulation | undefined {
  requireBytes(32, message);
  return unlessRefused(() => {
    const { cipherText, sharedSecret } = kem(size).encapsulate(publicKey, message);
    return { ciphertext: copyBytes(cipherText), sharedSecret: copyBytes(sharedSecret) };
  });
}

function kem(size: KemSize): typeof ml_kem768 {
  return size === 768 ? ml_kem768 : ml_kem1024;
}

function requireBytes(length: number, ...values: readonly Bytes[]): void {
  if (values.some((value) => value.length !== length))
    throw new RangeError(`a primitive was not given ${length} bytes`);
}

/** noble throws where the specification says "refuse": the input, not the program, is at fault. */
function unlessRefused<Value>(compute: () => Value): Value | undefined {
  try {
    return compute();
  } catch {
    return undefined;
  }
}
