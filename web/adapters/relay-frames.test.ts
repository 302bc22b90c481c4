import { encode } from "@tacit/shared/codec";
import { expect, test } from "vitest";
import { StrictDecoder } from "./relay-frames.ts";

/** Arrays of four thousand million within each other, in a few bytes. */
const PROMISES = new Uint8Array(Array(20).fill([0xdd, 0xff, 0xff, 0xff, 0xff]).flat());
const nsp = "/device";
const good = { type: 2, nsp, data: ["drained"] };

function listen() {
  const heard: unknown[] = [];
  const decoder = new StrictDecoder();
  decoder.on("decoded", (packet) => heard.push(packet));
  return { decoder, heard };
}

test("a frame of the relay that promises more than it holds is refused before anything is made of it", () => {
  const { decoder, heard } = listen();

  const bytes = encode(good);
  for (const frame of [PROMISES, bytes.slice(0, -1), new Uint8Array([...bytes, 0]), "text", undefined]) {
    expect(() => decoder.add(frame)).toThrow("no packet");
  }

  // As a websocket of Node hands it over.
  decoder.add(Buffer.from(bytes));
  expect(heard).toEqual([good]);
});

test("every packet that a relay sends is understood, and what a newer one adds is left out", () => {
  const { decoder, heard } = listen();
  const packets = [
    { type: 0, nsp, data: { sid: "x" } },
    { type: 1, nsp },
    { type: 2, nsp, data: ["prekeys", { oneTime: 1, kyber: 2 }] },
    { type: 3, nsp, id: 7, data: [{ status: "ok" }] },
    { type: 4, nsp, data: { message: "version" } },
  ];

  for (const packet of packets) decoder.add(encode({ ...packet, newer: true }).buffer);

  expect(heard).toEqual(packets);
});

test("what socket.io would take at its word is no packet", () => {
  const { decoder, heard } = listen();
  const unreadable = { toString: 1, valueOf: 1 };
  const events = ["connect_error", "disconnect", "newer", unreadable, "__proto__", null];
  const packets = [
    ...events.map((event) => ({ ...good, data: [event, null] })),
    ...[[], "drained", null, { 0: "drained" }].map((data) => ({ ...good, data })),
    { type: 4, nsp, data: { message: unreadable } },
    { type: 4, nsp, data: null },
    { type: 0, nsp, data: {} },
    { type: 3, nsp, data: [] },
    { type: 5, nsp, data: [] },
    { ...good, nsp: 1 },
    [],
    new Uint8Array(4),
  ];

  for (const packet of packets) expect(() => decoder.add(encode(packet))).toThrow("no packet");

  expect(heard).toEqual([]);
});
