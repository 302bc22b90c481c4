/**
 * Records at rest. One vault key per device; from it, by HKDF, a key that seals whole records and a key that hashes
 * what they are found by. How the vault key itself is kept: vault-lock.ts.
 */
import { gcmsiv } from "@noble/ciphers/aes.js";
import type { Brand } from "@tacit/shared/brand";
import { type Bytes, concat, copyBytes } from "@tacit/shared/bytes";
import { ok, type Result, refused } from "@tacit/shared/result";
import { hkdf, hmacSha256 } from "./hkdf.ts";
import type { RandomSource } from "./primitives.ts";
import { ProtobufWriter } from "./protobuf.ts";

/** 32 random bytes. Secret; never on disk in clear. */
export type VaultKey = Brand<Bytes, "VaultKey">;
/** Seals records. Secret. */
export type RecordKey = Brand<Bytes, "RecordKey">;
/** Hashes what records are found by. Secret: without it an index says only which rows are alike. */
export type IndexKey = Brand<Bytes, "IndexKey">;

/** Everything in clear about a record. It opens in exactly this place, so no row can pose as another. */
export type RecordPlace = {
  readonly table: string;
  readonly id: string;
  readonly index?: string | undefined;
  /** A whole number from 0 to 2^53 - 1. */
  readonly order?: number | undefined;
  readonly version: number;
};

export const INDEX_BYTES = 16;
const FORMAT = 1;
const NONCE_BYTES = 12;
const HEADER_BYTES = 1 + NONCE_BYTES;

/** Throws `RangeError` on another length than 32. */
export function toVaultKey(bytes: Uint8Array): VaultKey {
  if (bytes.length !== 32) throw new RangeError("a vault key has 32 bytes");
  return copyBytes(bytes) as VaultKey;
}

/** Takes 32 bytes of `random`. */
export function generateVaultKey(random: RandomSource): VaultKey {
  return toVaultKey(random(32));
}

export function deriveVaultKeys(vaultKey: VaultKey): { readonly record: RecordKey; readonly index: IndexKey } {
  return {
    record: hkdf(undefined, vaultKey, "Tacit vault records v1", 32) as RecordKey,
    index: hkdf(undefined, vaultKey, "Tacit vault indexes v1", 32) as IndexKey,
  };
}

/**
 * `0x01 || nonce (12) || ciphertext || tag (16)`, AES-256-GCM-SIV (RFC 8452) with the format byte and the place as
 * additional data. Takes 12 bytes of `random`; a nonce that came twice would show only whether two records are equal.
 */
export function sealRecord(key: RecordKey, place: RecordPlace, plain: Uint8Array, random: RandomSource): Bytes {
  const nonce = random(NONCE_BYTES);
  return concat(Uint8Array.of(FORMAT), nonce, gcmsiv(key, nonce, additionalData(place)).encrypt(plain));
}

/** "forged" where the record was damaged, put in another place, or sealed with another key: never tells which. */
export function openRecord(key: RecordKey, place: RecordPlace, sealed: Uint8Array): Result<Bytes, "forged"> {
  if (sealed[0] !== FORMAT || sealed.length < HEADER_BYTES) return refused("forged");
  const cipher = gcmsiv(key, sealed.subarray(1, HEADER_BYTES), additionalData(place));
  try {
    return ok(copyBytes(cipher.decrypt(sealed.subarray(HEADER_BYTES))));
  } catch {
    return refused("forged");
  }
}

/** What a record of `table` is found by: HMAC-SHA-256 of both, cut to 16 bytes. Equal values, equal hashes. */
export function indexOf(key: IndexKey, table: string, value: Uint8Array): Bytes {
  return hmacSha256(key, new ProtobufWriter().string(1, table).bytes(2, value).finish()).slice(0, INDEX_BYTES);
}

/** The format byte, then `{1 table, 2 id, 3 index, 4 order, 5 version}`: no two places have the same bytes. */
function additionalData({ table, id, index, order, version }: RecordPlace): Bytes {
  const place = new ProtobufWriter()
    .string(1, table)
    .string(2, id)
    .string(3, index)
    .u64(4, order === undefined ? undefined : BigInt(order))
    .u64(5, BigInt(version));
  return concat(Uint8Array.of(FORMAT), place.finish());
}
