import type { Random } from "../core/ports/random.ts";

/** What one call of `getRandomValues` may fill. */
const MAX_BYTES = 65_536;

export const systemRandom: Random = (length) => {
  const bytes = new Uint8Array(length);
  for (let start = 0; start < length; start += MAX_BYTES) {
    crypto.getRandomValues(bytes.subarray(start, start + MAX_BYTES));
  }
  return bytes;
};
