import { concat, fromHex } from "@tacit/shared/bytes";
import fc from "fast-check";
import { expect, test } from "vitest";
import { ProtobufWriter, readProtobuf } from "./protobuf.ts";
import { eachTruncation } from "./testing/damage.ts";

const SCHEMA = {
  bytes: [1, "bytes"],
  string: [2, "string"],
  u32: [3, "u32"],
  u64: [16, "u64"],
  fixed64: [1000, "fixed64"],
} as const;

const maybe = <Value>(value: fc.Arbitrary<Value>) => fc.option(value, { nil: undefined });
const anyFields = fc.record({
  bytes: maybe(fc.uint8Array({ maxLength: 300 })),
  string: maybe(fc.string({ unit: "grapheme" })),
  u32: maybe(fc.nat({ max: 2 ** 31 - 1 })),
  u64: maybe(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
  fixed64: maybe(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })),
});

test("read undoes write, absent fields included", () => {
  fc.assert(
    fc.property(anyFields, (fields) => {
      expect({ ...empty, ...readProtobuf(write(fields), SCHEMA) }).toEqual(fields);
    }),
  );
});

test("the encoding is that of the protobuf documentation", () => {
  expect(new ProtobufWriter().u32(1, 150).finish()).toEqual(fromHex("089601"));
  expect(new ProtobufWriter().string(2, "testing").finish()).toEqual(fromHex("120774657374696e67"));
  expect(new ProtobufWriter().fixed64(3, 1n).finish()).toEqual(fromHex("190100000000000000"));
  expect(new ProtobufWriter().u32(4, 0).bytes(5, new Uint8Array()).finish()).toEqual(fromHex("20002a00"));
});

test("the ends of every range go through, and what is past them is the writer's mistake", () => {
  const edges = write({ ...empty, u32: 2 ** 32 - 1, u64: 2n ** 64n - 1n, fixed64: 2n ** 64n - 1n });

  expect(readProtobuf(edges, SCHEMA)).toMatchObject({ u32: 2 ** 32 - 1, u64: 2n ** 64n - 1n, fixed64: 2n ** 64n - 1n });
  for (const value of [-1, 0.5, 2 ** 32, Number.NaN]) {
    expect(() => new ProtobufWriter().u32(1, value)).toThrow(RangeError);
  }
  for (const value of [-1n, 2n ** 64n]) {
    expect(() => new ProtobufWriter().u64(1, value)).toThrow(RangeError);
    expect(() => new ProtobufWriter().fixed64(1, value)).toThrow(RangeError);
  }
});

test("unknown fields of every wire type are skipped, and of a repeated field the last counts", () => {
  const known = new ProtobufWriter().u32(3, 7).finish();
  const unknown = fromHex("a00105" + "a9010102030405060708" + "b20103aabbcc" + "bd0101020304");

  expect(readProtobuf(concat(unknown, known, unknown), SCHEMA)?.u32).toBe(7);
  expect(readProtobuf(concat(known, new ProtobufWriter().u32(3, 8).finish()), SCHEMA)?.u32).toBe(8);
});

test.each([
  ["a number in more bytes than it needs", "188700"],
  ["a number above 32 bits for a u32", "188080808010"],
  ["a number above 64 bits", "80018080808080808080807f"],
  ["a number without an end", "18ffffffffffffffffffff"],
  ["field number 0", "0000"],
  ["a field number above 29 bits", "80808080800100"],
  ["a known field of another wire type", "1a0107"],
  ["a string that is not UTF-8", "1202c328"],
  ["a group", "1b1c"],
  ["the end of a group", "1c"],
  ["an unassigned wire type", "1e"],
  ["a length past the end", "0a05aabb"],
  ["a length past every end", "0affffffffffffffffff01"],
])("%s is refused", (_, hex) => {
  expect(readProtobuf(fromHex(hex), SCHEMA)).toBeUndefined();
});

test("one field cut short is refused, in whatever place", () => {
  for (const whole of [
    new ProtobufWriter().bytes(1, new Uint8Array(200)),
    new ProtobufWriter().u32(3, 2 ** 31),
    new ProtobufWriter().u64(16, 2n ** 60n),
    new ProtobufWriter().fixed64(1000, 1n),
  ]) {
    const [nothing, ...cuts] = eachTruncation(whole.finish());
    expect(nothing).toHaveLength(0);
    for (const cut of cuts) expect(readProtobuf(cut, SCHEMA)).toBeUndefined();
  }
});

test("noise is refused or read, and never throws", () => {
  fc.assert(fc.property(fc.uint8Array(), (noise) => typeof readProtobuf(noise, SCHEMA) !== "string"));
});

type Fields = {
  bytes: Uint8Array | undefined;
  string: string | undefined;
  u32: number | undefined;
  u64: bigint | undefined;
  fixed64: bigint | undefined;
};

const empty: Fields = { bytes: undefined, string: undefined, u32: undefined, u64: undefined, fixed64: undefined };

function write({ bytes, string, u32, u64, fixed64 }: Fields) {
  return new ProtobufWriter()
    .bytes(1, bytes)
    .string(2, string)
    .u32(3, u32)
    .u64(16, u64)
    .fixed64(1000, fixed64)
    .finish();
}
