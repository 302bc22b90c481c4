/** What the relay says. Bytes are views on the frame. */
export type Packet = { readonly type: number; readonly id: number | undefined; readonly data: unknown };

/** Reads the MessagePack of a relay that is ours: what no packet of it has is an error. */
export function readPacket(frame: Buffer): Packet {
  const { type, id, data } = new Reader(frame).read() as Readonly<Record<string, unknown>>;
  if (typeof type !== "number") throw new Error("a packet without a type");
  return { type, id: typeof id === "number" ? id : undefined, data };
}

class Reader {
  readonly #frame: Buffer;
  #at = 0;

  constructor(frame: Buffer) {
    this.#frame = frame;
  }

  read(): unknown {
    const first = this.#uint(1);
    if (first < 0x80) return first;
    if (first < 0x90) return this.#map(first & 0x0f);
    if (first < 0xa0) return this.#array(first & 0x0f);
    if (first < 0xc0) return this.#text(first & 0x1f);
    switch (first) {
      case 0xc0:
        return undefined;
      case 0xc2:
      case 0xc3:
        return first === 0xc3;
      case 0xc4:
        return this.#bytes(this.#uint(1));
      case 0xc5:
        return this.#bytes(this.#uint(2));
      case 0xc6:
        return this.#bytes(this.#uint(4));
      case 0xcb:
        return this.#double();
      case 0xcc:
        return this.#uint(1);
      case 0xcd:
        return this.#uint(2);
      case 0xce:
        return this.#uint(4);
      case 0xcf:
        return this.#uint(4) * 2 ** 32 + this.#uint(4);
      case 0xd9:
        return this.#text(this.#uint(1));
      case 0xdc:
        return this.#array(this.#uint(2));
      default:
        throw new Error(`a packet has a value of the form ${first.toString(16)}`);
    }
  }

  #uint(bytes: 1 | 2 | 4): number {
    const value = this.#frame.readUIntBE(this.#at, bytes);
    this.#at += bytes;
    return value;
  }

  #double(): number {
    this.#at += 8;
    return this.#frame.readDoubleBE(this.#at - 8);
  }

  #bytes(length: number): Buffer {
    this.#at += length;
    return this.#frame.subarray(this.#at - length, this.#at);
  }

  #text(length: number): string {
    return this.#bytes(length).toString("utf8");
  }

  #array(length: number): unknown[] {
    const values: unknown[] = [];
    for (let i = 0; i < length; i++) values.push(this.read());
    return values;
  }

  #map(size: number): Record<string, unknown> {
    const values: Record<string, unknown> = {};
    for (let i = 0; i < size; i++) values[String(this.read())] = this.read();
    return values;
  }
}
