/**
 * The message keys that a receiving chain has passed by: entries of index (4, big endian) || key (32), by rising
 * index. One block of bytes, because a chain may hold two thousand and every state is a value.
 */
import { type Bytes, concat } from "@tacit/shared/bytes";

export type SkippedKeys = Bytes;
const SKIPPED_ENTRY_BYTES = 36;

export const NO_SKIPPED_KEYS: SkippedKeys = new Uint8Array(0);

export function skippedEntry(index: number, key: Bytes): Bytes {
  const entry = new Uint8Array(SKIPPED_ENTRY_BYTES);
  new DataView(entry.buffer).setUint32(0, index);
  entry.set(key, 4);
  return entry;
}

/** Whether `keys` are whole entries of rising indexes, the lowest at least `first` and the highest at most `last`. */
export function areSkippedBetween(keys: SkippedKeys, first: number, last: number): boolean {
  if (keys.length % SKIPPED_ENTRY_BYTES !== 0) return false;
  let next = first;
  for (let position = 0; position * SKIPPED_ENTRY_BYTES < keys.length; position++) {
    const index = indexAt(keys, position);
    if (index < next || index > last) return false;
    next = index + 1;
  }
  return true;
}

/** The key of `index`, and the rest without it; `undefined` where it is not held. */
export function takeSkipped(
  keys: SkippedKeys,
  index: number,
): { readonly key: Bytes; readonly rest: SkippedKeys } | undefined {
  const position = firstFrom(keys, index);
  const start = position * SKIPPED_ENTRY_BYTES;
  if (start === keys.length || indexAt(keys, position) !== index) return undefined;
  const end = start + SKIPPED_ENTRY_BYTES;
  return { key: keys.slice(start + 4, end), rest: concat(keys.subarray(0, start), keys.subarray(end)) };
}

/** `keys` and then `entries`, without those below `oldest`. The same block where that changes nothing. */
export function keepSkipped(keys: SkippedKeys, entries: readonly Bytes[], oldest: number): SkippedKeys {
  const stale = firstFrom(keys, oldest) * SKIPPED_ENTRY_BYTES;
  return stale === 0 && entries.length === 0 ? keys : concat(keys.subarray(stale), ...entries);
}

/** The position of the first entry whose index is at least `index`. */
function firstFrom(keys: SkippedKeys, index: number): number {
  let low = 0;
  let high = keys.length / SKIPPED_ENTRY_BYTES;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (indexAt(keys, middle) < index) low = middle + 1;
    else high = middle;
  }
  return low;
}

function indexAt(keys: SkippedKeys, position: number): number {
  return new DataView(keys.buffer).getUint32(position * SKIPPED_ENTRY_BYTES);
}
