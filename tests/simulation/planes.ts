import type { App } from "@tacit/server/app";
import { decode, encode } from "@tacit/shared/codec";
import { MAX_HTTP_BODY_BYTES } from "@tacit/shared/limits";
import { routes } from "@tacit/shared/routes";
import type { Frame, Wire } from "./wire.ts";

// How the relay's end of a wire speaks: in place of socket.io and of HTTP, over bytes all the same.

type Listener = (...said: readonly unknown[]) => void;
type Refusal = { readonly data: { readonly error: string } };
type Gate = (socket: PlaneSocket, next: (refusal?: Refusal) => void) => void;

/** As much of a socket.io socket as the relay uses. */
export class PlaneSocket {
  readonly handshake: { readonly auth: unknown };
  data: unknown = {};
  readonly #wire: Wire;
  readonly #listeners = new Map<string, Listener[]>();
  #isOpen = true;

  constructor(wire: Wire, auth: unknown) {
    this.#wire = wire;
    this.handshake = { auth };
  }

  on(event: string, listener: Listener): void {
    this.#listeners.set(event, [...(this.#listeners.get(event) ?? []), listener]);
  }

  emit(event: string, ...said: readonly unknown[]): void {
    if (this.#isOpen) this.#wire.say(encode([event, ...said]));
  }

  /** Ends it from the relay's side. */
  disconnect(): void {
    if (!this.#isOpen) return;
    this.#wire.say("end");
    this.ended();
  }

  hear(frame: Frame): void {
    if (!this.#isOpen) return;
    const said = frame === "end" ? undefined : decode(frame, MAX_HTTP_BODY_BYTES);
    const [event, value, asked] = said?.ok && Array.isArray(said.value) ? said.value : [];
    if (typeof event !== "string" || event === "disconnect") {
      if (frame === "end") this.ended();
      else this.disconnect();
      return;
    }
    const answer = (value: unknown) => this.emit("answer", asked, value ?? true);
    for (const listener of this.#listeners.get(event) ?? []) listener(value, answer);
  }

  ended(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    for (const listener of this.#listeners.get("disconnect") ?? []) listener();
  }
}

/** As much of a socket.io namespace as the relay uses. */
export class PlaneStandIn {
  readonly #gates: Gate[] = [];
  readonly #served: ((socket: PlaneSocket) => void)[] = [];

  use(gate: Gate): void {
    this.#gates.push(gate);
  }

  on(_connection: "connection", serve: (socket: PlaneSocket) => void): void {
    this.#served.push(serve);
  }

  /** The relay's end of a wire: its first frame says who connects. */
  accept(wire: Wire): void {
    wire.up.receiver = (hello) => {
      const said = hello === "end" ? undefined : decode(hello, MAX_HTTP_BODY_BYTES);
      if (!said?.ok) {
        wire.up.receiver = undefined;
        wire.say("end");
        return;
      }
      const socket = new PlaneSocket(wire, said.value);
      const early: Frame[] = [];
      wire.up.receiver = (frame) => early.push(frame);
      this.#admit(socket, (refusal) => {
        // Who left meanwhile is served no more, as with the library.
        if (refusal !== undefined || early.includes("end")) {
          wire.up.receiver = undefined;
          if (refusal !== undefined) wire.say(encode(["refused", refusal.data.error]));
          return;
        }
        wire.say(encode(["admitted"]));
        for (const serve of this.#served) serve(socket);
        wire.up.receiver = (frame) => socket.hear(frame);
        for (const frame of early) socket.hear(frame);
      });
    };
  }

  #admit(socket: PlaneSocket, done: (refusal?: Refusal) => void): void {
    const [gate] = this.#gates;
    if (gate === undefined) done();
    else gate(socket, done);
  }
}

/** The relay's end of one request. */
export function answerRequest(app: App, wire: Wire): void {
  wire.up.receiver = async (frame) => {
    const said = frame === "end" ? undefined : decode(frame, MAX_HTTP_BODY_BYTES);
    if (!said?.ok || !Array.isArray(said.value)) return;
    const [name, body, token] = said.value as readonly unknown[];
    if (typeof name !== "string" || !(name in routes)) return;
    const answer = await app.call(name as keyof typeof routes, body, typeof token === "string" ? token : undefined);
    wire.say(encode(answer.ok ? ["answer", answer.value] : ["refused", { error: answer.reason }]));
  };
}
