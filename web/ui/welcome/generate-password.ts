import type { Random } from "@tacit/web/core/ports/random";
import { below } from "./below.ts";
import { WORDS } from "./password-words.ts";

const PASSWORD_WORDS = 5;

/** Five words of the list, each equally likely. */
export function generatePassword(random: Random, words: readonly string[] = WORDS): string {
  return Array.from({ length: PASSWORD_WORDS }, () => words[below(words.length, random)]).join(" ");
}
