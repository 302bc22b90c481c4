import { EventEmitter } from "node:events";
import { KIB, MAILBOX_PAGE } from "@tacit/shared/limits";
import type { Socket } from "socket.io-client";
import { expect, test } from "vitest";
import { RelayStage } from "../testing/relay-stage.ts";
import { next, stopReading } from "../testing/sockets.ts";
import { Unsent } from "./unsent.ts";

/**
 * Asks so often and never reads. Answers whether that was ended. The operating system holds some megabytes for a
 * connection that nobody reads; ask for more than that.
 */
async function askWithoutReading(socket: Socket, times: number, ask: () => Promise<void> | void): Promise<boolean> {
  stopReading(socket);
  for (let asked = 0; asked < times && socket.connected; asked++) {
    await ask();
    if (asked % 100 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  return !socket.connected;
}

test("whoever asks for bundles without end and reads none is cut off", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const { socket } = stage.anonymous();
  await next(socket, "connect");
  const request = { key: bob.contactKey, nonce: stage.random(16) };

  expect(await askWithoutReading(socket, 5_000, () => void socket.emit("bundle", request, () => {}))).toBe(true);
});

test("whoever posts nonsense without end and reads no answer is cut off", async () => {
  await using stage = await RelayStage.start();
  const { socket } = stage.anonymous();
  await next(socket, "connect");
  const nonsense = Array(32).fill(null);

  expect(await askWithoutReading(socket, 50_000, () => void socket.emit("post", nonsense, () => {}))).toBe(true);
});

test("a device that collects page after page and reads none is cut off", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const { socket, ready } = stage.connect(bob.token, 1);
  await ready;

  const isCutOff = await askWithoutReading(socket, 800, async () => {
    const post = stage.compose(bob, "durable", bob.contactKey, 64 * KIB);
    await stage.caller.ask("post", post);
    const ids = post.envelopes.map(({ id }) => id);
    socket.emit("collected", ids, () => {});
  });

  expect(isCutOff).toBe(true);
});

/** A connection as Engine.IO has it. */
class Line extends EventEmitter {
  readonly request = { socket: { writableLength: 0, destroy() {} } };
  isCut = false;

  constructor(unsent: Unsent) {
    super();
    unsent.watch(this);
  }

  say(bytes: number): void {
    this.emit("packetCreate", { data: new Uint8Array(bytes) });
  }

  /** What was queued is with the operating system now. */
  read(): void {
    this.emit("flush");
  }

  close(): void {
    this.isCut = true;
    this.emit("close");
  }
}

test("a whole page of a mailbox may wait, two may not", () => {
  const unsent = new Unsent();
  const [slow, stuck] = [new Line(unsent), new Line(unsent)];
  const page = 1024 * KIB + MAILBOX_PAGE * 64;

  for (let i = 0; i < 20; i++) {
    slow.say(page);
    slow.read();
  }
  stuck.say(page);
  expect(stuck.isCut).toBe(false);
  stuck.say(page);

  expect([slow.isCut, stuck.isCut]).toEqual([false, true]);
});

test("small answers count for more than their bytes", () => {
  const line = new Line(new Unsent());

  for (let i = 0; i < 3_000; i++) line.say(1);

  expect(line.isCut).toBe(true);
});

test("where all together hold too much, those with the most go first", () => {
  const unsent = new Unsent(500 * KIB, 4_000 * KIB);
  const linesOf = (count: number, size: number) =>
    Array.from({ length: count }, () => {
      const line = new Line(unsent);
      line.say(size * KIB);
      return line;
    });

  const [modest, greedy] = [linesOf(10, 40), linesOf(12, 400)];

  expect(modest.filter(({ isCut }) => isCut)).toEqual([]);
  const left = greedy.filter(({ isCut }) => !isCut).length;
  expect(left).toBeGreaterThan(0);
  expect(left * 400 + 10 * 40).toBeLessThan(4_000);
});

test("what was read in the meantime is not held against anybody", () => {
  const unsent = new Unsent(500 * KIB, 4_000 * KIB);
  const lines = Array.from({ length: 100 }, () => new Line(unsent));

  for (const line of lines) {
    line.say(400 * KIB);
    line.read();
  }

  expect(lines.filter(({ isCut }) => isCut)).toEqual([]);
});
