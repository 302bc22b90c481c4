import { type Bytes, copyBytes } from "@tacit/shared/bytes";

/** Every copy of `bytes` that differs in exactly one bit. */
export function* eachBitFlipped(bytes: Uint8Array): Generator<Bytes> {
  for (let bit = 0; bit < 8 * bytes.length; bit++) {
    const damaged = copyBytes(bytes);
    damaged[bit >> 3] = (damaged[bit >> 3] as number) ^ (1 << (bit & 7));
    yield damaged;
  }
}

/** Every proper prefix of `bytes`, the empty one first. */
export function* eachTruncation(bytes: Uint8Array): Generator<Bytes> {
  for (let length = 0; length < bytes.length; length++) yield copyBytes(bytes.subarray(0, length));
}
