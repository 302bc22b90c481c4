import { type Bytes, copyBytes, equalBytes, fromHex, toHex } from "@tacit/shared/bytes";
import { toUtf8 } from "@tacit/shared/text";
import fc from "fast-check";
import { expect, test } from "vitest";
import { eachBitFlipped, eachTruncation } from "./testing/damage.ts";
import { seededRandom } from "./testing/random.ts";
import {
  deriveVaultKeys,
  generateVaultKey,
  indexOf,
  openRecord,
  type RecordPlace,
  sealRecord,
  toVaultKey,
} from "./vault.ts";

const random = seededRandom("vault");
const keys = deriveVaultKeys(generateVaultKey(random));
const PLACE: RecordPlace = { table: "messages", id: "7", index: "a", order: 3, version: 1 };

const anyPlace: fc.Arbitrary<RecordPlace> = fc.record({
  table: fc.string(),
  id: fc.string(),
  index: fc.option(fc.string(), { nil: undefined }),
  order: fc.option(fc.maxSafeNat(), { nil: undefined }),
  version: fc.maxSafeNat(),
});

test("open undoes seal, in every place and for every record", () => {
  fc.assert(
    fc.property(anyPlace, fc.uint8Array({ maxLength: 300 }), (place, plain) => {
      const sealed = sealRecord(keys.record, place, plain, random);

      expect(openRecord(keys.record, place, sealed)).toEqual({ ok: true, value: plain });
    }),
  );
});

test("a record opens in no other place", () => {
  const sealed = sealRecord(keys.record, PLACE, toUtf8("hello"), random);
  fc.assert(
    fc.property(anyPlace, (place) => {
      fc.pre(!isSamePlace(place, PLACE));

      expect(openRecord(keys.record, place, sealed)).toEqual({ ok: false, reason: "forged" });
    }),
  );

  const neighbours: Partial<RecordPlace>[] = [
    { table: "message" },
    { id: "8" },
    { table: "messages7", id: "" },
    { index: undefined },
    { index: "" },
    { order: undefined },
    { order: 4 },
    { version: 2 },
  ];
  for (const change of neighbours) {
    expect(openRecord(keys.record, { ...PLACE, ...change }, sealed)).toEqual({ ok: false, reason: "forged" });
  }
});

test("a record with any bit changed, or cut short, or sealed by another vault, is forged", () => {
  const sealed = sealRecord(keys.record, PLACE, toUtf8("hello"), random);
  const others = deriveVaultKeys(generateVaultKey(random));

  for (const damaged of [...eachBitFlipped(sealed), ...eachTruncation(sealed)]) {
    expect(openRecord(keys.record, PLACE, damaged)).toEqual({ ok: false, reason: "forged" });
  }
  expect(openRecord(others.record, PLACE, sealed)).toEqual({ ok: false, reason: "forged" });
});

test("the same record sealed twice looks different", () => {
  const seal = () => sealRecord(keys.record, PLACE, toUtf8("hello"), random);

  expect(seal()).not.toEqual(seal());
});

test("an index finds equal values of one table and tells nothing across tables or vaults", () => {
  const others = deriveVaultKeys(generateVaultKey(random));
  const value = toUtf8("alice");

  expect(indexOf(keys.index, "contacts", value)).toHaveLength(16);
  expect(indexOf(keys.index, "contacts", value)).toEqual(indexOf(keys.index, "contacts", copyBytes(value)));
  const alike: Bytes[] = [
    indexOf(keys.index, "contacts", toUtf8("alicf")),
    indexOf(keys.index, "contact", toUtf8("salice")),
    indexOf(keys.index, "messages", value),
    indexOf(others.index, "contacts", value),
  ];
  for (const hash of alike) expect(equalBytes(hash, indexOf(keys.index, "contacts", value))).toBe(false);
});

test("the keys of a vault differ from each other and from the vault key", () => {
  const vaultKey = generateVaultKey(random);
  const { record, index } = deriveVaultKeys(vaultKey);

  expect(new Set([vaultKey, record, index].map(String)).size).toBe(3);
});

test("what the first version of the vault wrote is found and opens: this format is on people's disks", () => {
  const { record, index } = deriveVaultKeys(toVaultKey(Uint8Array.from({ length: 32 }, (_, i) => i)));
  const indexed = fromHex("01000102030405060708090a0b1c5764e6f8f658a23145a807248f9cc7f6ac26fc27");
  const plain = fromHex("01000102030405060708090a0beadbe703dd62625126ec52037c217e7a548ce7f010");

  expect(openRecord(record, PLACE, indexed)).toEqual({ ok: true, value: toUtf8("hello") });
  expect(openRecord(record, { table: "meta", id: "vault", version: 2 }, plain)).toEqual({
    ok: true,
    value: toUtf8("hello"),
  });
  expect(toHex(indexOf(index, "contacts", toUtf8("alice")))).toBe("3c79d9ef2a32dc3a5cc59c0785880aa3");
});

test("a vault key has 32 bytes", () => {
  for (const length of [0, 16, 31, 33]) expect(() => toVaultKey(new Uint8Array(length))).toThrow(RangeError);
});

function isSamePlace(a: RecordPlace, b: RecordPlace): boolean {
  return a.table === b.table && a.id === b.id && a.index === b.index && a.order === b.order && a.version === b.version;
}
