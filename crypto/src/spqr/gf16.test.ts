import { expect, test } from "vitest";
import { dice } from "../testing/spqr-party.ts";
import { addMultiple, inverse, multiply } from "./gf16.ts";

const roll = dice("gf16");
const triples = Array.from({ length: 2_000 }, () => [roll(65_536), roll(65_536), roll(65_536)] as const);

/** Polynomials over GF(2), multiplied by hand and reduced by x^16 + x^12 + x^3 + x + 1. */
function byHand(a: number, b: number): number {
  let product = 0;
  for (let bit = 15; bit >= 0; bit--) {
    product <<= 1;
    if (product & 0x10000) product ^= 0x1100b;
    if ((b >> bit) & 1) product ^= a;
  }
  return product;
}

test("a product is that of the polynomials, reduced", () => {
  expect(multiply(2, 0x8000)).toBe(0x100b);
  for (const [a, b] of triples) expect(multiply(a, b)).toBe(byHand(a, b));
});

test("zero times anything is zero, and one changes nothing", () => {
  for (const [a] of triples) expect([multiply(a, 0), multiply(0, a), multiply(a, 1)]).toEqual([0, 0, a]);
});

test("multiplication commutes, associates, and distributes over addition", () => {
  for (const [a, b, c] of triples) {
    expect(multiply(a, b)).toBe(multiply(b, a));
    expect(multiply(multiply(a, b), c)).toBe(multiply(a, multiply(b, c)));
    expect(multiply(a, b ^ c)).toBe(multiply(a, b) ^ multiply(a, c));
  }
});

test("every element but zero has an inverse", () => {
  const wrong = Array.from({ length: 65_535 }, (_, i) => i + 1).filter((a) => multiply(a, inverse(a)) !== 1);

  expect(wrong).toEqual([]);
  expect(() => inverse(0)).toThrow(RangeError);
});

test("adding a multiple of sixteen elements treats each by itself", () => {
  const symbols = Uint8Array.from({ length: 32 }, (_, i) => (i < 4 ? 0 : roll(256)));
  const elements = Array.from({ length: 16 }, (_, i) => new DataView(symbols.buffer).getUint16(2 * i));

  for (const [factor, sum] of [...triples.slice(0, 50), [0, 7], [1, 7]] as const) {
    const sums = new Uint16Array(16).fill(sum);
    addMultiple(sums, factor, symbols);
    expect([...sums]).toEqual(elements.map((element) => sum ^ multiply(factor, element)));
  }
});
