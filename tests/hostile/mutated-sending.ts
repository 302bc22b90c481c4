import { Caller } from "@tacit/server/testing/caller";
import { RelayStage } from "@tacit/server/testing/relay-stage";
import { type Bytes, concat } from "@tacit/shared/bytes";
import { encode } from "@tacit/shared/codec";
import { DELIVERY_PLANE, DEVICE_PLANE } from "@tacit/shared/events";
import type { DeviceToken } from "@tacit/shared/ids";
import { PROTOCOL_VERSION } from "@tacit/shared/version";
import { Chance } from "../simulation/chance.ts";
import { mutate, type Originals, type Plane } from "./mutations.ts";
import { RawSocket } from "./raw-sockets.ts";

export type Sent = { readonly frames: number; readonly connections: number; readonly cutOff: number };

const LANES_PER_PLANE = 16;
/** Changed frames before one that has to be answered, if the connection is still there. */
const IN_A_ROW = 2;
const EVENT = 2;
/** RFC 6455 §5.5.1: the last frame, of no length. */
const CLOSE = 0x88;
const FIRST_QUESTION = 0x70_00_00_00;

/**
 * Changed frames over live connections of both planes, half of them in a connection's first words. Counts those that the
 * relay has certainly read: it answered what came after them, or ended the connection for one.
 */
export async function sendMutated(origin: string, originals: Originals, seed: string, frames: number): Promise<Sent> {
  await using stage = await RelayStage.start({}, seed);
  const chance = new Chance(seed);
  const caller = new Caller(origin);
  let [read, connections, cutOff, questions] = [0, 0, 0, FIRST_QUESTION];
  const lane = async (plane: Plane, name: number) => {
    const token =
      plane === DEVICE_PLANE ? (await stage.register(`${seed}${name}`, undefined, 3, caller)).token : undefined;
    for (let epoch = 1; read < frames; epoch++) {
      const socket = await RawSocket.websocket(origin);
      connections += 1;
      const [joining, ...said] = originals[plane];
      let unanswered = 0;
      if (chance.isOneIn(2) && joining !== undefined) {
        socket.frame(mutate(joining, chance));
        unanswered += 1;
      }
      socket.frame(hello(plane, token, epoch));
      while (socket.isOpen && read < frames) {
        // All of it in one write.
        socket.socket.cork();
        for (let n = 0; n < IN_A_ROW; n++) socket.frame(mutate(chance.pick(said), chance));
        unanswered += IN_A_ROW;
        const isAnswered = await ask(socket, plane, questions++);
        // Of those before an end at least one was read.
        read += isAnswered ? unanswered : 1;
        unanswered = 0;
        if (isAnswered) continue;
        cutOff += 1;
        socket.end();
      }
      socket.end();
    }
  };
  const lanes = Array.from({ length: LANES_PER_PLANE }, (_, n) => [lane(DEVICE_PLANE, n), lane(DELIVERY_PLANE, n)]);
  await Promise.all(lanes.flat());
  return { frames: read, connections, cutOff };
}

function hello(plane: Plane, token: DeviceToken | undefined, epoch: number): Bytes {
  const data = { protocol: PROTOCOL_VERSION, ...(token === undefined ? {} : { token, epoch }) };
  return encode({ type: 0, nsp: plane, data });
}

/** Says something harmless. Answers whether that was answered, or the connection ended first. */
function ask(socket: RawSocket, plane: Plane, id: number): Promise<boolean> {
  const question = plane === DEVICE_PLANE ? ["collected", [new Uint8Array(16)]] : ["claim", {}];
  socket.frame(encode({ type: EVENT, nsp: plane, id, data: question }));
  const sought = Buffer.from(encode(id));
  let tail: Bytes = new Uint8Array();
  return new Promise((resolve) => {
    const end = (isAnswered: boolean) => {
      socket.socket.off("data", look);
      resolve(isAnswered);
    };
    const look = (chunk: Buffer) => {
      // The websocket's farewell, to which we would have to answer.
      if (chunk.at(-2) === CLOSE && chunk.at(-1) === 0) end(false);
      tail = concat(tail.slice(-sought.length), chunk);
      if (Buffer.from(tail.buffer).includes(sought)) end(true);
    };
    socket.socket.on("data", look);
    socket.socket.uncork();
    void socket.closed.then(() => end(false));
  });
}
