import type { RowKey } from "./ports/store.ts";

/** A commit names each row once: what twice should mean is nobody's to guess. Throws `RangeError`. */
export function requireDistinct(keys: readonly RowKey[]): void {
  const named = new Set(keys.map(({ table, id }) => `${table} ${id}`));
  if (named.size !== keys.length) throw new RangeError("a commit names the same row twice");
}
