/**
 * What SPQR adds to each message: version (1) | epoch varint | index varint | type (1), and for the types that carry
 * one, a chunk: index varint | 32 bytes. 4 to 6 bytes without a chunk, 37 and more with one.
 */
import { type Bytes, concat } from "@tacit/shared/bytes";
import { ByteReader, varint } from "./byte-reader.ts";
import { MAX_INDEX } from "./chain.ts";
import { CHUNK_BYTES, type Chunk, MAX_CHUNK_INDEX } from "./erasure.ts";

const VERSION = 1;
/** The number of a type is its place in this list. */
const TYPES = ["none", "hdr", "ek", "ek-ct1-ack", "ct1-ack", "ct1", "ct2"] as const;

/** The part of an epoch's key agreement that a message carries; `ek-ct1-ack` also says that ct1 is complete. */
export type Payload =
  | { readonly type: "none" | "ct1-ack" }
  | { readonly type: "hdr" | "ek" | "ek-ct1-ack" | "ct1" | "ct2"; readonly chunk: Chunk };
/** `epoch` is the one under agreement, from 1; the key `index`, from 1, comes from the chain of the epoch before. */
export type SpqrMessage = { readonly epoch: number; readonly index: number; readonly payload: Payload };

export function encodeMessage({ epoch, index, payload }: SpqrMessage): Bytes {
  const type = Uint8Array.of(TYPES.indexOf(payload.type));
  const chunk = "chunk" in payload ? [varint(payload.chunk.index), payload.chunk.symbols] : [];
  return concat(Uint8Array.of(VERSION), varint(epoch), varint(index), type, ...chunk);
}

/**
 * `undefined` for another version, a cut or a number out of range; bytes after the message are ignored, as by
 * libsignal. Index 0, by which libsignal lets a first-epoch message do without a key, is refused: it would let
 * whoever breaks X25519 forge messages.
 */
export function decodeMessage(bytes: Uint8Array): SpqrMessage | undefined {
  const reader = new ByteReader(bytes);
  reader.expect(reader.byte() === VERSION);
  const epoch = reader.varint(Number.MAX_SAFE_INTEGER);
  const index = reader.varint(MAX_INDEX);
  reader.expect(epoch > 0 && index > 0);
  const payload = readPayload(reader);
  return reader.isIntact ? { epoch, index, payload } : undefined;
}

function readPayload(reader: ByteReader): Payload {
  const type = TYPES[reader.byte(TYPES.length - 1)] ?? "none";
  if (type === "none" || type === "ct1-ack") return { type };
  const index = reader.varint(MAX_CHUNK_INDEX);
  return { type, chunk: { index, symbols: reader.take(CHUNK_BYTES) } };
}
