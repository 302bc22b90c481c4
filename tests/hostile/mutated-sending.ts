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

/** `answered`: how often the relay went on after a changed frame. */
export type Sent = { readonly frames: number; readonly connections: number; readonly answered: number };

const LANES_PER_PLANE = 16;
const EVENT = 2;
/** RFC 6455 §5.5.1: the last frame, here of no length. */
const CLOSE = 0x88;
const FIRST_QUESTION = 0x70_00_00_00;

/**
 * Changed frames over live connections of both planes, half of them in a connection's first words. Counts those that the
 * relay has certainly read: it answered what came after them, or ended the connection for one. `onThousand` is waited for
 * by the lane that read each thousandth, while the others go on.
 */
export async function sendMutated(
  origin: string,
  originals: Originals,
  seed: string,
  frames: number,
  onThousand: () => Promise<unknown> = async () => {},
): Promise<Sent> {
  await using stage = await RelayStage.start({}, seed);
  const chance = new Chance(seed);
  const caller = new Caller(origin);
  let [read, thousands, connections, answered, questions] = [0, 0, 0, 0, FIRST_QUESTION];
  const lane = async (plane: Plane, name: number) => {
    const token =
      plane === DEVICE_PLANE ? (await stage.register(`${seed}${name}`, undefined, 3, caller)).token : undefined;
    for (let epoch = 1; read < frames; epoch++) {
      const socket = await RawSocket.websocket(origin);
      endAtFarewell(socket);
      connections += 1;
      const [joining, ...said] = originals[plane];
      let unanswered = 0;
      if (chance.isOneIn(2) && joining !== undefined) {
        socket.frame(mutate(joining, chance));
        unanswered += 1;
      }
      // Whatever comes before the relay has admitted a connection ends it unread.
      const admitted = hear(socket, Buffer.from(plane));
      socket.frame(hello(plane, token, epoch));
      await admitted;
      while (socket.isOpen && read < frames) {
        // Both in one write.
        socket.socket.cork();
        socket.frame(mutate(chance.pick(said), chance));
        unanswered += 1;
        const isAnswered = await ask(socket, plane, questions++);
        // Of those before an end at least one was read.
        read += isAnswered ? unanswered : 1;
        unanswered = 0;
        if (isAnswered) answered += 1;
        else socket.end();
      }
      socket.end();
      if (read < 1_000 * (thousands + 1)) continue;
      thousands += 1;
      await onThousand();
    }
  };
  const lanes = Array.from({ length: LANES_PER_PLANE }, (_, n) => [lane(DEVICE_PLANE, n), lane(DELIVERY_PLANE, n)]);
  await Promise.all(lanes.flat());
  return { frames: read, connections, answered };
}

function hello(plane: Plane, token: DeviceToken | undefined, epoch: number): Bytes {
  const data = { protocol: PROTOCOL_VERSION, ...(token === undefined ? {} : { token, epoch }) };
  return encode({ type: 0, nsp: plane, data });
}

/** Says something harmless. Answers whether that was answered, or the connection ended first. */
function ask(socket: RawSocket, plane: Plane, id: number): Promise<boolean> {
  const question = plane === DEVICE_PLANE ? ["collected", [new Uint8Array(16)]] : ["claim", {}];
  const answered = hear(socket, Buffer.from(encode(id)));
  socket.frame(encode({ type: EVENT, nsp: plane, id, data: question }));
  socket.socket.uncork();
  return answered;
}

/** Else the relay waits for ours. */
function endAtFarewell({ socket }: RawSocket): void {
  let last = 0;
  socket.on("data", (chunk: Buffer) => {
    if ((chunk.at(-2) ?? last) === CLOSE && chunk.at(-1) === 0) socket.destroy();
    last = chunk.at(-1) ?? last;
  });
}

/** Whether the other side says something that holds `sought`. Not, where it ends the connection before. */
function hear(socket: RawSocket, sought: Buffer): Promise<boolean> {
  let tail: Bytes = new Uint8Array();
  return new Promise((resolve) => {
    const end = (isHeard: boolean) => {
      socket.socket.off("data", look);
      resolve(isHeard);
    };
    const look = (chunk: Buffer) => {
      tail = concat(tail.slice(-sought.length), chunk);
      if (Buffer.from(tail.buffer).includes(sought)) end(true);
    };
    socket.socket.on("data", look);
    void socket.closed.then(() => end(false));
  });
}
