import { createPrivateKey, createPublicKey, diffieHellman, type KeyObject } from "node:crypto";
import { noblePrimitives } from "@tacit/crypto/noble-primitives";
import type { Primitives } from "@tacit/crypto/primitives";
import { type Bytes, concat, copyBytes, fromHex } from "@tacit/shared/bytes";

const PRIVATE_PREFIX = fromHex("302e020100300506032b656e04220420");
const PUBLIC_PREFIX = fromHex("302a300506032b656e032100");

/** noble, but X25519 by OpenSSL, which is some fifteen times as fast: long stories stay short. */
export const nodePrimitives: Primitives = (call) => {
  if (call.op === "x25519") return sharedSecret(call.privateKey, call.publicKey);
  if (call.op === "x25519-public") return rawPublicKey(createPublicKey(toPrivateKeyObject(call.privateKey)));
  return noblePrimitives(call);
};

function sharedSecret(privateKey: Bytes, publicKey: Bytes): Bytes | undefined {
  const theirs = createPublicKey({
    key: Buffer.from(concat(PUBLIC_PREFIX, publicKey)),
    format: "der",
    type: "spki",
  });
  try {
    return copyBytes(diffieHellman({ privateKey: toPrivateKeyObject(privateKey), publicKey: theirs }));
  } catch {
    // OpenSSL refuses an all-zero output by throwing.
    return undefined;
  }
}

function toPrivateKeyObject(privateKey: Bytes): KeyObject {
  return createPrivateKey({ key: Buffer.from(concat(PRIVATE_PREFIX, privateKey)), format: "der", type: "pkcs8" });
}

function rawPublicKey(key: KeyObject): Bytes {
  return copyBytes(key.export({ format: "der", type: "spki" }).subarray(PUBLIC_PREFIX.length));
}
