import { copyBytes, toHex } from "@tacit/shared/bytes";
import { DELIVERY_PLANE, DEVICE_PLANE } from "@tacit/shared/events";
import type { DeliveryKey } from "@tacit/shared/ids";
import {
  BUNDLE_PAD_BYTES,
  DAY_MS,
  MAX_COLLECTED_PER_CALL,
  MAX_FRAME_BYTES,
  MAX_POSTS_PER_BATCH,
  MINUTE_MS,
} from "@tacit/shared/limits";
import { PROTOCOL_VERSION } from "@tacit/shared/version";
import { expect, test } from "vitest";
import { hashOf } from "../testing/owner.ts";
import { RelayStage } from "../testing/relay-stage.ts";
import { next, open, refusalOf } from "../testing/sockets.ts";

const hexOf = (envelopes: readonly { readonly id: Uint8Array }[]) => envelopes.map(({ id }) => toHex(id));

test("what was posted while a device was away comes when it connects, and is gone once it is collected", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const posts = [stage.compose(bob), stage.compose(bob)];
  const answers = await stage.anonymous().post(...posts);

  const socket = stage.connect(bob.token, 1);
  await expect.poll(() => socket.envelopes.length).toBe(2);
  await socket.collect();
  await expect.poll(() => socket.heard).toEqual(["ready", "envelopes", "drained"]);
  const again = stage.connect(bob.token, 2);
  await expect.poll(() => again.heard).toEqual(["ready", "drained"]);

  expect(answers).toEqual([{ status: "ok" }, { status: "ok" }]);
  expect(hexOf(socket.envelopes)).toEqual(posts.flatMap(({ envelopes }) => hexOf(envelopes)));
  expect(socket.envelopes[0]?.sealed).toEqual(posts[0]?.envelopes[0]?.sealed);
});

test("a connected device gets what is posted at once, in both lanes", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const socket = stage.connect(bob.token, 1);
  await expect.poll(() => socket.heard).toContain("drained");

  await stage.anonymous().post(stage.compose(bob, "durable"), stage.compose(bob, "live"));

  await expect.poll(() => socket.envelopes.map(({ lane }) => lane)).toEqual(["durable", "live"]);
});

test("every connection needs a higher epoch than the one before", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  await stage.connect(bob.token, 5).ready;

  expect(await refusalOf(stage.connect(bob.token, 5).socket)).toBe("epoch");
  expect(await refusalOf(stage.connect(bob.token, 4).socket)).toBe("epoch");
  await stage.connect(bob.token, 6).ready;
});

test("a new connection of a device ends the one before", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const first = stage.connect(bob.token, 1);
  await first.ready;

  const second = stage.connect(bob.token, 2);
  await second.ready;
  await first.ended();
  await stage.anonymous().post(stage.compose(bob));

  await expect.poll(() => second.envelopes).toHaveLength(1);
});

test("a device is told at every connection which of its one-time cards were used", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const first = await stage.connect(bob.token, 1).ready;
  await stage.caller.ask("claim", { card: bob.onceKey, claimant: hashOf(stage.random(32) as DeliveryKey) });

  const second = await stage.connect(bob.token, 2).ready;

  expect(first.claimed).toBeUndefined();
  expect(second.claimed).toEqual([hashOf(bob.onceKey)]);
});

test("nobody connects without a token, with a wrong one, with another protocol, or to a plane that is none", async () => {
  await using stage = await RelayStage.start();
  const token = "A".repeat(43);
  const refused = async (plane: string, auth: object) => {
    const socket = open(stage.origin, plane, auth);
    const reason = await refusalOf(socket);
    socket.disconnect();
    return reason;
  };
  const protocol = PROTOCOL_VERSION;

  expect(await refused(DEVICE_PLANE, {})).toBe("malformed");
  expect(await refused(DEVICE_PLANE, { protocol, epoch: 1 })).toBe("malformed");
  expect(await refused(DEVICE_PLANE, { protocol, token, epoch: 1, more: true })).toBe("malformed");
  expect(await refused(DEVICE_PLANE, { protocol, token, epoch: 1 })).toBe("unauthorized");
  expect(await refused(DEVICE_PLANE, { protocol: 2, whatever: "it says" })).toBe("version");
  expect(await refused(DELIVERY_PLANE, { protocol: 2 })).toBe("version");
  expect(await refused(DELIVERY_PLANE, { protocol, token })).toBe("malformed");
  expect(await refused("/", { protocol })).toBe("not-found");
});

test("one connection never carries both planes", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const protocol = PROTOCOL_VERSION;
  const device = open(stage.origin, DEVICE_PLANE, { protocol, token: bob.token, epoch: 1 });
  await next(device, "ready");

  const delivery = device.io.socket(DELIVERY_PLANE, { auth: { protocol } });
  delivery.connect();

  expect(await refusalOf(delivery)).toBe("malformed");
  device.disconnect();
});

test("whoever leaves a plane loses the connection too", async () => {
  await using stage = await RelayStage.start();
  const { socket } = stage.anonymous();
  await next(socket, "connect");
  const { engine } = socket.io;

  // The client library would close the connection itself.
  const { io } = socket as unknown as { io: { _packet(packet: object): void } };
  io._packet({ type: 1, nsp: DELIVERY_PLANE, options: {} });

  await new Promise<void>((resolve) => engine.once("close", () => resolve()));
});

test("a page of another origin gets no websocket; this relay's own page does", async () => {
  await using stage = await RelayStage.start();
  const connect = (origin: string) => open(stage.origin, DELIVERY_PLANE, { protocol: PROTOCOL_VERSION }, { origin });
  const [own, foreign] = [connect(stage.origin), connect("https://evil.example")];

  const outcomes = await Promise.all([next(own, "connect").then(() => "connected"), refusalOf(foreign)]);

  expect(outcomes).toEqual(["connected", undefined]);
  own.disconnect();
});

test("one visitor opens so many connections and no more", async () => {
  await using stage = await RelayStage.start({ maxSocketsPerVisitor: 2 });
  const connect = () => open(stage.origin, DELIVERY_PLANE, { protocol: PROTOCOL_VERSION });
  const [first, second] = [connect(), connect()];
  await Promise.all([next(first, "connect"), next(second, "connect")]);
  const third = connect();

  expect(await refusalOf(third)).toBeUndefined();
  first.disconnect();

  await expect
    .poll(async () => {
      const socket = connect();
      const said = await Promise.race([next(socket, "connect").then(() => "connect"), refusalOf(socket)]);
      socket.disconnect();
      return said;
    })
    .toBe("connect");
  second.disconnect();
});

test("answers come in the order of the posts, each for itself", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const good = stage.compose(bob);
  const unknown = { ...stage.compose(bob), key: stage.random(32) };
  const odd = { ...stage.compose(bob), envelopes: [] };
  const small = stage.compose(bob, "durable", bob.contactKey, 2047);

  const answers = await stage.anonymous().say("post", [good, unknown, odd, "nonsense", small, good]);

  expect(answers).toEqual([
    { status: "ok" },
    { status: "unknown-key" },
    { status: "malformed" },
    { status: "malformed" },
    { status: "malformed" },
    { status: "ok" },
  ]);
});

test("a batch has at most thirty-two posts; a longer one, or what is none, ends the connection", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const batch = (count: number) => Array.from({ length: count }, () => stage.compose(bob));

  expect(await stage.anonymous().say("post", batch(MAX_POSTS_PER_BATCH))).toEqual(
    Array(MAX_POSTS_PER_BATCH).fill({ status: "ok" }),
  );
  for (const odd of [batch(MAX_POSTS_PER_BATCH + 1), Array(500_000).fill(null), "nonsense", null]) {
    const socket = stage.anonymous();
    await next(socket.socket, "connect");
    const answers: unknown[] = [];
    socket.socket.emit("post", odd, (answer: unknown) => answers.push(answer));
    await socket.ended();
    expect(answers).toEqual([]);
  }
});

test("a frame over the limit ends the connection, one below does not", async () => {
  await using stage = await RelayStage.start();
  const socket = stage.anonymous();

  expect(await socket.say("claim", new Uint8Array(MAX_FRAME_BYTES - 1024))).toEqual({ status: "malformed" });
  socket.socket.emit("claim", new Uint8Array(MAX_FRAME_BYTES + 1));

  await socket.ended();
});

test("bundles and claims go over the anonymous connection too", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const socket = stage.anonymous();
  const claimant = hashOf(stage.random(32) as DeliveryKey);

  expect(await socket.claim({ card: bob.onceKey, claimant })).toEqual({ status: "ok" });
  const answer = await socket.bundle({ key: bob.contactKey, nonce: stage.random(16) });
  expect(answer.status === "ok" && answer.bundle.length).toBe(BUNDLE_PAD_BYTES);
  expect(await socket.say("bundle", { key: bob.contactKey })).toEqual({ status: "malformed" });
  expect(await socket.say("claim", { card: bob.onceKey })).toEqual({ status: "malformed" });
});

test("behind a front, what a connection asks counts for the address that the front names", async () => {
  await using stage = await RelayStage.start({
    publicOrigin: "https://relay.example",
    registration: "open",
    rates: { contactBundlesPerVisitor: 1 },
  });
  const bob = await stage.register("bob");
  const ask = async (address: string) => {
    const headers = { "x-forwarded-for": address };
    const socket = open(stage.origin, DELIVERY_PLANE, { protocol: PROTOCOL_VERSION }, headers);
    const request = { key: bob.contactKey, nonce: stage.random(16) };
    const answer: { status: string } = await socket.timeout(10_000).emitWithAck("bundle", request);
    socket.disconnect();
    return answer.status;
  };

  expect([await ask("192.0.2.1"), await ask("192.0.2.1")]).toEqual(["ok", "budget"]);
  expect(await ask("192.0.2.2")).toBe("ok");
});

test("an anonymous connection ends after a minute without use", async () => {
  await using stage = await RelayStage.start();
  const socket = stage.anonymous();
  await socket.say("claim", {});
  stage.clock.advance(MINUTE_MS - 1);
  await socket.say("claim", {});
  stage.clock.advance(MINUTE_MS - 1);

  expect(await socket.say("claim", {})).toEqual({ status: "malformed" });
  stage.clock.advance(MINUTE_MS);

  await socket.ended();
});

test("an anonymous connection ends after a minute without use, also when the clock was set back meanwhile", async () => {
  await using stage = await RelayStage.start();
  const socket = stage.anonymous();
  await socket.say("claim", {});

  stage.clock.jump(-400 * DAY_MS);
  stage.clock.advance(MINUTE_MS);
  stage.clock.advance(MINUTE_MS);

  await socket.ended();
});

test("a device collects at most five hundred ids in a call, and nothing but ids", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const ids = (count: number) => Array.from({ length: count }, () => copyBytes(stage.random(16)));
  const first = stage.connect(bob.token, 1);
  await first.ready;

  await first.socket.timeout(10_000).emitWithAck("collected", ids(MAX_COLLECTED_PER_CALL));
  first.socket.emit("collected", ids(MAX_COLLECTED_PER_CALL + 1), () => {});
  await first.ended();

  const second = stage.connect(bob.token, 2);
  await second.ready;
  second.socket.emit("collected", [new Uint8Array(15)], () => {});
  await second.ended();
});

test("a client cannot play the library's own events, or events of nobody", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  let epoch = 0;

  for (const event of ["disconnecting", "error", "newListener", "toString", "envelopes", 7]) {
    const socket = stage.connect(bob.token, ++epoch);
    await socket.ready;
    // The client library guards its own events too; a packet does not.
    const { io } = socket.socket as unknown as { io: { _packet(packet: object): void } };
    io._packet({ type: 2, nsp: DEVICE_PLANE, data: [event, "x"], options: {} });
    await socket.ended();
  }
});
