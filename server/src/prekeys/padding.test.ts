import { BUNDLE_PAD_BYTES } from "@tacit/shared/limits";
import type { Bundle } from "@tacit/shared/wire/prekeys";
import fc from "fast-check";
import { expect, test } from "vitest";
import { device } from "../testing/owner.ts";
import { encodePadded } from "./padding.ts";

const zeros = (length: number) => new Uint8Array(length);

function bundle(devices: number, oneTime: (device: number) => boolean, listBytes: number, id: number) {
  return {
    list: { list: zeros(listBytes), signature: zeros(64) },
    devices: Array.from({ length: devices }, (_, i) => ({
      ...device(i + 1),
      signed: { id, key: zeros(33), signature: zeros(64) },
      oneTime: oneTime(i) ? { id, key: zeros(33) } : undefined,
      kyber: { id, key: zeros(1569), signature: zeros(64) },
    })),
  } satisfies Omit<Bundle, "padding">;
}

test("every bundle fills whole blocks, as many with one-time keys as without", () => {
  const shape = fc.record({
    devices: fc.integer({ min: 1, max: 8 }),
    listBytes: fc.integer({ min: 1, max: 1024 }),
    withKeys: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }),
    id: fc.constantFrom(1, 200, 60_000, 4_000_000_000),
  });
  fc.assert(
    fc.property(shape, ({ devices, listBytes, withKeys, id }) => {
      const some = encodePadded(bundle(devices, (i) => withKeys[i] === true, listBytes, id));
      const none = encodePadded(bundle(devices, () => false, listBytes, 1));

      expect(some.length % BUNDLE_PAD_BYTES).toBe(0);
      expect(some.length).toBe(none.length);
    }),
    { numRuns: 2_000 },
  );
});
