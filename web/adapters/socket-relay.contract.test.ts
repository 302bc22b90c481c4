import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
// biome-ignore lint/style/noRestrictedImports: the relay that the adapter speaks to, in a test that no bundle holds.
import { type App, buildApp } from "@tacit/server/app";
import type { Bytes } from "@tacit/shared/bytes";
import { decode, encode } from "@tacit/shared/codec";
import { DELIVERY_PLANE, DEVICE_PLANE } from "@tacit/shared/events";
import type { DeliveryKey, DeviceToken, EnvelopeId, RelayOrigin } from "@tacit/shared/ids";
import { ok, refused } from "@tacit/shared/result";
import { BODY_TYPE } from "@tacit/shared/routes";
import type { Post } from "@tacit/shared/wire/envelopes";
import { Bundle } from "@tacit/shared/wire/prekeys";
import { Server } from "socket.io";
import msgpack from "socket.io-msgpack-parser";
import { expect, onTestFinished, test } from "vitest";
import type { Relay } from "../core/ports/relay.ts";
import { nodePorts } from "./node-ports.ts";
import { PlainEncoder } from "./relay-frames.ts";
import { socketRelay } from "./socket-relay.ts";
import { systemRandom } from "./system-random.ts";
import { HeardMailbox } from "./testing/heard-mailbox.ts";
import { type RelayAccount, registerAt } from "./testing/relay-account.ts";

async function startRelay(): Promise<{ readonly app: App; readonly relay: Relay }> {
  const app = await buildApp();
  const { origin } = await app.listen(0);
  const relay = socketRelay(origin as RelayOrigin);
  onTestFinished(async () => {
    relay.close();
    await app.close();
  });
  return { app, relay };
}

async function join(relay: Relay, login: string): Promise<RelayAccount> {
  return await registerAt(relay, login, nodePorts({ relay: relay.origin }).keyholder);
}

function postTo({ contactKey, device }: RelayAccount, sealed: Bytes, lane: Post["lane"] = "durable"): Post {
  const { deviceId, registrationId } = device.me;
  const id = systemRandom(16) as EnvelopeId;
  return { key: contactKey, lane, envelopes: [{ deviceId, registrationId, id, sealed }] };
}

test("a relay says what it is", async () => {
  const { relay } = await startRelay();

  expect(await relay.request("relayInfo", {})).toMatchObject(ok({ registration: "open", protocol: 1 }));
});

test("refusals come with the relay's reason", async () => {
  const { relay } = await startRelay();
  const { token } = await join(relay, "alice");
  const empty = { version: 2, contact: [], card: [], onceCard: [] };
  const stranger = "x".repeat(43) as DeviceToken;

  await expect(join(relay, "alice")).rejects.toThrow("handle-taken");
  expect(await relay.request("putDeliveryKeys", empty, stranger)).toEqual(refused("unauthorized"));
  expect(await relay.request("putDeliveryKeys", empty, token)).toEqual(ok({}));
  const older = { ...empty, version: 1 };
  expect(await relay.request("putDeliveryKeys", older, token)).toEqual(refused("outdated"));
  await expect(relay.request("putDeliveryKeys", empty)).rejects.toThrow("needs a token");
});

test("what is posted without a token comes to the mailbox, until it is collected", async () => {
  const { relay } = await startRelay();
  const alice = await join(relay, "alice");
  const sealed = [systemRandom(2048), systemRandom(4096)] as const;

  expect(await relay.post(sealed.map((bytes) => postTo(alice, bytes)))).toEqual(
    ok([{ status: "ok" }, { status: "ok" }]),
  );
  const first = new HeardMailbox(relay, alice.token, 1);
  await expect.poll(() => first.heard.map((envelope) => envelope.sealed)).toEqual(sealed);
  expect(first.greetings[0]?.prekeys).toEqual({ oneTime: 2, kyber: 2 });
  expect(first.isDrained).toBe(false);

  await first.mailbox.collected(first.heard.map(({ id }) => id));
  await first.mailbox.collected([]);
  await expect.poll(() => first.isDrained).toBe(true);
  await relay.post([postTo(alice, systemRandom(2048), "live")]);
  await expect.poll(() => first.heard.at(-1)?.lane).toBe("live");

  first.mailbox.close();
  const second = new HeardMailbox(relay, alice.token, 2);
  await expect.poll(() => second.isDrained).toBe(true);
  expect(second.heard.filter(({ lane }) => lane === "durable")).toEqual([]);
  expect(first.ends).toEqual([]);
});

test("a bundle is the same by socket and by HTTP, and opens", async () => {
  const { relay } = await startRelay();
  const alice = await join(relay, "alice");
  const request = { key: alice.contactKey, nonce: systemRandom(16) };

  const bySocket = await relay.bundle(request);

  expect(await relay.request("bundle", request)).toEqual(bySocket);
  if (!bySocket.ok || bySocket.value.status !== "ok") throw new Error("no bundle");
  const decoded = decode(bySocket.value.bundle, 64 * 1024);
  const { registrationId } = alice.device.me;
  expect(Bundle.parse(decoded.ok && decoded.value).devices[0]).toMatchObject({ registrationId });
});

test("an unknown key is refused alike on every question of the delivery plane", async () => {
  const { relay } = await startRelay();
  const alice = await join(relay, "alice");
  const key = systemRandom(32) as DeliveryKey;
  const unknown = ok({ status: "unknown-key" });

  expect(await relay.bundle({ key, nonce: systemRandom(16) })).toEqual(unknown);
  expect(await relay.claim({ card: key, claimant: systemRandom(32) as never })).toEqual(unknown);
  expect(await relay.post([{ ...postTo(alice, systemRandom(2048)), key }])).toEqual(ok([{ status: "unknown-key" }]));
});

test("a connection that the relay refuses says why, once", async () => {
  const { relay } = await startRelay();
  const alice = await join(relay, "alice");

  const stranger = new HeardMailbox(relay, "x".repeat(43) as DeviceToken, 1);
  await expect.poll(() => stranger.ends).toEqual(["unauthorized"]);

  const first = new HeardMailbox(relay, alice.token, 5);
  await expect.poll(() => first.isDrained).toBe(true);
  const copy = new HeardMailbox(relay, alice.token, 5);
  await expect.poll(() => copy.ends).toEqual(["epoch"]);
  await expect(copy.mailbox.collected([systemRandom(16) as EnvelopeId])).rejects.toThrow("ended");
});

test("a relay that stops is unreachable everywhere, and the mailbox hears it once", async () => {
  const { app, relay } = await startRelay();
  const alice = await join(relay, "alice");
  const mailbox = new HeardMailbox(relay, alice.token, 1);
  await expect.poll(() => mailbox.isDrained).toBe(true);
  await relay.post([]);

  await app.close();

  await expect.poll(() => mailbox.ends).toEqual(["unreachable"]);
  expect(await relay.post([postTo(alice, systemRandom(2048))])).toEqual(refused("unreachable"));
  expect(await relay.request("relayInfo", {})).toEqual(refused("unreachable"));
  const later = new HeardMailbox(relay, alice.token, 2);
  await expect.poll(() => later.ends).toEqual(["unreachable"]);
  await expect(mailbox.mailbox.collected([systemRandom(16) as EnvelopeId])).rejects.toThrow();
});

/** Something that is not a relay. */
async function startOther(answer: RequestListener): Promise<{ readonly relay: Relay; readonly io: Server }> {
  const http = createServer(answer);
  const parser = { ...msgpack, Encoder: PlainEncoder };
  const io = new Server(http, { parser, transports: ["websocket"] });
  await new Promise<void>((resolve) => http.listen(0, resolve));
  const relay = socketRelay(`http://localhost:${(http.address() as AddressInfo).port}` as RelayOrigin, {
    deliveryIdleMs: 1,
  });
  onTestFinished(async () => {
    relay.close();
    await io.close();
  });
  return { relay, io };
}

test("whatever is not an answer of a relay is unreachable", async () => {
  const bodies: readonly (readonly [number, string | Bytes])[] = [
    [200, "<html>"],
    [502, "<html>"],
    [200, encode({ name: "no protocol" })],
    [403, encode({ error: "because" })],
    [302, ""],
    [200, new Uint8Array(1024 * 1024)],
  ];
  for (const [status, body] of bodies) {
    const { relay } = await startOther((_request, response) => {
      response.writeHead(status, { "content-type": BODY_TYPE, location: "/v1/relay" }).end(body);
    });

    expect(await relay.request("relayInfo", {})).toEqual(refused("unreachable"));
  }
});

test("a request without authentication carries no token and no cookie, whoever hands one over", async () => {
  const seen: string[] = [];
  const { relay } = await startOther((request, response) => {
    seen.push(...Object.keys(request.headers));
    response.writeHead(200, { "set-cookie": "spy=1" }).end();
  });

  await relay.request("relayInfo", {}, "x".repeat(43) as DeviceToken);
  await relay.request("relayInfo", {});

  expect(seen).toContain("tacit-protocol");
  expect(seen).not.toContain("authorization");
  expect(seen).not.toContain("cookie");
});

test("a relay that answers a post with something else is left", async () => {
  const { relay, io } = await startOther(() => undefined);
  const answers: unknown[] = [[], [{ status: "fine" }], "ok", [{ status: "ok" }, { status: "ok" }], undefined];
  io.of(DELIVERY_PLANE).on("connection", (socket) => {
    socket.on("post", (_posts: unknown, answer: (said: unknown) => void) => answer(answers.shift()));
  });

  while (answers.length > 0) expect(await relay.post([{} as Post])).toEqual(refused("unreachable"));
});

test("a relay that says something else to a mailbox is left", async () => {
  const { relay, io } = await startOther(() => undefined);
  const sayings: (readonly [string, unknown])[] = [
    ["ready", { storeEpoch: new Uint8Array(3) }],
    ["envelopes", []],
    ["envelopes", [{ id: new Uint8Array(15), lane: "durable", sealed: new Uint8Array(9) }]],
    ["prekeys", "few"],
  ];
  io.of(DEVICE_PLANE).on("connection", (socket) => {
    const [event, value] = sayings.shift() ?? ["", ""];
    socket.emit(event, value);
  });

  while (sayings.length > 0) {
    const mailbox = new HeardMailbox(relay, "x".repeat(43) as DeviceToken, 1);
    await expect.poll(() => mailbox.ends).toEqual(["unreachable"]);
    expect(mailbox.heard).toEqual([]);
  }
});

test("envelopes that were not deleted are not said to be collected", async () => {
  const { relay, io } = await startOther(() => undefined);
  io.of(DEVICE_PLANE).on("connection", (socket) => {
    socket.on("collected", () => socket.disconnect(true));
  });
  const { mailbox, ends } = new HeardMailbox(relay, "x".repeat(43) as DeviceToken, 1);

  await expect(mailbox.collected([systemRandom(16) as EnvelopeId])).rejects.toThrow();

  await expect.poll(() => ends).toEqual(["unreachable"]);
});

test("the delivery plane goes over one connection while it is used, and the next use opens another", async () => {
  const { relay, io } = await startOther(() => undefined);
  const connections: string[] = [];
  io.of(DELIVERY_PLANE).on("connection", (socket) => {
    connections.push(JSON.stringify(socket.handshake.auth));
    socket.on("post", (_posts: unknown, answer: (said: unknown) => void) => answer([]));
  });

  await Promise.all([relay.post([]), relay.post([])]);
  expect(connections).toEqual([JSON.stringify({ protocol: 1 })]);
  await expect.poll(() => io.of(DELIVERY_PLANE).sockets.size).toBe(0);
  await relay.post([]);

  expect(connections).toHaveLength(2);
});

test("bytes cross as plain MessagePack, and what is undefined does not cross", async () => {
  const { relay, io } = await startOther(() => undefined);
  const asked: unknown[] = [];
  io.of(DELIVERY_PLANE).on("connection", (socket) => {
    socket.on("bundle", (request: unknown, answer: (said: unknown) => void) => {
      asked.push(request);
      answer({ status: "retry" });
    });
  });
  const request = { key: systemRandom(32) as DeliveryKey, nonce: systemRandom(16), other: undefined };

  expect(await relay.bundle(request)).toEqual(ok({ status: "retry" }));

  expect(asked).toStrictEqual([{ key: Buffer.from(request.key), nonce: Buffer.from(request.nonce) }]);
});

test("when the device says that its network is gone, connections end at once", async () => {
  const { relay } = await startRelay();
  const { token } = await join(relay, "alice");
  let say: (isUp: boolean) => void = () => undefined;
  const network = {
    watch(listener: (isUp: boolean) => void) {
      say = listener;
      return () => undefined;
    },
  };
  const mobile = socketRelay(relay.origin, { network });
  onTestFinished(() => mobile.close());
  const heard = new HeardMailbox(mobile, token, 1);
  await expect.poll(() => heard.isDrained).toBe(true);

  say(true);
  expect(heard.ends).toEqual([]);
  say(false);

  expect(heard.ends).toEqual(["unreachable"]);
});
