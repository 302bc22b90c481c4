/**
 * The field GF(2^16) = GF(2)[x] / (x^16 + x^12 + x^3 + x + 1), which SPQR's erasure code works in. Addition is XOR.
 * It sees public data only, so that lookup tables leak nothing.
 */
const REDUCTION = 0x1100b;
/** How many elements are not zero: 2 generates them all. */
const ORDER = 0xffff;

type Tables = { readonly log: Uint16Array; readonly exp: Uint16Array };
// 384 KiB, built in under a millisecond when a first chunk needs them, the same for everybody.
let tables: Tables | undefined;

export function multiply(a: number, b: number): number {
  if (a === 0 || b === 0) return 0;
  const { log, exp } = fieldTables();
  return exp[(log[a] as number) + (log[b] as number)] as number;
}

/** Throws `RangeError` on zero. */
export function inverse(a: number): number {
  if (a === 0) throw new RangeError("zero has no inverse");
  const { log, exp } = fieldTables();
  return exp[ORDER - (log[a] as number)] as number;
}

/** Adds `factor` times each of the 16 big-endian elements of `symbols` (32 bytes) to `sums`. */
export function addMultiple(sums: Uint16Array, factor: number, symbols: Uint8Array): void {
  if (factor === 0) return;
  const { log, exp } = fieldTables();
  const logOfFactor = log[factor] as number;
  for (let i = 0; i < sums.length; i++) {
    const symbol = ((symbols[2 * i] as number) << 8) | (symbols[2 * i + 1] as number);
    if (symbol !== 0) sums[i] = (sums[i] as number) ^ (exp[logOfFactor + (log[symbol] as number)] as number);
  }
}

function fieldTables(): Tables {
  if (tables !== undefined) return tables;
  const log = new Uint16Array(ORDER + 1);
  // Twice around, so that the sum of two logarithms needs no reduction.
  const exp = new Uint16Array(2 * ORDER);
  let power = 1;
  for (let i = 0; i < ORDER; i++) {
    exp[i] = power;
    exp[i + ORDER] = power;
    log[power] = i;
    power <<= 1;
    if (power > ORDER) power ^= REDUCTION;
  }
  tables = { log, exp };
  return tables;
}
