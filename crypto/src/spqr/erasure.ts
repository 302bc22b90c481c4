/**
 * The erasure code of SPQR: data of 32 k bytes becomes up to 65,536 chunks of 32 bytes, and any k different ones
 * rebuild it. Sixteen polynomials of degree below k run side by side, polynomial i through the i-th pair of bytes of
 * each chunk: chunk n holds their values at x = n. So the first k chunks are the data itself.
 */
import { type Bytes, copyBytes } from "@tacit/shared/bytes";
import { addMultiple, inverse, multiply } from "./gf16.ts";

export const CHUNK_BYTES = 32;
export const MAX_CHUNK_INDEX = 0xffff;
const POLYNOMIALS = 16;

export type Chunk = { readonly index: number; readonly symbols: Bytes };
/** `data` is a multiple of 32 bytes; `next` is the index of the chunk to emit. */
export type Encoder = { readonly data: Bytes; readonly next: number };
/** Fewer different chunks than `size / 32`, in order of arrival. */
export type Decoder = { readonly size: number; readonly chunks: readonly Chunk[] };
export type Progress =
  | { readonly data: Bytes; readonly decoder?: never }
  | { readonly data?: never; readonly decoder: Decoder };

export function startEncoder(data: Bytes): Encoder {
  if (data.length === 0 || data.length % CHUNK_BYTES !== 0) throw new RangeError("not whole chunks");
  return { data, next: 0 };
}

/** The next chunk, and the encoder after it. After chunk 65,535 comes chunk 0 again. */
export function nextChunk({ data, next }: Encoder): { readonly encoder: Encoder; readonly chunk: Chunk } {
  return {
    encoder: { data, next: (next + 1) & MAX_CHUNK_INDEX },
    chunk: { index: next, symbols: chunkAt(data, next) },
  };
}

/** A decoder for `size` bytes, a multiple of 32. */
export function startDecoder(size: number): Decoder {
  return { size, chunks: [] };
}

/** Takes one chunk: the decoder after it, or the data once there are enough. A chunk that it has changes nothing. */
export function addChunk(decoder: Decoder, chunk: Chunk): Progress {
  if (decoder.chunks.some(({ index }) => index === chunk.index)) return { decoder };
  const chunks = [...decoder.chunks, chunk];
  return chunks.length * CHUNK_BYTES < decoder.size ? { decoder: { ...decoder, chunks } } : { data: rebuild(chunks) };
}

function chunkAt(data: Bytes, index: number): Bytes {
  const offset = index * CHUNK_BYTES;
  if (offset < data.length) return copyBytes(data.subarray(offset, offset + CHUNK_BYTES));
  const points = Array.from({ length: data.length / CHUNK_BYTES }, (_, i) => ({ index: i, symbols: chunkAt(data, i) }));
  return evaluate(points, weightsOf(points), index);
}

/** The data from exactly as many chunks as it has. */
function rebuild(points: readonly Chunk[]): Bytes {
  const data = new Uint8Array(points.length * CHUNK_BYTES);
  const known = new Map(points.map(({ index, symbols }) => [index, symbols]));
  const weights = weightsOf(points);
  for (let index = 0; index < points.length; index++) {
    data.set(known.get(index) ?? evaluate(points, weights, index), index * CHUNK_BYTES);
  }
  return data;
}

/** Lagrange's weights of different points: the inverse of the product of (x_i - x_j) over all j but i. */
function weightsOf(points: readonly Chunk[]): readonly number[] {
  return points.map(({ index: x }, i) => {
    let product = 1;
    for (const [j, { index }] of points.entries()) if (j !== i) product = multiply(product, x ^ index);
    return inverse(product);
  });
}

/** The polynomials through `points` at `x`. */
function evaluate(points: readonly Chunk[], weights: readonly number[], x: number): Bytes {
  // products[i] is the product of (x - x_j) over all j but i: first those before i, then those after.
  const products: number[] = [];
  let before = 1;
  for (const { index } of points) {
    products.push(before);
    before = multiply(before, x ^ index);
  }
  const sums = new Uint16Array(POLYNOMIALS);
  let after = 1;
  for (let i = points.length - 1; i >= 0; i--) {
    const { index, symbols } = points[i] as Chunk;
    addMultiple(sums, multiply(multiply(products[i] as number, after), weights[i] as number), symbols);
    after = multiply(after, x ^ index);
  }
  const symbols = new Uint8Array(CHUNK_BYTES);
  const view = new DataView(symbols.buffer);
  for (const [i, sum] of sums.entries()) view.setUint16(2 * i, sum);
  return symbols;
}
