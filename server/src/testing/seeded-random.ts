import { createHash } from "node:crypto";
import { copyBytes } from "@tacit/shared/bytes";
import type { Random } from "../ports.ts";

/** The same bytes for the same seed. */
export function seededRandom(seed: string): Random {
  let drawn = 0;
  return (length) => {
    const stream = createHash("shake256", { outputLength: length }).update(`${seed} ${drawn++}`);
    return copyBytes(stream.digest());
  };
}
