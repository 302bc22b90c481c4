const MAX_CHARACTERS = 2_000;
const MAX_LINES = 25;

/** A text that would fill the screen is folded until somebody wants all of it. */
export function isLong(text: string): boolean {
  return text.length > MAX_CHARACTERS || text.split("\n", MAX_LINES + 1).length > MAX_LINES;
}
