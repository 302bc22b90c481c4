import { type Bytes, concat } from "@tacit/shared/bytes";

/**
 * Reads from untrusted bytes without branching at every field: whatever does not fit reads as zero and is remembered,
 * so that one look at `isIntact` at the end decides. Never throws.
 */
export class ByteReader {
  readonly #bytes: Uint8Array;
  #offset = 0;
  #isIntact = true;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** Everything so far was there and in range. */
  get isIntact(): boolean {
    return this.#isIntact;
  }

  get isAtEnd(): boolean {
    return this.#offset === this.#bytes.length;
  }

  /** Remembers that what was read cannot be. */
  expect(condition: boolean): void {
    if (!condition) this.#isIntact = false;
  }

  /** One byte, at most `max`. */
  byte(max = 0xff): number {
    const value = this.#bytes[this.#offset];
    this.expect(value !== undefined && value <= max);
    if (!this.#isIntact) return 0;
    this.#offset++;
    return value as number;
  }

  /** LEB128 in the fewest bytes, at most `max`, which is a safe integer. */
  varint(max: number): number {
    let value = 0;
    for (let factor = 1; factor <= max || factor === 1; factor *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        this.expect((byte !== 0 || factor === 1) && value <= max);
        return this.#isIntact ? value : 0;
      }
    }
    this.expect(false);
    return 0;
  }

  /** A copy of `length` bytes; fewer only where they are not there. */
  take(length: number): Bytes {
    const end = this.#offset + length;
    this.expect(end <= this.#bytes.length);
    if (!this.#isIntact) return new Uint8Array(0);
    const taken = concat(this.#bytes.subarray(this.#offset, end));
    this.#offset = end;
    return taken;
  }
}

/** LEB128 in the fewest bytes. `value` is a safe integer, zero or more. */
export function varint(value: number): Bytes {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) | 0x80);
  return Uint8Array.from([...bytes, rest]);
}
