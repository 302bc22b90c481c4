import { type Bytes, concat, copyBytes, toHex } from "@tacit/shared/bytes";
import { type FileShape, fileBytesOf, shapeOf } from "@tacit/shared/file-shape";
import { FILE_CHUNK_BYTES } from "@tacit/shared/limits";
import { expect, test } from "vitest";
import vectors from "../vectors/file.json" with { type: "json" };
import { checkChunk, checkList, generateFileSecret, openChunk, rootOf, sealChunk, toFileSecret } from "./file.ts";
import { noblePrimitives } from "./noble-primitives.ts";
import { run, type Step } from "./primitives.ts";
import { seededRandom } from "./testing/random.ts";

const now = <Value>(step: Step<Value>): Value => run(step, noblePrimitives);

/** A file of so many bytes, and everything that its sealing gives. */
function seal(bytes: number, seed = "a file") {
  const random = seededRandom(seed);
  const secret = generateFileSecret(random);
  const content = random(bytes);
  const shape = shapeOf(bytes);
  const chunks = partsOf(content, shape).map((part, index) => now(sealChunk(secret, shape, index, part)));
  const list = concat(...chunks.map(({ digest }) => digest));
  const root = now(rootOf(secret.id, shape, list));
  return { secret, content, shape, sealed: chunks.map(({ sealed }) => sealed), list, root };
}

function partsOf(content: Bytes, shape: FileShape): readonly Bytes[] {
  return Array.from({ length: shape.chunks }, (_, index) => {
    const start = index * FILE_CHUNK_BYTES;
    return content.slice(start, start + fileBytesOf(shape, index));
  });
}

test.each([0, 1, 4096, FILE_CHUNK_BYTES - 1, FILE_CHUNK_BYTES, FILE_CHUNK_BYTES + 1, 300_000])(
  "what opens of a file of %i bytes is the file",
  (bytes) => {
    const { secret, content, shape, sealed, list, root } = seal(bytes);

    const opened = sealed.map((chunk, index) => now(openChunk(secret, shape, list, index, chunk)));

    expect(now(checkList(secret.id, shape, root, list))).toBe(true);
    expect(concat(...opened.map((chunk) => (chunk.ok ? chunk.value : new Uint8Array())))).toEqual(content);
  },
);

test("a chunk that was damaged, cut, extended, or put in another place is refused before it is decrypted", () => {
  const { secret, shape, sealed, list } = seal(200_000);
  const [first = new Uint8Array(), second = new Uint8Array()] = sealed;
  let decryptions = 0;
  const open = (index: number, chunk: Bytes) =>
    run(openChunk(secret, shape, list, index, chunk), (call) => {
      if (call.op === "aes-gcm-open") decryptions += 1;
      return noblePrimitives(call);
    });

  const damaged = [0, 1000, first.length - 1].map((at) => first.with(at, (first[at] ?? 0) ^ 1));
  for (const chunk of [...damaged, first.slice(0, -1), concat(first, Uint8Array.of(0)), new Uint8Array(), second]) {
    expect(open(0, copyBytes(chunk))).toEqual({ ok: false, reason: "forged" });
  }
  expect(decryptions).toBe(0);
  expect(open(0, first).ok).toBe(true);
  expect(decryptions).toBe(1);
});

test("a list that was damaged, cut, reordered, or is of another file or another length is refused", () => {
  const { secret, shape, list, root } = seal(200_000);
  const other = seal(200_000, "another file");
  const swapped = concat(list.subarray(32, 64), list.subarray(0, 32), list.subarray(64));

  for (const wrong of [list.with(5, (list[5] ?? 0) ^ 1), list.slice(0, -32), concat(list, list), swapped, other.list]) {
    expect(now(checkList(secret.id, shape, root, copyBytes(wrong)))).toBe(false);
  }
  expect(now(checkList(other.secret.id, shape, root, list))).toBe(false);
  expect(now(checkList(secret.id, shapeOf(199_999), root, list))).toBe(false);
  expect(now(checkList(secret.id, shape, root.with(0, (root[0] ?? 0) ^ 1), list))).toBe(false);
});

test("a sender who lists a chunk in another place, of another file or under another key is refused by the cipher", () => {
  const { secret, shape, sealed, list } = seal(200_000);
  const other = seal(200_000, "another file");
  const second = sealed[1] ?? new Uint8Array();
  const reordered = copyBytes(list);
  reordered.set(list.subarray(32, 64), 0);

  expect(now(checkChunk(shape, reordered, 0, second))).toBe(true);
  expect(now(openChunk(secret, shape, reordered, 0, second))).toEqual({ ok: false, reason: "forged" });
  const crossed = toFileSecret(other.secret.id, secret.key);
  for (const wrong of [other.secret, crossed, toFileSecret(secret.id, other.secret.key)]) {
    expect(now(openChunk(wrong, shape, list, 1, second))).toEqual({ ok: false, reason: "forged" });
  }
});

test("a chunk that is the last one in a shorter file is not the same in the middle of a longer one", () => {
  const short = shapeOf(2 * FILE_CHUNK_BYTES);
  const long = shapeOf(4 * FILE_CHUNK_BYTES);
  const { secret, sealed } = seal(2 * FILE_CHUNK_BYTES);
  const last = sealed[1] ?? new Uint8Array();
  const digest = now(sealChunk(secret, short, 1, new Uint8Array(FILE_CHUNK_BYTES))).digest;
  const list = concat(...Array.from({ length: long.chunks }, () => digest));
  list.set(noblePrimitives({ op: "sha-256", bytes: last }) as Bytes, 32);

  expect(now(openChunk(secret, long, list, 1, last))).toEqual({ ok: false, reason: "forged" });
});

test("what is not the file's part of a chunk, or no chunk at all, is a bug", () => {
  const { secret, shape, list } = seal(100_000);
  expect(() => now(sealChunk(secret, shape, 0, new Uint8Array(5)))).toThrow(RangeError);
  expect(() => now(sealChunk(secret, shape, 9, new Uint8Array(0)))).toThrow(RangeError);
  expect(now(openChunk(secret, shape, list, 0, new Uint8Array(16)))).toEqual({ ok: false, reason: "forged" });
  expect(() => toFileSecret(new Uint8Array(15), new Uint8Array(32))).toThrow(RangeError);
});

test("files are sealed as in the frozen vectors", () => {
  for (const vector of vectors.vectors) {
    const { secret, list, root, sealed } = seal(vector.bytes, vector.seed);
    expect(toHex(secret.key)).toBe(vector.key);
    expect(toHex(list)).toBe(vector.list);
    expect(toHex(root)).toBe(vector.root);
    expect(toHex((sealed.at(-1) ?? new Uint8Array()).slice(-32))).toBe(vector.endOfLastChunk);
  }
  expect(vectors.vectors).toHaveLength(3);
});
