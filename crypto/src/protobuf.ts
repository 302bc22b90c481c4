/**
 * The proto2 wire format (protobuf.dev/programming-guides/encoding), as far as the Signal protocol uses it: scalar,
 * optional, unrepeated fields. Stricter than the format on purpose: a number has one encoding only.
 */
import { type Bytes, concat, copyBytes } from "@tacit/shared/bytes";
import { fromUtf8, toUtf8 } from "@tacit/shared/text";

type FieldValues = {
  readonly bytes: Bytes;
  readonly string: string;
  /** A varint below 2^32. */
  readonly u32: number;
  /** A varint below 2^64. */
  readonly u64: bigint;
  readonly fixed64: bigint;
};
export type FieldKind = keyof FieldValues;

/** The fields that a reader knows: `{ counter: [2, "u32"] }`. */
export type ProtobufSchema = Readonly<Record<string, readonly [tag: number, kind: FieldKind]>>;
/** What was read: every field of the schema, `undefined` where it is absent. */
export type ProtobufFields<Schema extends ProtobufSchema> = {
  readonly [Name in keyof Schema]: FieldValues[Schema[Name][1]] | undefined;
};

const WIRE_TYPES = { u32: 0, u64: 0, fixed64: 1, bytes: 2, string: 2 } as const;
const MAX_U32 = 0xffffffffn;
const MAX_U64 = 0xffffffffffffffffn;

/** Writes fields in the order of the calls, which is by rising tag. A field that is `undefined` is left out. */
export class ProtobufWriter {
  readonly #parts: Uint8Array[] = [];

  bytes(tag: number, value: Uint8Array | undefined): this {
    return value === undefined ? this : this.#add(tag, "bytes", varint(BigInt(value.length)), value);
  }

  string(tag: number, value: string | undefined): this {
    return this.bytes(tag, value === undefined ? undefined : toUtf8(value));
  }

  /** Throws `RangeError` unless `value` is an integer from 0 to 2^32 - 1. */
  u32(tag: number, value: number | undefined): this {
    if (value === undefined) return this;
    if (!Number.isInteger(value) || value < 0 || value > MAX_U32) throw new RangeError("not an unsigned 32-bit number");
    return this.#add(tag, "u32", varint(BigInt(value)));
  }

  /** Throws `RangeError` unless `value` is from 0 to 2^64 - 1. */
  u64(tag: number, value: bigint | undefined): this {
    return value === undefined ? this : this.#add(tag, "u64", varint(checkedU64(value)));
  }

  /** Little endian, 8 bytes. Throws `RangeError` unless `value` is from 0 to 2^64 - 1. */
  fixed64(tag: number, value: bigint | undefined): this {
    if (value === undefined) return this;
    const encoded = new Uint8Array(8);
    new DataView(encoded.buffer).setBigUint64(0, checkedU64(value), true);
    return this.#add(tag, "fixed64", encoded);
  }

  finish(): Bytes {
    return concat(...this.#parts);
  }

  #add(tag: number, kind: FieldKind, ...parts: readonly Uint8Array[]): this {
    this.#parts.push(varint(BigInt(tag * 8 + WIRE_TYPES[kind])), ...parts);
    return this;
  }
}

/**
 * Reads the fields of `schema`; of a repeated one the last counts, others are skipped. `undefined` where `bytes` are
 * cut short, a number is out of range or not encoded in the fewest bytes, a known field has another wire type, a
 * string is not UTF-8, or a group appears. Never throws.
 */
export function readProtobuf<const Schema extends ProtobufSchema>(
  bytes: Uint8Array,
  schema: Schema,
): ProtobufFields<Schema> | undefined {
  const names = new Map(Object.entries(schema).map(([name, [tag, kind]]) => [tag, { name, kind }]));
  const fields: Record<string, FieldValues[FieldKind]> = {};
  const reader = { bytes, offset: 0 };
  while (reader.offset < bytes.length) {
    const key = readVarint(reader);
    if (key === undefined || key > MAX_U32 || key < 8n) return undefined;
    const wireType = Number(key & 7n);
    const raw = readRaw(reader, wireType);
    if (raw === undefined) return undefined;
    const known = names.get(Number(key >> 3n));
    if (known === undefined) continue;
    const value = wireType === WIRE_TYPES[known.kind] ? fromRaw(raw, known.kind) : undefined;
    if (value === undefined) return undefined;
    fields[known.name] = value;
  }
  // Every value has been made by its field's own kind.
  return fields as ProtobufFields<Schema>;
}

type Reader = { readonly bytes: Uint8Array; offset: number };

function readRaw(reader: Reader, wireType: number): bigint | Bytes | undefined {
  switch (wireType) {
    case 0:
      return readVarint(reader);
    case 1:
      return take(reader, 8);
    case 2: {
      const length = readVarint(reader);
      return length === undefined || length > MAX_U32 ? undefined : take(reader, Number(length));
    }
    case 5:
      return take(reader, 4);
    default:
      return undefined;
  }
}

function take(reader: Reader, length: number): Bytes | undefined {
  const end = reader.offset + length;
  if (end > reader.bytes.length) return undefined;
  const taken = copyBytes(reader.bytes.subarray(reader.offset, end));
  reader.offset = end;
  return taken;
}

function readVarint(reader: Reader): bigint | undefined {
  let value = 0n;
  for (let shift = 0n; shift < 70n; shift += 7n) {
    const byte = reader.bytes[reader.offset++];
    if (byte === undefined) return undefined;
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return (byte === 0 && shift > 0n) || value > MAX_U64 ? undefined : value;
  }
  return undefined;
}

function fromRaw(raw: bigint | Bytes, kind: FieldKind): FieldValues[FieldKind] | undefined {
  if (typeof raw === "bigint") {
    if (kind === "u64") return raw;
    return raw <= MAX_U32 ? Number(raw) : undefined;
  }
  if (kind === "fixed64") return new DataView(raw.buffer).getBigUint64(0, true);
  return kind === "string" ? textOf(raw) : raw;
}

function textOf(bytes: Bytes): string | undefined {
  try {
    return fromUtf8(bytes);
  } catch {
    return undefined;
  }
}

function varint(value: bigint): Bytes {
  const digits: number[] = [];
  let rest = value;
  for (; rest > 0x7fn; rest >>= 7n) digits.push(Number(rest & 0x7fn) | 0x80);
  return Uint8Array.from([...digits, Number(rest)]);
}

function checkedU64(value: bigint): bigint {
  if (value < 0n || value > MAX_U64) throw new RangeError("not an unsigned 64-bit number");
  return value;
}
