import { fold } from "../conversations/listed.ts";

const WORD_START = 3;
const WITHIN = 2;
const IN_ORDER = 1;

/** Those that answer what was typed, best first; all of them, as they are, where nothing was. */
export function findAll<Item>(items: readonly Item[], typed: string, nameOf: (item: Item) => string): readonly Item[] {
  const wanted = fold(typed).trim();
  if (wanted === "") return items;
  return items
    .map((item) => ({ item, answer: rate(fold(nameOf(item)), wanted) }))
    .filter(({ answer }) => answer > 0)
    .toSorted((one, other) => other.answer - one.answer)
    .map(({ item }) => item);
}

/** How well a name answers: at the start of a word, somewhere within, by its letters in this order, or not at all. */
function rate(name: string, wanted: string): number {
  if (` ${name}`.includes(` ${wanted}`)) return WORD_START;
  if (name.includes(wanted)) return WITHIN;
  let at = -1;
  const isInOrder = [...wanted].every((letter) => {
    at = name.indexOf(letter, at + 1);
    return at >= 0;
  });
  return isInOrder ? IN_ORDER : 0;
}
