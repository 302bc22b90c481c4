import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");
const TEXT = /(["'`])((?:\\.|(?!\1)[^\\])*)\1/y;

/** The names of all tests of a file, as they are written there; none where there is no such file. */
export function titlesIn(file: string): readonly string[] {
  const path = join(ROOT, file);
  if (!existsSync(path)) return [];
  const source = readFileSync(path, "utf8");
  // Every text that stands where a name may stand: whoever looks for a name finds it, and no other way.
  const titles: string[] = [];
  for (const match of source.matchAll(/(?:\b\w*[Tt]est\(|\)\(|\btest\.\w+\()\s*(?=["'`])/g)) {
    TEXT.lastIndex = match.index + match[0].length;
    const text = TEXT.exec(source)?.[2];
    if (text !== undefined) titles.push(text.replaceAll(/\\(.)/g, "$1"));
  }
  return titles;
}
