import { randomBytes } from "node:crypto";
import { createSocket } from "node:dgram";
import { connect as connectTcp } from "node:net";
import { connect as connectTls } from "node:tls";
import type { TurnCredentials } from "./credentials.ts";
import {
  ATTRIBUTE,
  type Attribute,
  decodeAddress,
  decodeAnswer,
  encodeAddress,
  encodeRequest,
  errorOf,
  IPV6_FAMILY,
  lengthOf,
  longTermKey,
  type Method,
  type StunAnswer,
  UDP_TRANSPORT,
} from "./stun.ts";

const ANSWER_MS = 5_000;
const FIRST_RESEND_MS = 250;
const MIN_CHANNEL = 0x4000;

/**
 * One way to a TURN server. `ca`: PEM that a TLS certificate must come from, instead of what the system trusts.
 * `isTrusted`: any certificate will do, on one's own machine.
 */
export type TurnWay = {
  readonly transport: "udp" | "tcp" | "tls";
  readonly host: string;
  readonly port: number;
  readonly ca?: string | undefined;
  readonly isTrusted?: boolean;
};

/** What a server said: where it relays, or the code it refused with. */
export type Allocated =
  | { readonly ok: true; readonly relayed: { readonly address: string; readonly port: number } | undefined }
  | { readonly ok: false; readonly code: number };

type Wire = { send(message: Buffer): void; close(): void };

/** The way that an URL of RFC 7065 names; `undefined` for what is none. */
export function toTurnWay(url: string, ca?: string): TurnWay | undefined {
  const parts = /^(turns?):(.+):(\d+)\?transport=(udp|tcp)$/.exec(url);
  if (parts === null) return undefined;
  const [, scheme, host = "", port, transport = "udp"] = parts;
  return {
    transport: scheme === "turns" ? "tls" : (transport as "udp" | "tcp"),
    host: host.replace(/^\[|\]$/g, ""),
    port: Number(port),
    ca,
  };
}

/** A client of one TURN server that asks one thing at a time. It relays nothing: it finds out whether one could. */
export class TurnProbe {
  readonly #credentials: TurnCredentials;
  readonly #wire: Wire;
  #realm = "";
  #nonce = "";
  #waiting: ((answer: StunAnswer) => void) | undefined;
  #broken: ((failure: Error) => void) | undefined;
  #failure: Error | undefined;

  private constructor(wire: (probe: TurnProbe) => Wire, credentials: TurnCredentials) {
    this.#credentials = credentials;
    this.#wire = wire(this);
  }

  /** Resolves when connected; rejects when nobody answers there or the certificate is not good. */
  static async open(way: TurnWay, credentials: TurnCredentials): Promise<TurnProbe> {
    if (way.transport === "udp") return new TurnProbe((probe) => probe.#overUdp(way), credentials);
    let connected: Promise<void> = Promise.resolve();
    const probe = new TurnProbe((self) => {
      const stream = self.#overStream(way);
      connected = stream.connected;
      return stream.wire;
    }, credentials);
    await connected;
    return probe;
  }

  /** Where it would relay is told for IPv4 only. Rejects when there is no answer. */
  async allocate(family: "ipv4" | "ipv6" = "ipv4"): Promise<Allocated> {
    const wanted: Attribute[] = [[ATTRIBUTE.transport, UDP_TRANSPORT]];
    if (family === "ipv6") wanted.push([ATTRIBUTE.family, IPV6_FAMILY]);
    const challenge = await this.#ask("allocate", wanted);
    if (errorOf(challenge) !== 401) return { ok: false, code: errorOf(challenge) };
    const answer = await this.#askSigned("allocate", wanted);
    if (answer.outcome === "error") return { ok: false, code: errorOf(answer) };
    return { ok: true, relayed: decodeAddress(answer.attributes.get(ATTRIBUTE.relayed) ?? Buffer.alloc(0)) };
  }

  /** 0 where the server would relay to this address, else the code it refuses with. */
  async permit(address: string, port = 9): Promise<number> {
    const answer = await this.#askSigned("permit", (id) => [[ATTRIBUTE.peer, encodeAddress(address, port, id)]]);
    return answer.outcome === "success" ? 0 : errorOf(answer);
  }

  /** The same for a channel, which has rules of its own. `channel`: counted from 0. */
  async bindChannel(channel: number, address: string, port = 9): Promise<number> {
    const number = Buffer.alloc(4);
    number.writeUInt16BE(MIN_CHANNEL + channel);
    const answer = await this.#askSigned("bindChannel", (id) => [
      [ATTRIBUTE.channel, number],
      [ATTRIBUTE.peer, encodeAddress(address, port, id)],
    ]);
    return answer.outcome === "success" ? 0 : errorOf(answer);
  }

  /** Keeps the allocation for `seconds`; 0 ends it. Answers 0, or the code it was refused with. */
  async refresh(seconds: number): Promise<number> {
    const lifetime = Buffer.alloc(4);
    lifetime.writeUInt32BE(seconds);
    const answer = await this.#askSigned("refresh", [[ATTRIBUTE.lifetime, lifetime]]);
    return answer.outcome === "success" ? 0 : errorOf(answer);
  }

  close(): void {
    this.#wire.close();
  }

  async #askSigned(method: Method, attributes: Attributes): Promise<StunAnswer> {
    const { username, credential } = this.#credentials;
    const signed = () => [
      [ATTRIBUTE.username, Buffer.from(username)] as const,
      [ATTRIBUTE.realm, Buffer.from(this.#realm)] as const,
      [ATTRIBUTE.nonce, Buffer.from(this.#nonce)] as const,
    ];
    const both: Attributes = (id) => [...(typeof attributes === "function" ? attributes(id) : attributes), ...signed()];
    const answer = await this.#ask(method, both, longTermKey(username, this.#realm, credential));
    if (errorOf(answer) !== 438) return answer;
    // A stale nonce comes with a fresh one.
    return this.#ask(method, both, longTermKey(username, this.#realm, credential));
  }

  #ask(method: Method, attributes: Attributes, key?: Buffer): Promise<StunAnswer> {
    const id = randomBytes(12);
    const message = encodeRequest(method, id, typeof attributes === "function" ? attributes(id) : attributes, key);
    return new Promise((resolve, reject) => {
      if (this.#failure !== undefined) return reject(this.#failure);
      let pauseMs = FIRST_RESEND_MS;
      const sent = { timer: setTimeout(resend, pauseMs), wire: this.#wire };
      const late = setTimeout(() => this.#broken?.(new Error("the TURN server does not answer")), ANSWER_MS);
      const settle = () => {
        clearTimeout(sent.timer);
        clearTimeout(late);
        this.#waiting = undefined;
        this.#broken = undefined;
      };
      this.#broken = (failure) => {
        settle();
        reject(failure);
      };
      this.#waiting = (answer) => {
        if (answer.id !== id.toString("hex")) return;
        settle();
        this.#realm = answer.attributes.get(ATTRIBUTE.realm)?.toString() ?? this.#realm;
        this.#nonce = answer.attributes.get(ATTRIBUTE.nonce)?.toString() ?? this.#nonce;
        resolve(answer);
      };
      this.#wire.send(message);

      function resend() {
        pauseMs *= 2;
        sent.timer = setTimeout(resend, pauseMs);
        sent.wire.send(message);
      }
    });
  }

  #overUdp({ host, port }: TurnWay): Wire {
    const socket = createSocket(host.includes(":") ? "udp6" : "udp4");
    socket.on("message", (message) => this.#hear(message));
    socket.on("error", (failure) => this.#break(failure));
    return {
      send: (message) => socket.send(message, port, host, (failure) => failure && this.#break(failure)),
      close: () => socket.close(),
    };
  }

  #overStream({ transport, host, port, ca, isTrusted = false }: TurnWay): {
    readonly wire: Wire;
    readonly connected: Promise<void>;
  } {
    const isTls = transport === "tls";
    const names = /^[\d.:]+$/.test(host) ? {} : { servername: host };
    const socket = isTls
      ? connectTls({ host, port, rejectUnauthorized: !isTrusted, ...names, ...(ca === undefined ? {} : { ca }) })
      : connectTcp({ host, port });
    const connected = new Promise<void>((resolve, reject) => {
      socket.setTimeout(ANSWER_MS, () => socket.destroy(new Error("the TURN server does not answer")));
      socket.once(isTls ? "secureConnect" : "connect", () => {
        socket.setTimeout(0);
        resolve();
      });
      socket.once("error", reject);
    });
    let heard = Buffer.alloc(0);
    socket.on("data", (chunk: Buffer) => {
      heard = Buffer.concat([heard, chunk]);
      for (let length = lengthOf(heard); length !== undefined && heard.length >= length; length = lengthOf(heard)) {
        this.#hear(heard.subarray(0, length));
        heard = heard.subarray(length);
      }
    });
    socket.on("error", (failure) => this.#break(failure));
    socket.on("close", () => this.#break(new Error("the TURN server hung up")));
    // A stream resends by itself: what it takes once it brings or breaks.
    let last: Buffer | undefined;
    const send = (message: Buffer) => {
      if (message !== last) socket.write(message);
      last = message;
    };
    return { wire: { send, close: () => socket.destroy() }, connected };
  }

  #hear(message: Buffer): void {
    const answer = decodeAnswer(message);
    if (answer !== undefined) this.#waiting?.(answer);
  }

  #break(failure: Error): void {
    this.#failure ??= failure;
    this.#broken?.(failure);
  }
}

type Attributes = readonly Attribute[] | ((id: Buffer) => readonly Attribute[]);
