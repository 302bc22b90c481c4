import { Writable } from "node:stream";
import { expect, test } from "vitest";
import { gatherWrites } from "./gathered-writes.ts";

/** A connection as Engine.IO has it, over a TCP socket that tells what each write takes with it. */
function stage() {
  const writes: string[][] = [];
  const socket = new Writable({
    decodeStrings: false,
    writev: (chunks, done) => {
      writes.push(chunks.map(({ chunk }) => String(chunk)));
      done();
    },
  });
  const connection = {
    writeBuffer: [] as string[],
    flush() {
      for (const packet of connection.writeBuffer.splice(0)) socket.write(packet);
    },
  };
  gatherWrites(connection, socket as never);
  const say = (packet: string) => {
    connection.writeBuffer.push(packet);
    connection.flush();
  };
  return { say, writes };
}

test("what is said within one turn leaves in one write, in its order", async () => {
  const { say, writes } = stage();

  for (const packet of ["joined", "ready", "drained"]) say(packet);
  const atOnce = [...writes];
  await new Promise(setImmediate);
  say("envelopes");
  await new Promise(setImmediate);

  expect(atOnce).toEqual([]);
  expect(writes).toEqual([["joined", "ready", "drained"], ["envelopes"]]);
});
