import { MAX_DEPTH } from "@tacit/shared/framing";

const TWO_TO_32 = 2 ** 32;

/** What clients of ours say again and again. */
const WORDS = ["type", "nsp", "id", "data", "post", "collected", "/delivery", "/device", "key", "lane", "durable"]
  .concat(["live", "ring", "envelopes", "deviceId", "registrationId", "sealed"])
  .map((text) => ({ text, bytes: Buffer.from(text) }));
const LONGEST_WORD = Math.max(...WORDS.map(({ text }) => text.length));
const WORDS_BY_LENGTH = Array.from({ length: LONGEST_WORD + 1 }, (_, length) =>
  WORDS.filter(({ text }) => text.length === length),
);

/**
 * Reads a frame that is exactly one MessagePack value of at most `maxValues`, keys of maps included; bytes are views of
 * the frame. Throws on any other, and on a map that names a prototype. `undefined` where there is an extension in it.
 */
export function readPlain(frame: Buffer, maxValues: number): unknown {
  const reader = new PlainReader(frame, maxValues);
  const value = reader.read(0);
  if (reader.metExtension) return undefined;
  if (reader.at !== frame.length) throw new Error("a frame has a tail");
  return value;
}

class PlainReader {
  at = 0;
  metExtension = false;
  readonly #frame: Buffer;
  #valuesLeft: number;

  constructor(frame: Buffer, maxValues: number) {
    this.#frame = frame;
    this.#valuesLeft = maxValues - 1;
  }

  read(depth: number): unknown {
    const first = this.#uint(1);
    if (first < 0x80) return first;
    if (first < 0x90) return this.#map(first & 0x0f, depth + 1);
    if (first < 0xa0) return this.#array(first & 0x0f, depth + 1);
    if (first < 0xc0) return this.#text(first & 0x1f);
    if (first >= 0xe0) return first - 0x100;
    switch (first) {
      case 0xc0:
        return null;
      case 0xc2:
        return false;
      case 0xc3:
        return true;
      case 0xc4:
        return this.#bytes(this.#uint(1));
      case 0xc5:
        return this.#bytes(this.#uint(2));
      case 0xc6:
        return this.#bytes(this.#uint(4));
      case 0xca:
        return this.#frame.readFloatBE(this.#skip(4));
      case 0xcb:
        return this.#frame.readDoubleBE(this.#skip(8));
      case 0xcc:
        return this.#uint(1);
      case 0xcd:
        return this.#uint(2);
      case 0xce:
        return this.#uint(4);
      case 0xcf:
        return this.#uint(4) * TWO_TO_32 + this.#uint(4);
      case 0xd0:
        return this.#frame.readInt8(this.#skip(1));
      case 0xd1:
        return this.#frame.readInt16BE(this.#skip(2));
      case 0xd2:
        return this.#frame.readInt32BE(this.#skip(4));
      case 0xd3:
        return this.#frame.readInt32BE(this.#skip(4)) * TWO_TO_32 + this.#uint(4);
      case 0xd9:
        return this.#text(this.#uint(1));
      case 0xda:
        return this.#text(this.#uint(2));
      case 0xdb:
        return this.#text(this.#uint(4));
      case 0xdc:
        return this.#array(this.#uint(2), depth + 1);
      case 0xdd:
        return this.#array(this.#uint(4), depth + 1);
      case 0xde:
        return this.#map(this.#uint(2), depth + 1);
      case 0xdf:
        return this.#map(this.#uint(4), depth + 1);
      case 0xc1:
        throw new Error("a frame is not MessagePack");
    }
    this.metExtension = true;
    return undefined;
  }

  #array(length: number, depth: number): unknown[] {
    this.#enter(length, depth);
    const values: unknown[] = [];
    for (let i = 0; i < length && !this.metExtension; i++) values.push(this.read(depth));
    return values;
  }

  #map(length: number, depth: number): Readonly<Record<string, unknown>> {
    this.#enter(2 * length, depth);
    const map: Record<string, unknown> = {};
    for (let i = 0; i < length; i++) {
      const key = this.read(depth);
      if (this.metExtension) break;
      if (typeof key !== "string") throw new Error("a frame has a key that is no text");
      // Assigned, it would be the map's prototype, of the client's choice, which throws when read.
      if (key === "__proto__") throw new Error("a frame names a prototype");
      map[key] = this.read(depth);
    }
    return map;
  }

  /** No length promises more than the bytes that are there. */
  #enter(values: number, depth: number): void {
    this.#valuesLeft -= values;
    if (this.#valuesLeft < 0 || (values > 0 && depth > MAX_DEPTH)) throw new Error("a frame has too many values");
    if (values > this.#frame.length - this.at) throw new Error("a frame ends too early");
  }

  #text(length: number): string {
    const at = this.#skip(length);
    return this.#wordAt(at, length) ?? this.#frame.toString("utf8", at, at + length);
  }

  #wordAt(at: number, length: number): string | undefined {
    for (const { text, bytes } of WORDS_BY_LENGTH[length] ?? []) {
      let same = 0;
      while (same < length && this.#frame[at + same] === bytes[same]) same++;
      if (same === length) return text;
    }
    return undefined;
  }

  #bytes(length: number): Buffer {
    const at = this.#skip(length);
    return this.#frame.subarray(at, at + length);
  }

  /** Big endian. */
  #uint(bytes: number): number {
    const at = this.#skip(bytes);
    let value = 0;
    for (let i = at; i < this.at; i++) value = value * 256 + (this.#frame[i] as number);
    return value;
  }

  /** Answers where it was. */
  #skip(bytes: number): number {
    const before = this.at;
    this.at += bytes;
    if (this.at > this.#frame.length) throw new Error("a frame ends too early");
    return before;
  }
}
