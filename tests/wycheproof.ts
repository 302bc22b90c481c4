/** Loads the vectors of C2SP/wycheproof, which lie beside the repository: `../shared/vectors/README.md`. */
import { existsSync, readFileSync } from "node:fs";

const FOLDER = new URL("../../shared/vectors/wycheproof/", import.meta.url);

/** Every field of a vector is hexadecimal text, but for those of the other types here. */
export type Vector = { readonly result: string; readonly flags: readonly string[]; readonly [field: string]: unknown };
export type VectorGroup = { readonly tests: readonly Vector[]; readonly [field: string]: unknown };

/** Whether the vectors are here. Where they are not it says so in one line, and with `CI=true` it throws. */
export function isWycheproofHere(): boolean {
  if (existsSync(FOLDER)) return true;
  if (process.env["CI"] === "true") throw new Error(`the Wycheproof vectors are not in ${FOLDER.pathname}`);
  console.info(`skipped: the Wycheproof vectors are not in ${FOLDER.pathname}`);
  return false;
}

/** The groups of one set: `loadWycheproof("x25519_test")`. */
export function loadWycheproof(name: string): readonly VectorGroup[] {
  return JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), "utf8")).testGroups;
}
