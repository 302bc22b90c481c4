import { sha256 } from "@noble/hashes/sha2.js";
import { type Bytes, concat } from "@tacit/shared/bytes";
import { toUtf8 } from "@tacit/shared/text";
import type { RandomSource } from "../primitives.ts";

/** The same bytes for the same `seed`, without end: SHA-256(seed || block number). For tests only. */
export function seededRandom(seed: string): RandomSource {
  let block = 0;
  let rest: Bytes = new Uint8Array();
  return (length) => {
    while (rest.length < length) rest = concat(rest, sha256(toUtf8(`${seed} ${block++}`)));
    const taken = rest.slice(0, length);
    rest = rest.slice(length);
    return taken;
  };
}
