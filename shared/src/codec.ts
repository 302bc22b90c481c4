import { Decoder, Encoder } from "@msgpack/msgpack";
import { type Bytes, copyBytes } from "./bytes.ts";
import { isWellFramed } from "./framing.ts";
import { ok, type Result, refused } from "./result.ts";

/** The one binary encoding: MessagePack. It is not canonical: sign and MAC the bytes, never encode them again. */
export function encode(value: unknown): Bytes {
  return copyBytes(new Encoder({ ignoreUndefined: true }).encode(value));
}

/** As `encode`, for who encodes often: in the same room each time, so that an answer is good until the next call. */
export function buildEncoder(): (value: unknown) => Bytes {
  const encoder = new Encoder({ ignoreUndefined: true });
  return (value) => encoder.encodeSharedRef(value);
}

/**
 * Never throws: damage, a tail, more than `maxBytes`, or more than `maxValues` in all arrays and maps is "malformed". A
 * map costs a hundred times what its bytes do. The value is still unknown: parse it.
 */
export function decode(bytes: Uint8Array, maxBytes: number, maxValues?: number): Result<unknown, "malformed"> {
  if (bytes.length > maxBytes || !isWellFramed(bytes, maxValues)) return refused("malformed");
  try {
    const limit = {
      maxStrLength: maxBytes,
      maxBinLength: maxBytes,
      maxArrayLength: 10_000,
      maxMapLength: 1_000,
      maxExtLength: 0,
    };
    return ok(new Decoder(limit).decode(bytes));
  } catch {
    return refused("malformed");
  }
}
