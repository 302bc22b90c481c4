import { noblePrimitives } from "@tacit/crypto/noble-primitives";
import type { AsyncPrimitives } from "@tacit/crypto/primitives";
import { type Bytes, concat, fromHex } from "@tacit/shared/bytes";

const PKCS8_PREFIX = fromHex("302e020100300506032b656e04220420");
const BASE_POINT = new Uint8Array(32).fill(9, 0, 1);

/** X25519 and Ed25519 by WebCrypto, as in a browser; the rest by noble. A key is imported once for as long as it lives. */
export function webCryptoPrimitives(): AsyncPrimitives {
  const imported = new WeakMap<Bytes, Promise<CryptoKey>>();
  const once = (key: Bytes, load: (key: Bytes) => Promise<CryptoKey>) => {
    const known = imported.get(key) ?? load(key);
    imported.set(key, known);
    return known;
  };
  const agree = async (privateKey: Bytes, publicKey: Bytes) => {
    const [ours, theirs] = await Promise.all([once(privateKey, loadPrivate), once(publicKey, loadPublic)]);
    return sharedSecret(ours, theirs);
  };
  return (call) => {
    switch (call.op) {
      case "x25519":
        return agree(call.privateKey, call.publicKey);
      case "x25519-public":
        return agree(call.privateKey, BASE_POINT);
      case "ed25519-verify":
        return isSigned(call.publicKey, call.message, call.signature);
      default:
        return noblePrimitives(call);
    }
  };
}

function loadPrivate(key: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("pkcs8", concat(PKCS8_PREFIX, key), "X25519", false, ["deriveBits"]);
}

function loadPublic(key: Bytes): Promise<CryptoKey> {
  return crypto.subtle.importKey("raw", key, "X25519", false, []);
}

/** `undefined` where WebCrypto refuses, which it does for an all-zero output. */
async function sharedSecret(ours: CryptoKey, theirs: CryptoKey): Promise<Bytes | undefined> {
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
