import { encode } from "@tacit/shared/codec";
import { MAX_DEVICES, MAX_FRAME_VALUES, MAX_POSTS_PER_BATCH } from "@tacit/shared/limits";
import fc from "fast-check";
import { expect, test } from "vitest";
import { strictParser } from "./parser.ts";

const post = { key: new Uint8Array(32) };
const packet = { type: 2, nsp: "/delivery", id: 7, data: ["post", [post]] };
const frame = encode(packet);

function decodeAll(bytes: Uint8Array): unknown[] {
  const decoder = new strictParser.Decoder();
  const packets: unknown[] = [];
  decoder.on("decoded", (packet) => packets.push(packet));
  try {
    decoder.add(Buffer.from(bytes));
  } catch (error) {
    expect(error).toBeInstanceOf(Error);
  }
  return packets;
}

test("what our clients say is understood", () => {
  expect(decodeAll(frame)).toMatchObject([{ type: 2, nsp: "/delivery", id: 7 }]);
});

test("a connection that says nothing of itself is a packet too", () => {
  expect(decodeAll(encode({ type: 0, nsp: "/device", data: undefined }))).toMatchObject([{ type: 0, nsp: "/device" }]);
});

test("a map that names its own prototype is an error wherever it stands", () => {
  const name = "--proto--";
  const naming = (value: unknown) => Buffer.from(encode(value).map((byte) => (byte === 0x2d ? 0x5f : byte)));
  const prototype = { [name]: new Uint8Array(4) };
  const hello = { type: 0, nsp: "/delivery", data: prototype };
  const said = { type: 2, nsp: "/delivery", id: 7, data: ["post", [prototype]] };

  expect(naming(hello).includes("__proto__")).toBe(true);
  for (const packet of [hello, said, { ...said, ...prototype }]) expect(decodeAll(naming(packet))).toEqual([]);
});

test("any change to a frame gives a packet of ours or an error, and never anything else", () => {
  const edits = fc.array(fc.tuple(fc.nat(frame.length - 1), fc.integer({ min: 0, max: 255 })), { maxLength: 6 });
  fc.assert(
    fc.property(edits, fc.nat(frame.length), fc.uint8Array({ maxLength: 8 }), (changes, length, tail) => {
      const changed = Buffer.concat([frame.slice(0, length), tail]);
      for (const [at, value] of changes) if (at < changed.length) changed[at] = value;

      for (const packet of decodeAll(changed) as { type: number; data: unknown[] }[]) {
        if (packet.type === 2) expect(["collected", "post", "bundle", "claim"]).toContain(packet.data[0]);
      }
    }),
    { numRuns: 20_000 },
  );
});

test("random bytes are errors or packets, a text is an error", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => decodeAll(Buffer.from(bytes)).length <= 1),
    { numRuns: 20_000 },
  );
  expect(() => new strictParser.Decoder().add('2["post"]')).toThrow(Error);
});

test("the largest batch is understood, and a frame of more values than that has is not", () => {
  const envelope = { deviceId: 127, registrationId: 16_380, id: new Uint8Array(16), sealed: new Uint8Array(2048) };
  const envelopes = Array.from({ length: MAX_DEVICES }, () => envelope);
  const posts = Array.from({ length: MAX_POSTS_PER_BATCH }, () => ({ ...post, lane: "durable", envelopes }));
  const nothings = (count: number) => encode({ ...packet, data: ["post", Array(count).fill(null)] });

  expect(decodeAll(encode({ ...packet, data: ["post", posts] }))).toHaveLength(1);
  expect(decodeAll(nothings(MAX_FRAME_VALUES - 20))).toHaveLength(1);
  expect(decodeAll(nothings(MAX_FRAME_VALUES))).toEqual([]);
});

test("a frame that promises arrays of millions within each other costs nothing", () => {
  const promises = Buffer.alloc(500_000);
  for (let at = 0; at + 5 <= promises.length; at += 5) promises.set([0xdd, 0x01, 0xff, 0xff, 0xff], at);

  const before = process.memoryUsage().rss;
  expect(decodeAll(promises)).toEqual([]);

  expect(process.memoryUsage().rss - before).toBeLessThan(64 * 1024 * 1024);
});
