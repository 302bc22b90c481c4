/**
 * `after`, with every part of it that says the same as in `before` being the very part of `before`: whoever shows that
 * part has nothing to do. Things in lists are matched by their `key` or `contact`, and by their place without one.
 */
export function keepEqual<Value>(before: unknown, after: Value): Value {
  // What is put in place of a part says the same, so it is of the same type.
  return keep(before, after) as Value;
}

function keep(before: unknown, after: unknown): unknown {
  if (Object.is(before, after) || !isObject(before) || !isObject(after)) return after;
  if (after instanceof Uint8Array) return before instanceof Uint8Array && isSame(before, after) ? before : after;
  if (Array.isArray(after) && Array.isArray(before)) return keepList(before, after);
  if (Array.isArray(after) || Array.isArray(before)) return after;
  return keepParts(before, after);
}

/** Most often all of it is kept, and nothing is made anew. */
function keepParts(before: Record<string, unknown>, after: Record<string, unknown>): unknown {
  const names = Object.keys(after);
  let isKept = names.length === Object.keys(before).length;
  let mixed: Record<string, unknown> | undefined;
  for (const name of names) {
    const part = keep(before[name], after[name]);
    isKept &&= Object.is(before[name], part);
    if (Object.is(after[name], part)) continue;
    mixed ??= { ...after };
    mixed[name] = part;
  }
  return isKept ? before : (mixed ?? after);
}

function keepList(before: readonly unknown[], after: readonly unknown[]): readonly unknown[] {
  const known = new Map(before.map((part, at) => [nameOf(part, at), part]));
  const kept = after.map((part, at) => keep(known.get(nameOf(part, at)), part));
  return isSame(before, kept) ? before : kept;
}

function nameOf(part: unknown, at: number): unknown {
  return (isObject(part) ? (part["key"] ?? part["contact"]) : undefined) ?? at;
}

function isSame(one: ArrayLike<unknown>, other: ArrayLike<unknown>): boolean {
  if (one.length !== other.length) return false;
  for (let at = 0; at < one.length; at++) if (!Object.is(one[at], other[at])) return false;
  return true;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
