import { copyBytes } from "@tacit/shared/bytes";
import {
  BundleAnswer,
  DELIVERY_PLANE,
  DEVICE_PLANE,
  type DeviceHello,
  EnvelopePage,
  Ready,
} from "@tacit/shared/events";
import type { EnvelopeId } from "@tacit/shared/ids";
import { PROTOCOL_VERSION } from "@tacit/shared/version";
import { type Claim, ClaimAnswer } from "@tacit/shared/wire/delivery-keys";
import type { Envelope, Post, PostAnswer } from "@tacit/shared/wire/envelopes";
import type { BundleRequest } from "@tacit/shared/wire/prekeys";
import { io, type Socket } from "socket.io-client";
import msgpack from "socket.io-msgpack-parser";
import { strictParser } from "../sockets/parser.ts";

/** A connection to one namespace, with every event that comes kept in order. */
export function open(origin: string, namespace: string, auth: object, headers: Record<string, string> = {}): Socket {
  return io(origin + namespace, {
    auth,
    parser: { ...msgpack, Encoder: strictParser.Encoder },
    transports: ["websocket"],
    forceNew: true,
    reconnection: false,
    extraHeaders: headers,
  });
}

/** From now on nothing that comes is taken off the wire. What is said still goes out. */
export function stopReading(socket: Socket): void {
  // The client library does not show its websocket.
  (socket.io.engine.transport as unknown as { ws: { pause(): void } }).ws.pause();
}

/** What the relay says to a connection that it refuses; `undefined` where it refuses the websocket itself. */
export async function refusalOf(socket: Socket): Promise<unknown> {
  const error = (await next(socket, "connect_error")) as { readonly data?: { readonly error?: unknown } };
  return error.data?.error;
}

/** The first argument of the next such event. */
export function next(socket: Socket, event: string): Promise<unknown> {
  return new Promise((resolve) => socket.once(event, resolve));
}

/** A device's connection. */
export class DeviceSocket {
  readonly socket: Socket;
  readonly heard: string[] = [];
  readonly envelopes: Envelope[] = [];
  readonly ready: Promise<Ready>;

  constructor(origin: string, hello: Partial<DeviceHello>) {
    this.socket = open(origin, DEVICE_PLANE, { protocol: PROTOCOL_VERSION, ...hello });
    this.socket.onAny((event: string) => this.heard.push(event));
    this.socket.on("envelopes", (page: unknown) => this.envelopes.push(...EnvelopePage.parse(page)));
    this.ready = next(this.socket, "ready").then((ready) => Ready.parse(ready));
  }

  async collect(ids: readonly EnvelopeId[] = this.envelopes.map(({ id }) => id)): Promise<void> {
    await this.socket.timeout(10_000).emitWithAck("collected", ids.map(copyBytes));
  }

  async ended(): Promise<void> {
    if (this.socket.connected) await next(this.socket, "disconnect");
  }

  close(): void {
    this.socket.disconnect();
  }
}

/** An anonymous connection. */
export class DeliverySocket {
  readonly socket: Socket;

  constructor(origin: string) {
    this.socket = open(origin, DELIVERY_PLANE, { protocol: PROTOCOL_VERSION });
  }

  async ended(): Promise<void> {
    if (this.socket.connected) await next(this.socket, "disconnect");
  }

  async say(event: string, ...request: unknown[]): Promise<unknown> {
    return this.socket.timeout(10_000).emitWithAck(event, ...request);
  }

  async post(...posts: readonly Post[]): Promise<readonly PostAnswer[]> {
    return (await this.say("post", posts)) as readonly PostAnswer[];
  }

  async bundle(request: BundleRequest): Promise<BundleAnswer> {
    return BundleAnswer.parse(await this.say("bundle", request));
  }

  async claim(claim: Claim): Promise<ClaimAnswer> {
    return ClaimAnswer.parse(await this.say("claim", claim));
  }

  close(): void {
    this.socket.disconnect();
  }
}
