/** Prekeys at rest. Decoders give `undefined` for damage and for another version, and never throw. */
import type { Bytes } from "@tacit/shared/bytes";
import { type ByteReader, type ByteWriter, readRecord, writeRecord } from "./byte-codec.ts";
import { type KeyPair, PUBLIC_KEY_BYTES, parsePublicKey, toPrivateKey } from "./keys.ts";
import {
  KYBER_PUBLIC_KEY_BYTES,
  KYBER_SECRET_KEY_BYTES,
  parseKyberPublicKey,
  parseKyberSecretKey,
} from "./kyber1024.ts";
import type { KyberPreKeyRecord, PreKeyRecord, SignedPreKeyRecord } from "./prekeys.ts";
import { SIGNATURE_BYTES } from "./xeddsa.ts";

const VERSION = 1;
/** 2 keeps the seed of the pair, where 1 kept the decapsulation key (2026-11). */
const KYBER_VERSION = 2;

/** `version || id || public key || private key`. */
export function encodePreKey({ id, keyPair }: PreKeyRecord): Bytes {
  return writeRecord(VERSION, (writer) => writeKeyPair(writer.u32(id), keyPair));
}

export function decodePreKey(bytes: Uint8Array): PreKeyRecord | undefined {
  return readRecord(bytes, VERSION, (reader) => ({ id: reader.u32(), keyPair: readKeyPair(reader) }));
}

/** `version || id || public key || private key || signature`. */
export function encodeSignedPreKey({ id, keyPair, signature }: SignedPreKeyRecord): Bytes {
  return writeRecord(VERSION, (writer) => writeKeyPair(writer.u32(id), keyPair).fixed(signature));
}

export function decodeSignedPreKey(bytes: Uint8Array): SignedPreKeyRecord | undefined {
  return readRecord(bytes, VERSION, (reader) => ({
    id: reader.u32(),
    keyPair: readKeyPair(reader),
    signature: reader.fixed(SIGNATURE_BYTES),
  }));
}

/** `version || id || public key || secret key (65) || signature`. */
export function encodeKyberPreKey({ id, keyPair, signature }: KyberPreKeyRecord): Bytes {
  return writeRecord(KYBER_VERSION, (writer) =>
    writer.u32(id).fixed(keyPair.publicKey).fixed(keyPair.secretKey).fixed(signature),
  );
}

export function decodeKyberPreKey(bytes: Uint8Array): KyberPreKeyRecord | undefined {
  return readRecord(bytes, KYBER_VERSION, (reader) => ({
    id: reader.u32(),
    keyPair: {
      publicKey: reader.parsed(parseKyberPublicKey(reader.fixed(KYBER_PUBLIC_KEY_BYTES))),
      secretKey: reader.parsed(parseKyberSecretKey(reader.fixed(KYBER_SECRET_KEY_BYTES))),
    },
    signature: reader.fixed(SIGNATURE_BYTES),
  }));
}

/** `public key (33) || private key (32)`. */
export function writeKeyPair(writer: ByteWriter, { publicKey, privateKey }: KeyPair): ByteWriter {
  return writer.fixed(publicKey).fixed(privateKey);
}

export function readKeyPair(reader: ByteReader): KeyPair {
  const publicKey = reader.parsed(parsePublicKey(reader.fixed(PUBLIC_KEY_BYTES)));
  return { publicKey, privateKey: toPrivateKey(reader.fixed(32)) };
}
