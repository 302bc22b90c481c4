import { noblePrimitives } from "@tacit/crypto/noble-primitives";
import type { AsyncPrimitives } from "@tacit/crypto/primitives";
import { type Bytes, concat, fromHex } from "@tacit/shared/bytes";

const PKCS8_PREFIX = fromHex("302e020100300506032b656e04220420");
const BASE_POINT = new Uint8Array(32).fill(9, 0, 1);

/** X25519 and Ed25519 by WebCrypto, as in a browser; the rest by noble. */
export const webCryptoPrimitives: AsyncPrimitives = (call) => {
  switch (call.op) {
    case "x25519":
      return sharedSecret(call.privateKey, call.publicKey);
    case "x25519-public":
      return sharedSecret(call.privateKey, BASE_POINT);
    case "ed25519-verify":
      return isSigned(call.publicKey, call.message, call.signature);
    default:
      return noblePrimitives(call);
  }
};

/** `undefined` where WebCrypto refuses, which it does for an all-zero output. */
async function sharedSecret(privateKey: Bytes, publicKey: Bytes): Promise<Bytes | undefined> {
  const [ours, theirs] = await Promise.all([
    crypto.subtle.importKey("pkcs8", concat(PKCS8_PREFIX, privateKey), "X25519", false, ["deriveBits"]),
    crypto.subtle.importKey("raw", publicKey, "X25519", false, []),
  ]);
  try {
    return new Uint8Array(await crypto.subtle.deriveBits({ name: "X25519", public: theirs }, ours, 256));
  } catch {
    return undefined;
  }
}

async function isSigned(publicKey: Bytes, message: Bytes, signature: Bytes): Promise<boolean> {
  try {
    const key = await crypto.subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
    return await crypto.subtle.verify("Ed25519", key, signature, message);
  } catch {
    return false;
  }
}
