import { MAX_FRAME_BYTES, MAX_HTTP_BODY_BYTES } from "@tacit/shared/limits";
import { BODY_TYPE, routes } from "@tacit/shared/routes";
import { expect, test } from "vitest";
import { RelayProcess } from "../relay-process.ts";
import { HealthyPair } from "./healthy-pair.ts";
import { openMany, RawSocket } from "./raw-sockets.ts";
import { comeBack } from "./storms.ts";

// Whether it is served, cut off or bounded. How fast: `npm run storm`.

const MEGABYTE = 1_000_000;
/** What half messages of everybody together may take, and what the process takes besides for having them. */
const BOUND_MB = 160;

test("RR-2: frames that never become whole take so much memory and no more, and everybody else is served", async () => {
  await using relay = await RelayProcess.start();
  await using pair = await HealthyPair.join(relay.origin);
  const before = relay.memoryMb();
  const most = new Uint8Array(MAX_FRAME_BYTES - 1_000);
  const count = 500;
  expect((count * most.length) / MEGABYTE).toBeGreaterThan(1.5 * BOUND_MB);

  const flood = await openMany(count, async () => {
    const socket = await RawSocket.delivery(relay.origin);
    socket.frame(most, MAX_FRAME_BYTES - 1);
    return socket;
  });
  for (let n = 0; n < 20; n++) await pair.talk();

  expect(flood.some(({ isOpen }) => !isOpen)).toBe(true);
  expect(relay.memoryMb() - before).toBeLessThan(BOUND_MB);
  for (const socket of flood) socket.end();
});

test("RR-2: the same for bodies of requests, and for frames that say that they are larger than any", async () => {
  await using relay = await RelayProcess.start();
  await using pair = await HealthyPair.join(relay.origin);
  const before = relay.memoryMb();
  const most = new Uint8Array(MAX_HTTP_BODY_BYTES - 1_000);
  const { method, path } = routes.finishRegistration;

  const bodies = await openMany(350, async () => {
    const socket = await RawSocket.open(relay.origin);
    const type = `Content-Type: ${BODY_TYPE}`;
    socket.say(`${method} ${path} HTTP/1.1`, "Host: relay", type, `Content-Length: ${MAX_HTTP_BODY_BYTES}`, "", "");
    socket.bytes(most);
    return socket;
  });
  const oversized = await openMany(100, async () => {
    const socket = await RawSocket.delivery(relay.origin);
    socket.frame(new Uint8Array(1_000), 2 ** 40);
    return socket;
  });
  await Promise.all(oversized.map(({ closed }) => closed));
  for (let n = 0; n < 20; n++) await pair.talk();

  expect(bodies.some(({ isOpen }) => !isOpen)).toBe(true);
  expect(relay.memoryMb() - before).toBeLessThan(BOUND_MB);
  for (const socket of bodies) socket.end();
});

test("RR-2: whoever says nothing, says it too slowly, or joins no plane is cut off; the others go on", async () => {
  await using relay = await RelayProcess.start();
  await using pair = await HealthyPair.join(relay.origin);

  const silent = await openMany(50, () => RawSocket.open(relay.origin));
  const unjoined = await openMany(50, () => RawSocket.websocket(relay.origin));
  const slow = await openMany(50, async () => {
    const socket = await RawSocket.open(relay.origin);
    socket.say("POST /v1/login/start HTTP/1.1", "Host: relay", "");
    return socket;
  });
  const dripping = setInterval(() => {
    for (const socket of slow) if (socket.isOpen) socket.say("X-More: of it", "");
  }, 500);
  const ends = Promise.all([...silent, ...unjoined, ...slow].map(({ closed }) => closed));
  for (let n = 0; n < 50; n++) await pair.talk();
  await ends;
  clearInterval(dripping);

  await pair.talk();
});

test("RR-2: clients that all come back at once get everything that waited, once, while others talk", async () => {
  await using relay = await RelayProcess.start();
  await using pair = await HealthyPair.join(relay.origin);
  const attack = await comeBack(relay.origin, 80, 0);

  const coming = attack();
  for (let n = 0; n < 20; n++) await pair.talk();

  expect(await coming).toMatchObject({ messages: 79 * 5, lost: 0, doubled: 0 });
});
