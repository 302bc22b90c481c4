import { encode } from "@tacit/shared/codec";
import type { DeviceId } from "@tacit/shared/ids";
import { decodeContent } from "@tacit/shared/wire/content";
import { decodeFileFrame } from "@tacit/shared/wire/file-frames";
import { decodeLinkFrame } from "@tacit/shared/wire/link-frames";
import { expect, test } from "vitest";
import { Chance } from "../simulation/chance.ts";
import { changeSome } from "./changed-values.ts";

const CHANGED = 1_000;
const id = new Uint8Array(16);
const hash = new Uint8Array(32);
const run = new Uint8Array(8);
const MESSAGE = "A".repeat(22);
const frame = {
  id: MESSAGE,
  sentAtMs: 1,
  list: { counter: 1, hash },
  sawKey: run,
  introduction: {
    relay: "https://relay.example",
    name: "Mallory",
    key: hash,
    list: { list: new Uint8Array(90), signature: new Uint8Array(64) },
  },
  resendOf: id,
  place: { run, number: 2, before: 1 },
};
const signal = { attempt: id, counter: 1, from: 1 as DeviceId, to: 1 as DeviceId };
const candidates = { kind: "candidates", candidates: [{ candidate: "candidate:1", mid: "0", line: 0 }] };
const contents = [
  { type: "text", text: "hello", replyTo: MESSAGE },
  {
    type: "file",
    ...{
      id,
      key: hash,
      root: hash,
      size: 7,
      name: "a.png",
      mediaType: "image/png",
      thumbnail: id,
      width: 1,
      height: 1,
    },
    blob: { id: "a".repeat(64), expiresAtMs: 1 },
  },
  { type: "receipt", state: "read", messages: [MESSAGE] },
  { type: "typing", isTyping: true },
  { type: "resend", envelopes: [id] },
  { type: "missing", gaps: [{ run, from: 1, to: 2 }] },
  { type: "hello" },
  { type: "hologram", light: 7 },
  { type: "link", ...signal, step: { do: "signal", signal: candidates, carries: "files" } },
  {
    type: "call",
    ...signal,
    step: { do: "ring", video: true, signal: { kind: "offer", sdp: "v=0" }, expiresAtMs: 1, commitment: hash },
  },
  { type: "call", ...signal, step: { do: "accept", video: true, nonce: hash } },
  { type: "call", ...signal, step: { do: "end", why: "busy" } },
].map((body) => ({ ...frame, body }));
const linkFrames = [{ envelope: id, lane: "durable", sealed: new Uint8Array(2_048) }, { got: [id, id] }, { after: id }];
const fileFrames = [
  { offer: [id] },
  { want: id, ask: 1, from: 0, until: 9 },
  { stop: id },
  { have: id },
  { cannot: id, why: "lost" },
];

test.each([
  ["Content", contents, decodeContent],
  ["frame of a link", linkFrames, decodeLinkFrame],
  ["frame of a file", fileFrames, decodeFileFrame],
] as const)("AR-10: whatever a contact changes of a %s, it is one or malformed", (_, originals, parse) => {
  const chance = new Chance("said by a contact");
  const came = { ok: 0, malformed: 0 };

  for (const original of originals) expect(parse(encode(original)).ok).toBe(true);
  for (let n = 0; n < CHANGED; n++) {
    const parsed = parse(encode(changeSome(chance.pick<unknown>(originals), chance)));
    came[parsed.ok ? "ok" : parsed.reason] += 1;
  }

  expect(came.ok).toBeGreaterThan(CHANGED / 100);
  expect(came.malformed).toBeGreaterThan(CHANGED / 3);
});
