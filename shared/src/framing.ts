/** Deeper than anything that two machines say to each other. */
export const MAX_DEPTH = 32;

const EXTENSION_TYPE_BYTES = 1;

/** What follows the first byte: a length of so many bytes, a fixed number of bytes, and as much as the length says. */
type Form = { readonly fixed: number; readonly lengthBytes: number; readonly per: "byte" | "value" | "pair" };

const { forms, invalid } = buildForms();

/**
 * Whether `bytes` are exactly one MessagePack value that is whole and at most 32 deep. Reads the headers only, in one
 * pass and without recursion. A decoder believes lengths and allocates by them before it reads on: a hundred kilobytes
 * of nested headers cost it gigabytes. After this check no length promises more than the bytes that are there. With
 * `maxValues` there are also no more values in all, keys of maps included: half a megabyte can hold half a million.
 */
export function isWellFramed(bytes: Uint8Array, maxValues = Number.POSITIVE_INFINITY): boolean {
  /** How many values are still to come in each open array or map; the outermost is the one value itself. */
  const open = [1];
  let at = 0;
  let values = 1;
  for (let depth = 0; depth >= 0; ) {
    const left = open[depth] as number;
    if (left === 0) {
      depth--;
      continue;
    }
    open[depth] = left - 1;
    const first = bytes[at];
    const form = first === undefined ? invalid : (forms[first] as Form);
    const lengthAt = at + 1;
    at = lengthAt + form.lengthBytes + form.fixed;
    if (at > bytes.length) return false;
    const count = form.lengthBytes === 0 ? shortCount(first as number) : readLength(bytes, lengthAt, form.lengthBytes);
    if (count > bytes.length - at) return false;
    if (form.per === "byte") at += count;
    else if (count > 0) {
      depth++;
      const inside = form.per === "pair" ? 2 * count : count;
      values += inside;
      if (depth > MAX_DEPTH || values > maxValues) return false;
      open[depth] = inside;
    }
  }
  return at === bytes.length;
}

/** The count that a first byte itself carries: fixmap, fixarray, fixstr. */
function shortCount(first: number): number {
  if (first >= 0x80 && first <= 0x9f) return first & 0x0f;
  return first >= 0xa0 && first <= 0xbf ? first & 0x1f : 0;
}

/** Big endian. */
function readLength(bytes: Uint8Array, at: number, size: number): number {
  let length = 0;
  for (let i = at; i < at + size; i++) length = length * 256 + (bytes[i] as number);
  return length;
}

/** By first byte; the MessagePack specification, "Formats". */
function buildForms(): { forms: readonly Form[]; invalid: Form } {
  const invalid: Form = { fixed: Number.POSITIVE_INFINITY, lengthBytes: 0, per: "byte" };
  const fixed = (count: number): Form => ({ fixed: count, lengthBytes: 0, per: "byte" });
  const sized = (lengthBytes: number, per: Form["per"]): Form => ({ fixed: 0, lengthBytes, per });
  const all: Form[] = Array.from({ length: 256 }, () => fixed(0));
  all.fill(sized(0, "pair"), 0x80, 0x90).fill(sized(0, "value"), 0x90, 0xa0);
  all[0xc1] = invalid;
  for (const [i, lengthBytes] of [1, 2, 4].entries()) {
    all[0xc4 + i] = sized(lengthBytes, "byte");
    all[0xc7 + i] = { ...sized(lengthBytes, "byte"), fixed: EXTENSION_TYPE_BYTES };
    all[0xd9 + i] = sized(lengthBytes, "byte");
  }
  for (const [i, lengthBytes] of [2, 4].entries()) {
    all[0xdc + i] = sized(lengthBytes, "value");
    all[0xde + i] = sized(lengthBytes, "pair");
  }
  for (const [i, count] of [4, 8, 1, 2, 4, 8, 1, 2, 4, 8].entries()) all[0xca + i] = fixed(count);
  for (const [i, count] of [2, 3, 5, 9, 17].entries()) all[0xd4 + i] = fixed(count);
  return { forms: all, invalid };
}
