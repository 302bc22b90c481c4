/** Records at rest: a version byte, then fields one after another, numbers big endian. */
import { type Bytes, copyBytes, wipe } from "@tacit/shared/bytes";

const U32 = 2 ** 32;

/** The bytes of a record: `version || fields`. */
export function writeRecord(version: number, write: (writer: ByteWriter) => unknown): Bytes {
  const writer = new ByteWriter().u8(version);
  write(writer);
  return writer.finish();
}

/** Undoes `writeRecord`. `undefined` for another version, damage and a tail; never throws for what is in `bytes`. */
export function readRecord<Value>(
  bytes: Uint8Array,
  version: number,
  read: (reader: ByteReader) => Value,
): Value | undefined {
  const reader = new ByteReader(bytes);
  try {
    if (reader.u8() !== version) return undefined;
    const value = read(reader);
    return reader.isAtEnd ? value : undefined;
  } catch (error) {
    if (error instanceof DamagedRecord) return undefined;
    throw error;
  }
}

class DamagedRecord extends Error {}

export class ByteWriter {
  #buffer: Bytes = new Uint8Array(1_024);
  #length = 0;

  u8(value: number): this {
    const start = this.#grow(1);
    this.#buffer[start] = checked(value, 0xff);
    return this;
  }

  u32(value: number): this {
    const whole = checked(value, U32 - 1);
    const start = this.#grow(4);
    for (let i = 0; i < 4; i++) this.#buffer[start + i] = whole >>> (24 - 8 * i);
    return this;
  }

  /** A whole number up to 2^53 - 1, in 8 bytes. */
  u53(value: number): this {
    const whole = checked(value, Number.MAX_SAFE_INTEGER);
    return this.u32(Math.floor(whole / U32)).u32(whole % U32);
  }

  /** Bytes whose length the reader knows. */
  fixed(value: Uint8Array): this {
    const start = this.#grow(value.length);
    this.#buffer.set(value, start);
    return this;
  }

  /** A u32 length, then the bytes. */
  bytes(value: Uint8Array): this {
    return this.u32(value.length).fixed(value);
  }

  /** A flag, then the value where there is one. */
  optional<Value>(value: Value | undefined, write: (writer: this, value: Value) => unknown): this {
    this.u8(value === undefined ? 0 : 1);
    if (value !== undefined) write(this, value);
    return this;
  }

  /** A u32 count, then the values, each of one byte or more. */
  list<Value>(values: readonly Value[], write: (writer: this, value: Value) => unknown): this {
    this.u32(values.length);
    for (const value of values) write(this, value);
    return this;
  }

  /** What was written. The writer is empty afterwards, and has left no copy behind. */
  finish(): Bytes {
    const bytes = this.#buffer.slice(0, this.#length);
    wipe(this.#buffer);
    this.#length = 0;
    return bytes;
  }

  /** Makes room for `length` bytes and returns where they start. */
  #grow(length: number): number {
    const start = this.#length;
    this.#length += length;
    if (this.#length > this.#buffer.length) {
      const larger = new Uint8Array(2 * this.#length);
      larger.set(this.#buffer);
      wipe(this.#buffer);
      this.#buffer = larger;
    }
    return start;
  }
}

/** Reads what `ByteWriter` wrote. Throws, for `readRecord` to catch, where the input is not of that form. */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #offset = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get isAtEnd(): boolean {
    return this.#offset === this.#bytes.length;
  }

  u8(): number {
    return this.#bytes[this.#pass(1)] as number;
  }

  u32(): number {
    const start = this.#pass(4);
    let value = 0;
    for (let i = 0; i < 4; i++) value = value * 256 + (this.#bytes[start + i] as number);
    return value;
  }

  u53(): number {
    const value = this.u32() * U32 + this.u32();
    return this.parsed(Number.isSafeInteger(value) ? value : undefined);
  }

  fixed(length: number): Bytes {
    const start = this.#pass(length);
    return copyBytes(this.#bytes.subarray(start, start + length));
  }

  bytes(): Bytes {
    return this.fixed(this.u32());
  }

  optional<Value>(read: (reader: this) => Value): Value | undefined {
    const flag = this.parsed([false, true][this.u8()]);
    return flag ? read(this) : undefined;
  }

  list<Value>(read: (reader: this) => Value): Value[] {
    const values: Value[] = [];
    for (let left = this.u32(); left > 0; left--) values.push(read(this));
    return values;
  }

  /** What a parser made of a field, `undefined` being damage: `reader.parsed(parsePublicKey(reader.fixed(33)))`. */
  parsed<Value>(value: Value | undefined): Value {
    if (value === undefined) throw new DamagedRecord();
    return value;
  }

  /** Moves past `length` bytes and returns where they start. */
  #pass(length: number): number {
    const start = this.#offset;
    if (length > this.#bytes.length - start) throw new DamagedRecord();
    this.#offset = start + length;
    return start;
  }
}

function checked(value: number, max: number): number {
  if (!Number.isInteger(value) || value < 0 || value > max) throw new RangeError("a number does not fit its field");
  return value;
}
