import { encode } from "@tacit/shared/codec";
import { expect, test } from "vitest";
import { StrictDecoder } from "./relay-socket.ts";

/** Arrays of four thousand million within each other, in a few bytes. */
const PROMISES = new Uint8Array(Array(20).fill([0xdd, 0xff, 0xff, 0xff, 0xff]).flat());

test("a frame of the relay that promises more than it holds is refused before anything is made of it", () => {
  const heard: unknown[] = [];
  const decoder = new StrictDecoder();
  decoder.on("decoded", (packet: unknown) => heard.push(packet));

  const good = encode({ type: 2, nsp: "/device", data: ["drained"] });
  for (const frame of [PROMISES, good.slice(0, -1), new Uint8Array([...good, 0]), "text", undefined]) {
    expect(() => decoder.add(frame)).toThrow("not MessagePack");
  }

  // As a websocket of Node hands it over.
  decoder.add(Buffer.from(good));
  expect(heard).toHaveLength(1);
});
