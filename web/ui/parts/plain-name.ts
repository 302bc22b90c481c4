/** Directional and other control characters: they let a name rewrite what stands around it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is taken out.
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]/g;

export function plainName(name: string): string {
  // A run of blanks would push the end of a name, and of a file's type, out of sight.
  return name
    .replace(CONTROLS, "")
    .replace(/[\s\u2800\u3164]+/g, " ")
    .trim();
}

/** One or two letters for an avatar: of the first and the last word. */
export function initials(name: string, locale?: string): string {
  const words = plainName(name)
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word));
  const chosen = words.length > 1 ? [words.at(0), words.at(-1)] : words;
  const segmenter = new Intl.Segmenter(locale);
  return chosen
    .map((word) => segmenter.segment(word ?? "").containing(0)?.segment ?? "")
    .join("")
    .toLocaleUpperCase(locale);
}

/** 0 to 359, the same for the same text everywhere. */
export function hueOf(text: string): number {
  let hash = 7;
  for (const character of text) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) >>> 0;
  return hash % 360;
}
