import { type Bytes, concat } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import { seededRandom } from "../testing/random.ts";
import { dice } from "../testing/spqr-party.ts";
import { addChunk, type Chunk, nextChunk, type Progress, startDecoder, startEncoder } from "./erasure.ts";

const random = seededRandom("erasure");
const roll = dice("erasure");
/** Header with MAC, ct2 with MAC, ct1, and the vector of an encapsulation key. */
const SIZES = [96, 160, 960, 1152];

function chunkAt(data: Bytes, index: number): Chunk {
  return nextChunk({ data, next: index }).chunk;
}

function collect(size: number, chunks: readonly Chunk[]): Progress {
  let progress: Progress = { decoder: startDecoder(size) };
  for (const chunk of chunks) {
    if (progress.data !== undefined) throw new Error("complete before its time");
    progress = addChunk(progress.decoder, chunk);
  }
  return progress;
}

test.each(SIZES)("the first chunks of %i bytes are the bytes themselves", (size) => {
  const data = random(size);
  let encoder = startEncoder(data);
  const chunks: Chunk[] = [];
  for (let i = 0; i < size / 32; i++) {
    const next = nextChunk(encoder);
    chunks.push(next.chunk);
    encoder = next.encoder;
  }

  expect(chunks.map(({ index }) => index)).toEqual(Array.from({ length: size / 32 }, (_, i) => i));
  expect(concat(...chunks.map(({ symbols }) => symbols))).toEqual(data);
});

test("a later chunk continues the line through two chunks", () => {
  // Through 0 at x = 0 and c at x = 1 goes c x; in this field 2 c is a shift while the top bit of c is clear.
  const c = Uint8Array.from({ length: 32 }, (_, i) => (i % 2 === 0 ? 0x12 : 0x34));
  const data = concat(new Uint8Array(32), c);

  expect(chunkAt(data, 2).symbols).toEqual(c.map((_, i) => (i % 2 === 0 ? 0x24 : 0x68)));
  expect(chunkAt(data, 3).symbols).toEqual(c.map((_, i) => (i % 2 === 0 ? 0x12 ^ 0x24 : 0x34 ^ 0x68)));
});

test.each(SIZES)("as many different chunks as %i bytes fill rebuild them, whichever they are", (size) => {
  for (let round = 0; round < 20; round++) {
    const data = random(size);
    // From close by, where the data's own chunks are among them, and from everywhere.
    const range = round % 2 === 0 ? size / 16 : 65_536;
    const indexes = new Set<number>();
    while (indexes.size < size / 32) indexes.add(roll(range));

    expect(
      collect(
        size,
        [...indexes].map((index) => chunkAt(data, index)),
      ).data,
    ).toEqual(data);
  }
});

test("bytes are rebuilt from the last chunks that the index can count", () => {
  const data = random(1152);
  const last = Array.from({ length: 36 }, (_, i) => chunkAt(data, 65_535 - i));

  expect(collect(1152, last).data).toEqual(data);
});

test("one chunk too few gives nothing, and a chunk that came before does not count", () => {
  const data = random(960);
  const chunks = Array.from({ length: 29 }, (_, i) => chunkAt(data, 2 * i));

  const progress = collect(960, chunks);
  const repeated = progress.decoder && addChunk(progress.decoder, chunkAt(data, 56));

  expect(progress.decoder?.chunks).toHaveLength(29);
  expect(repeated).toEqual(progress);
});

test("chunks come in order, and after the last one the first again", () => {
  const data = random(96);
  let encoder = startEncoder(data);
  for (let i = 0; i < 65_536; i++) {
    if (encoder.next !== i) throw new Error(`chunk ${encoder.next} in place ${i}`);
    encoder = nextChunk(encoder).encoder;
  }

  expect(nextChunk(encoder)).toEqual(nextChunk(startEncoder(data)));
});

test("bytes that do not fill whole chunks are a mistake of the program", () => {
  expect(() => startEncoder(new Uint8Array(95))).toThrow(RangeError);
  expect(() => startEncoder(new Uint8Array(0))).toThrow(RangeError);
});
