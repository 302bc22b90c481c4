import { KIB } from "@tacit/shared/limits";
import { MAX_PART_BYTES } from "@tacit/shared/wire/file-frames";
import { expect, test } from "vitest";
import { SteppedClock } from "../testing/stepped-clock.ts";
import { Wanting } from "./wanting.ts";

test("a part is as long as it may be, the last one of a want as long as it must: nobody sends a million small ones", () => {
  const sealedBytes = MAX_PART_BYTES + KIB;
  const wanting = new Wanting(
    { clock: new SteppedClock(0), nextAsk: () => 1, send: () => true, stalled: () => {} },
    new Uint8Array(16),
    sealedBytes,
  );
  void wanting.fetch(0, sealedBytes);

  expect(wanting.part(1, 0, new Uint8Array(1))).toBe(false);
  expect(wanting.part(1, 0, new Uint8Array(MAX_PART_BYTES - 1))).toBe(false);
  expect(wanting.part(1, 0, new Uint8Array(MAX_PART_BYTES))).toBe(true);
  expect(wanting.part(1, MAX_PART_BYTES, new Uint8Array(KIB - 1))).toBe(false);
  expect(wanting.part(1, MAX_PART_BYTES, new Uint8Array(KIB))).toBe(true);
});
