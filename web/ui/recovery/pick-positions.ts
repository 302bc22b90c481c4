import type { Random } from "@tacit/web/core/ports/random";
import { below } from "../welcome/below.ts";

/** `count` different positions from 0 to `length` - 1, in order; each choice is equally likely. */
export function pickPositions(length: number, count: number, random: Random): readonly number[] {
  const left = Array.from({ length }, (_, position) => position);
  const picked = Array.from({ length: count }, () => left.splice(below(left.length, random), 1)).flat();
  return picked.sort((a, b) => a - b);
}
