import { expect, test } from "vitest";
import { type CodeEnd, codeOf } from "./code.ts";

const end = (fill: number): CodeEnd => ({
  identityKey: new Uint8Array(33).fill(fill),
  fingerprint: new Uint8Array(32).fill(fill + 1),
  nonce: new Uint8Array(32).fill(fill + 2),
});
const PARTS = { call: "00112233445566778899aabbccddeeff", caller: end(1), callee: end(10) };

test("a code is four numbers of six bits, the same for the same parts", () => {
  const code = codeOf(PARTS);

  expect(code).toHaveLength(4);
  for (const sign of code) expect(sign >= 0 && sign < 64).toBe(true);
  expect(codeOf({ ...PARTS })).toEqual(code);
});

test("any other key, certificate or nonce of either end is another code", () => {
  const codes = new Set([codeOf(PARTS).join()]);
  for (const side of ["caller", "callee"] as const) {
    for (const part of ["identityKey", "fingerprint", "nonce"] as const) {
      const changed = PARTS[side][part].slice();
      changed[0] = (changed[0] ?? 0) ^ 1;
      codes.add(codeOf({ ...PARTS, [side]: { ...PARTS[side], [part]: changed } }).join());
    }
  }
  codes.add(codeOf({ ...PARTS, call: "10112233445566778899aabbccddeeff" }).join());
  codes.add(codeOf({ ...PARTS, caller: PARTS.callee, callee: PARTS.caller }).join());

  expect(codes.size).toBe(9);
});
