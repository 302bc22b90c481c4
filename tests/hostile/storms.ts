import { setTimeout as pause } from "node:timers/promises";
import { BlobCaller, sealedBytes } from "@tacit/server/testing/blob-caller";
import { Caller } from "@tacit/server/testing/caller";
import { type Member, RelayStage } from "@tacit/server/testing/relay-stage";
import { DeliverySocket, DeviceSocket } from "@tacit/server/testing/sockets";
import { toHex } from "@tacit/shared/bytes";
import { MAX_FRAME_BYTES, MAX_HTTP_BODY_BYTES, MAX_POSTS_PER_BATCH } from "@tacit/shared/limits";
import { BODY_TYPE } from "@tacit/shared/routes";
import { openMany, RawSocket } from "./raw-sockets.ts";

/** What came of an attack, in counts and seconds. */
export type Outcome = Readonly<Record<string, number>>;
/** `prepare`: what is done before anybody measures. Answers the attack. */
export type Storm = {
  readonly name: string;
  /** Harsher than what a healthy pair is promised to get through in time. */
  readonly isOnlyMeasured?: true;
  readonly prepare: (origin: string, size: number) => Promise<() => Promise<Outcome>>;
};

const MESSAGES = 5;
const FLOOD_MS = 10_000;
const AT_ONCE = 50;
const UPLOADS = 16;
const FILE_BYTES = 12_000_000;

/** `size`: of clients that come back, the healthy one among them, which is as many as a relay takes; of connections. */
export const STORMS: readonly Storm[] = [
  { name: "nobody attacks", prepare: async () => () => pause(FLOOD_MS).then(() => ({})) },
  { name: "all clients come back at once", isOnlyMeasured: true, prepare: (origin, size) => comeBack(origin, size, 0) },
  { name: "all clients come back within 30 s", prepare: (origin, size) => comeBack(origin, size, 30_000) },
  { name: "slow headers", prepare: async (origin, size) => () => slowHeaders(origin, size) },
  { name: "slow bodies", prepare: async (origin, size) => () => slowBodies(origin, size) },
  { name: "slow frames", prepare: async (origin, size) => () => slowFrames(origin, size) },
  { name: "oversized frames", prepare: async (origin) => () => endlessly(() => oversized(origin)) },
  { name: "half-open connections", prepare: async (origin, size) => () => halfOpen(origin, size) },
  { name: "connections that come and go", prepare: async (origin) => () => endlessly(() => comeAndGo(origin)) },
  { name: "attachments", prepare: attachments },
];

/** So many clients lose their connections, get messages, and come back. Answers the coming back. */
export async function comeBack(origin: string, size: number, withinMs: number): Promise<() => Promise<Outcome>> {
  const stage = await RelayStage.start();
  const members: Member[] = [];
  const caller = new Caller(origin);
  const count = size - 1;
  while (members.length < count) {
    const next = Array.from({ length: Math.min(AT_ONCE, count - members.length) }, (_, n) => members.length + n);
    members.push(...(await Promise.all(next.map((n) => stage.register(`storm${n}`, undefined, 3, caller)))));
  }
  const before = members.map(({ token }) => new DeviceSocket(origin, { token, epoch: 1 }));
  for (const { ready } of before) await ready;
  // All lose their connections at the same moment, and get messages while they are away.
  for (const socket of before) socket.close();
  const posts = members.flatMap((member) => Array.from({ length: MESSAGES }, () => stage.compose(member)));
  const sender = new DeliverySocket(origin);
  for (let at = 0; at < posts.length; at += MAX_POSTS_PER_BATCH) {
    const answers = await sender.post(...posts.slice(at, at + MAX_POSTS_PER_BATCH));
    if (answers.some(({ status }) => status !== "ok")) throw new Error("a message was refused");
  }
  sender.close();
  return async () => {
    const startedMs = performance.now();
    const heard = await Promise.all(
      members.map(async ({ token }, n) => {
        await pause((withinMs * n) / size);
        return drain(new DeviceSocket(origin, { token, epoch: 2 }));
      }),
    );
    const seconds = (performance.now() - startedMs) / 1_000;
    await stage[Symbol.asyncDispose]();
    const [all, unlike] = [heard.flat(), new Set(heard.flat())];
    const lost = posts.flatMap(({ envelopes }) => envelopes).filter(({ id }) => !unlike.has(toHex(id))).length;
    return { clients: count, messages: posts.length, lost, doubled: all.length - unlike.size, seconds };
  };
}

/** Collects until the relay says that there is no more. Answers the ids. */
async function drain(device: DeviceSocket): Promise<readonly string[]> {
  const ids: string[] = [];
  let collecting: Promise<void> | undefined;
  await new Promise<void>((resolve) => {
    device.socket.on("drained", resolve);
    device.socket.on("envelopes", () => {
      const page = device.envelopes.splice(0).map(({ id }) => id);
      ids.push(...page.map(toHex));
      collecting = new Promise((done) => device.socket.emit("collected", page, done));
    });
  });
  await collecting;
  device.close();
  return ids;
}

async function slowHeaders(origin: string, size: number): Promise<Outcome> {
  const all = await openMany(size, async () => {
    const socket = await RawSocket.open(origin);
    socket.say("POST /v1/login/start HTTP/1.1", "Host: relay", "");
    return socket;
  });
  const dripping = setInterval(() => {
    for (const socket of all) if (socket.isOpen) socket.say("X-More: of it", "");
  }, 1_000);
  const outcome = await ended(all);
  clearInterval(dripping);
  return outcome;
}

async function slowBodies(origin: string, size: number): Promise<Outcome> {
  const most = new Uint8Array(MAX_HTTP_BODY_BYTES - 1);
  return ended(
    await openMany(size, async () => {
      const socket = await RawSocket.open(origin);
      const headers = [`Content-Type: ${BODY_TYPE}`, `Content-Length: ${MAX_HTTP_BODY_BYTES}`];
      socket.say("POST /v1/login/start HTTP/1.1", "Host: relay", ...headers, "", "");
      socket.bytes(most);
      return socket;
    }),
  );
}

async function slowFrames(origin: string, size: number): Promise<Outcome> {
  const most = new Uint8Array(MAX_FRAME_BYTES - 2);
  return ended(
    await openMany(size, async () => {
      const socket = await RawSocket.delivery(origin);
      socket.frame(most, MAX_FRAME_BYTES - 1);
      return socket;
    }),
  );
}

/** Connections on which nothing comes any more, as of phones that went into a tunnel. */
async function halfOpen(origin: string, size: number): Promise<Outcome> {
  return ended(await openMany(size, () => RawSocket.delivery(origin)));
}

async function oversized(origin: string): Promise<void> {
  const socket = await RawSocket.delivery(origin);
  socket.frame(new Uint8Array(60_000), 2 ** 40);
  await socket.closed;
}

async function comeAndGo(origin: string): Promise<void> {
  (await RawSocket.delivery(origin)).end();
}

/** Fifty at a time, each again when it is done. */
async function endlessly(attack: () => Promise<void>): Promise<Outcome> {
  const endMs = performance.now() + FLOOD_MS;
  let attacks = 0;
  const again = async () => {
    while (performance.now() < endMs) {
      await attack();
      attacks += 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, again));
  return { attacks };
}

async function attachments(origin: string): Promise<() => Promise<Outcome>> {
  const stage = await RelayStage.start();
  const caller = new Caller(origin);
  const members = await Promise.all(
    Array.from({ length: UPLOADS }, (_, n) => stage.register(`files${n}`, undefined, 3, caller)),
  );
  await stage[Symbol.asyncDispose]();
  const files = new BlobCaller(origin);
  const file = sealedBytes(FILE_BYTES);
  return async () => {
    const startedMs = performance.now();
    let [uploads, refused] = [0, 0];
    const endMs = startedMs + FLOOD_MS;
    await Promise.all(
      members.map(async ({ contactKey }) => {
        while (performance.now() < endMs) {
          const isTaken = await files.upload(contactKey, file).then(
            () => true,
            () => false,
          );
          if (isTaken) uploads += 1;
          else refused += 1;
          if (!isTaken) await pause(100);
        }
      }),
    );
    const megabytes = (uploads * FILE_BYTES) / 1_000_000;
    return { uploads, refused, megabytes, seconds: (performance.now() - startedMs) / 1_000 };
  };
}

/** Waits until the relay has ended each of them. */
async function ended(sockets: readonly RawSocket[]): Promise<Outcome> {
  const seconds = await Promise.all(sockets.map(({ closed }) => closed));
  return { connections: sockets.length, firstEndedAfter: Math.min(...seconds), lastEndedAfter: Math.max(...seconds) };
}
