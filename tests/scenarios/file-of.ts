import { type Bytes, concat } from "@tacit/shared/bytes";
import { KIB } from "@tacit/shared/limits";
import { seededRandom } from "./seeded-random.ts";

/** A file of so many bytes, no two parts of it alike. */
export function fileOf(bytes: number, seed = "a file"): Bytes {
  const block = seededRandom(seed)(64 * KIB);
  const parts = Array.from({ length: Math.ceil(bytes / block.length) }, (_, i) => {
    const part = block.slice();
    new DataView(part.buffer).setUint32(0, i);
    return part;
  });
  return concat(...parts).slice(0, bytes);
}
