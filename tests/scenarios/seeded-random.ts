import { sha256 } from "@tacit/crypto/digest";
import { type Bytes, concat } from "@tacit/shared/bytes";
import { toUtf8 } from "@tacit/shared/text";
import type { Random } from "@tacit/web/core/ports/random";

/** The same bytes for the same seed: SHA-256 in counter mode. For tests only. */
export function seededRandom(seed: string): Random {
  const key = sha256(toUtf8(seed));
  let counter = 0;
  let pool: Bytes = new Uint8Array(0);
  return (length) => {
    while (pool.length < length) {
      const count = new Uint8Array(8);
      new DataView(count.buffer).setBigUint64(0, BigInt(counter++));
      pool = concat(pool, sha256(concat(key, count)));
    }
    const taken = pool.slice(0, length);
    pool = pool.slice(length);
    return taken;
  };
}
