/**
 * Safety numbers: what two people compare, byte for byte as libsignal makes them. Two times 5200 hashes, so run it in
 * a worker and keep the answer.
 */
import { sha512 } from "@noble/hashes/sha2.js";
import { type Bytes, concat, equalBytes, fromHex } from "@tacit/shared/bytes";
import type { PublicKey } from "./keys.ts";
import { ProtobufWriter, readProtobuf } from "./protobuf.ts";
import { accountIdOf } from "./verify.ts";

/** `id` is whatever both sides call the owner of the key; the Signal apps use the UUID's bytes, and so does Tacit. */
export type FingerprintParty = { readonly id: Uint8Array; readonly identityKey: PublicKey };

export type Fingerprint = {
  /** 60 digits, the same on both sides. */
  readonly displayable: string;
  /** For a QR code. Protobuf `{1 version, 2 {1 local hash (32)}, 3 {1 remote hash (32)}}`. */
  readonly scannable: Bytes;
};

export type ScanOutcome = "match" | "mismatch" | "other-version" | "malformed";

const HASHES = 5200;
const SCANNABLE_VERSION = 2;
const HASH_PREFIX = new Uint8Array(2);
const SCANNED_BYTES = 32;
const CHUNK_BYTES = 5;
const CHUNKS = 6;

/** The owner of an identity key, named by the bytes of the account id (16). */
export function partyOf(identityKey: PublicKey): FingerprintParty {
  return { id: fromHex(accountIdOf(identityKey).replaceAll("-", "")), identityKey };
}

export function fingerprint(local: FingerprintParty, remote: FingerprintParty): Fingerprint {
  const localHash = iteratedHash(local);
  const remoteHash = iteratedHash(remote);
  return {
    displayable: [digits(localHash), digits(remoteHash)].sort().join(""),
    scannable: toScannable(localHash.subarray(0, SCANNED_BYTES), remoteHash.subarray(0, SCANNED_BYTES)),
  };
}

/** Whether what was scanned from the other side is the mirror of `ours`. */
export function compareScannable(ours: Fingerprint, scanned: Uint8Array): ScanOutcome {
  const theirs = readProtobuf(scanned, { version: [1, "u32"], local: [2, "bytes"], remote: [3, "bytes"] });
  if (theirs?.version === undefined) return "malformed";
  if (theirs.version !== SCANNABLE_VERSION) return "other-version";
  const local = readHalf(theirs.local);
  const remote = readHalf(theirs.remote);
  if (local === undefined || remote === undefined) return "malformed";
  return equalBytes(toScannable(remote, local), ours.scannable) ? "match" : "mismatch";
}

function toScannable(local: Uint8Array, remote: Uint8Array): Bytes {
  return new ProtobufWriter()
    .u32(1, SCANNABLE_VERSION)
    .bytes(2, new ProtobufWriter().bytes(1, local).finish())
    .bytes(3, new ProtobufWriter().bytes(1, remote).finish())
    .finish();
}

function readHalf(half: Uint8Array | undefined): Bytes | undefined {
  const hash = half && readProtobuf(half, { hash: [1, "bytes"] })?.hash;
  return hash?.length === SCANNED_BYTES ? hash : undefined;
}

function iteratedHash({ id, identityKey }: FingerprintParty): Uint8Array {
  let hash = sha512(concat(HASH_PREFIX, identityKey, id, identityKey));
  const input = concat(hash, identityKey);
  for (let i = 1; i < HASHES; i++) {
    hash = sha512(input);
    input.set(hash);
  }
  return hash;
}

/** 30 digits: six 5-byte big-endian numbers, each modulo 100000. */
function digits(hash: Uint8Array): string {
  let text = "";
  for (let chunk = 0; chunk < CHUNKS; chunk++) {
    let value = 0;
    for (const byte of hash.subarray(chunk * CHUNK_BYTES, (chunk + 1) * CHUNK_BYTES)) value = value * 256 + byte;
    text += String(value % 100_000).padStart(5, "0");
  }
  return text;
}
