import { expect, test } from "vitest";
import { encode } from "../codec.ts";
import type { EnvelopeId } from "../ids.ts";
import { MAX_CHANNEL_MESSAGE_BYTES, MAX_SEALED_BYTES } from "../limits.ts";
import { decodeLinkFrame, encodeLinkFrame, type LinkFrame, MAX_UNACKNOWLEDGED } from "./link-frames.ts";

const id = new Uint8Array(16).fill(7) as EnvelopeId;
const FRAMES: readonly LinkFrame[] = [
  { envelope: id, lane: "durable", sealed: new Uint8Array(MAX_SEALED_BYTES).fill(1) },
  { envelope: id, lane: "live", sealed: new Uint8Array(2048) },
  { got: [id, id] },
  { after: id },
];

test.each(FRAMES)("a frame is read as it was written, and fits the channel", (frame) => {
  const written = encodeLinkFrame(frame);

  expect(written.length).toBeLessThanOrEqual(MAX_CHANNEL_MESSAGE_BYTES);
  expect(decodeLinkFrame(written)).toEqual({ ok: true, value: frame });
});

test.each([
  ["a ring", { envelope: id, lane: "ring", sealed: new Uint8Array(2048) }],
  ["a size that is no bucket", { envelope: id, lane: "durable", sealed: new Uint8Array(2047) }],
  ["a short id", { after: new Uint8Array(15) }],
  ["too many ids", { got: Array.from({ length: MAX_UNACKNOWLEDGED + 1 }, () => id) }],
  ["no id", { got: [] }],
  ["two things at once", { after: id, got: [id] }],
  ["nothing", {}],
  ["a number", 7],
])("%s is no frame", (_, value) => {
  expect(decodeLinkFrame(encode(value))).toEqual({ ok: false, reason: "malformed" });
});

test("cuts and flips are malformed or another frame, and never throw", () => {
  const written = encodeLinkFrame({ got: [id] });

  for (let at = 0; at < written.length; at++) {
    expect(decodeLinkFrame(written.slice(0, at)).ok).toBe(false);
    decodeLinkFrame(written.map((byte, place) => (place === at ? byte ^ 0x41 : byte)));
  }
});
