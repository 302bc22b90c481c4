import { expect, test } from "vitest";
import { concat } from "../bytes.ts";
import { encode } from "../codec.ts";
import { decodeFileFrame, encodeFileFrame, type FileFrame, MAX_PART_BYTES, MAX_WANT_BYTES } from "./file-frames.ts";

const id = new Uint8Array(16).fill(7);
const part = new Uint8Array(MAX_PART_BYTES).fill(3);
const frames: readonly FileFrame[] = [
  { offer: [id] },
  { want: id, ask: 1, from: 0, until: MAX_WANT_BYTES },
  { ask: 4_294_967_295, at: 16 * 2 ** 30, part },
  { stop: id },
  { have: id },
  { cannot: id, why: "paused" },
];

test.each(frames)("what is said of files comes back as it was: %#", (frame) => {
  expect(decodeFileFrame(encodeFileFrame(frame))).toEqual({ ok: true, value: frame });
});

test.each([
  { offer: [] },
  { offer: Array.from({ length: 65 }, () => id) },
  { want: id, ask: 1, from: 0, until: MAX_WANT_BYTES + 1 },
  { want: id, ask: 1, from: 5, until: 5 },
  { want: id, ask: -1, from: 0, until: 5 },
  { want: id, ask: 1, from: 2 ** 40, until: 2 ** 40 + 1 },
  { want: id.slice(1), ask: 1, from: 0, until: 5 },
  { cannot: id, why: "else" },
  { stop: id, more: 1 },
])("what breaks a limit is malformed: %#", (frame) => {
  expect(decodeFileFrame(encode(frame))).toEqual({ ok: false, reason: "malformed" });
});

test("a frame that was cut, extended or made of anything never throws", () => {
  for (const frame of frames) {
    const encoded = encodeFileFrame(frame);
    for (let cut = 0; cut < Math.min(encoded.length, 64); cut++) decodeFileFrame(encoded.slice(0, cut));
    for (let at = 0; at < Math.min(encoded.length, 64); at++) {
      decodeFileFrame(encoded.with(at, (encoded[at] ?? 0) ^ 0xff));
    }
  }
  expect(decodeFileFrame(encodeFileFrame({ ask: 1, at: 0, part: new Uint8Array(0) })).ok).toBe(false);
  expect(decodeFileFrame(concat(encodeFileFrame({ ask: 1, at: 0, part }), new Uint8Array(1))).ok).toBe(false);
  expect(decodeFileFrame(new Uint8Array(0)).ok).toBe(false);
});
