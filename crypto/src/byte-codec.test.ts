import { concat } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import { type ByteReader, type ByteWriter, readRecord, writeRecord } from "./byte-codec.ts";
import { eachTruncation } from "./testing/damage.ts";

const RECORD = {
  small: 255,
  large: 2 ** 32 - 1,
  largest: Number.MAX_SAFE_INTEGER,
  four: Uint8Array.of(1, 2, 3, 4),
  some: new Uint8Array(3_000).fill(7),
  none: undefined,
  one: 0,
  many: [1, 2, 3],
};

function write(writer: ByteWriter): void {
  writer.u8(RECORD.small).u32(RECORD.large).u53(RECORD.largest).fixed(RECORD.four).bytes(RECORD.some);
  writer.optional<number>(RECORD.none, (field, value) => field.u32(value));
  writer.optional<number>(RECORD.one, (field, value) => field.u32(value));
  writer.list(RECORD.many, (field, value) => field.u8(value));
}

function read(reader: ByteReader): typeof RECORD {
  return {
    small: reader.u8(),
    large: reader.u32(),
    largest: reader.u53(),
    four: reader.fixed(4),
    some: reader.bytes(),
    none: reader.optional((field) => field.u32()) as undefined,
    one: reader.optional((field) => field.u32()) as number,
    many: reader.list((field) => field.u8()),
  };
}

const written = writeRecord(1, write);

test("reading undoes writing", () => {
  expect(readRecord(written, 1, read)).toEqual(RECORD);
});

test("numbers are big endian", () => {
  const bytes = writeRecord(1, (writer) => writer.u32(0x01020304).u53(0x0506 * 2 ** 32 + 7));

  expect([...bytes]).toEqual([1, 1, 2, 3, 4, 0, 0, 5, 6, 0, 0, 0, 7]);
});

test("another version, a tail and every truncation are damage", () => {
  expect(readRecord(written, 2, read)).toBeUndefined();
  expect(readRecord(concat(written, Uint8Array.of(0)), 1, read)).toBeUndefined();
  for (const cut of eachTruncation(written)) expect(readRecord(cut, 1, read)).toBeUndefined();
});

test("a length or a count that the input does not hold is damage, however large", () => {
  const huge = Uint8Array.of(1, 0xff, 0xff, 0xff, 0xff, 1);

  expect(readRecord(huge, 1, (reader) => reader.bytes())).toBeUndefined();
  expect(readRecord(huge, 1, (reader) => reader.list((field) => field.u8()))).toBeUndefined();
});

test("a flag is 0 or 1, and a number has 53 bits", () => {
  expect(readRecord(Uint8Array.of(1, 2, 0), 1, (reader) => reader.optional((field) => field.u8()))).toBeUndefined();
  expect(readRecord(new Uint8Array(9).fill(0x20).with(0, 1), 1, (reader) => reader.u53())).toBeUndefined();
});

test("what a parser does not take is damage, and a bug in the reader is not", () => {
  expect(readRecord(written, 1, (reader) => reader.parsed(undefined))).toBeUndefined();
  expect(() =>
    readRecord(written, 1, () => {
      throw new TypeError("a bug");
    }),
  ).toThrow(TypeError);
});

test("a number that does not fit is not written", () => {
  for (const bad of [-1, 0.5, 256, Number.NaN]) expect(() => writeRecord(1, (w) => w.u8(bad))).toThrow(RangeError);
  expect(() => writeRecord(1, (w) => w.u32(2 ** 32))).toThrow(RangeError);
  expect(() => writeRecord(1, (w) => w.u53(2 ** 53))).toThrow(RangeError);
});
