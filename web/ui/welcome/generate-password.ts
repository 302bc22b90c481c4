import type { Random } from "@tacit/web/core/ports";
import { WORDS } from "./password-words.ts";

const PASSWORD_WORDS = 5;
const RANGE = 0x10000;

/** Five words of the list, each equally likely. */
export function generatePassword(random: Random, words: readonly string[] = WORDS): string {
  return Array.from({ length: PASSWORD_WORDS }, () => words[below(words.length, random)]).join(" ");
}

/** A uniform integer from 0 to `limit` - 1, `limit` at most 2^16: draws above the last whole multiple are drawn again. */
function below(limit: number, random: Random): number {
  for (;;) {
    const [high = 0, low = 0] = random(2);
    const drawn = (high << 8) | low;
    if (drawn < RANGE - (RANGE % limit)) return drawn % limit;
  }
}
