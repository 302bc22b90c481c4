/**
 * What SPQR adds to each message: version (1) | epoch varint | index varint | type (1), and for the types that carry
 * one, a chunk: index varint | 32 bytes. 4 to 6 bytes without a chunk, 37 and more with one.
 */
import { type Bytes, concat, copyBytes } from "@tacit/shared/bytes";
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
 * `undefined` for another version, a cut, a number out of range or not in the fewest bytes; what follows the message
 * is ignored, as by libsignal. Index 0, with which libsignal lets a message of the first epoch do without a key, is
 * refused: whoever breaks X25519 could forge such messages.
 */
export function decodeMessage(bytes: Uint8Array): SpqrMessage | undefined {
  if (bytes[0] !== VERSION) return undefined;
  const epoch = readVarint(bytes, 1, Number.MAX_SAFE_INTEGER);
  const index = epoch && readVarint(bytes, epoch.end, MAX_INDEX);
  if (!index || epoch.value === 0 || index.value === 0) return undefined;
  const payload = readPayload(bytes, index.end);
  return payload && { epoch: epoch.value, index: index.value, payload };
}

function readPayload(bytes: Uint8Array, start: number): Payload | undefined {
  const type = TYPES[bytes[start] ?? TYPES.length];
  if (type === undefined || type === "none" || type === "ct1-ack") return type && { type };
  const index = readVarint(bytes, start + 1, MAX_CHUNK_INDEX);
  if (index === undefined || index.end + CHUNK_BYTES > bytes.length) return undefined;
  return {
    type,
    chunk: { index: index.value, symbols: copyBytes(bytes.subarray(index.end, index.end + CHUNK_BYTES)) },
  };
}

type Varint = { readonly value: number; readonly end: number };

/** LEB128 in the fewest bytes, at most `max`, which is a safe integer. */
function readVarint(bytes: Uint8Array, start: number, max: number): Varint | undefined {
  let value = 0;
  let factor = 1;
  for (let offset = start; factor <= max; offset++, factor *= 128) {
    const byte = bytes[offset];
    if (byte === undefined) return undefined;
    value += (byte & 0x7f) * factor;
    if (byte < 0x80) return value > max || (byte === 0 && offset > start) ? undefined : { value, end: offset + 1 };
  }
  return undefined;
}

function varint(value: number): Bytes {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Uint8Array.of(...bytes, rest);
}
