/**
 * The vectors of C2SP/wycheproof, which lie beside the repository: `../shared/vectors/README.md`. Loaded as modules,
 * because this package knows no file system.
 */

/** What is not text, or a list of it, says so where it is used. Bytes are hexadecimal. */
export type Vector = { readonly result: string; readonly flags: readonly string[]; readonly [field: string]: unknown };
export type VectorGroup = { readonly tests: readonly Vector[]; readonly [field: string]: unknown };

/** The groups of one set: `loadWycheproof("x25519_test")`. Rejects where it is not there. */
export async function loadWycheproof(name: string): Promise<readonly VectorGroup[]> {
  const set = await import(`../../../../shared/vectors/wycheproof/${name}.json`);
  return set.default.testGroups;
}

/** Whether `name` is there. Where it is not, this throws if it `isRequired`, and says in one line what is skipped. */
export async function hasWycheproof(name: string, isRequired: boolean, say: (line: string) => void): Promise<boolean> {
  try {
    await loadWycheproof(name);
    return true;
  } catch (cause) {
    const line = `the Wycheproof vectors are not in ../shared/vectors/wycheproof (${name})`;
    if (isRequired) throw new Error(line, { cause });
    say(`skipped: ${line}`);
    return false;
  }
}
