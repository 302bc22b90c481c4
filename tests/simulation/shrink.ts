import type { Cast } from "./cast.ts";
import { type Outcome, replay } from "./simulate.ts";
import type { Step } from "./story.ts";

/**
 * The shortest trace that this finds that still breaks an invariant: parts of it are left out, smaller and smaller ones
 * (delta debugging, Zeller and Hildebrandt 2002), until the attempts are used up or no single step can go.
 */
export async function shrink(cast: Cast, failed: Outcome, attempts = 400): Promise<Outcome> {
  let shortest = failed;
  let left = attempts;
  for (let size = Math.ceil(failed.trace.length / 2); size >= 1 && left > 0; ) {
    let isShorter = false;
    for (let start = 0; start < shortest.trace.length && left > 0; ) {
      left -= 1;
      const trace: readonly Step[] = shortest.trace.toSpliced(start, size);
      const outcome = await replay(cast, failed.seed, trace);
      if (outcome.violations.length === 0) {
        start += size;
        continue;
      }
      shortest = outcome;
      isShorter = true;
    }
    if (size === 1 && !isShorter) break;
    size = Math.max(1, Math.floor(size / 2));
    if (size === 1 && !isShorter && shortest.trace.length === 1) break;
  }
  return shortest;
}
