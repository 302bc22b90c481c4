import type { Capture, Sender } from "../ports/media.ts";
import type { CallPeer, Routing } from "../ports/peers.ts";
import type { Ports } from "../ports.ts";
import type { CallEffect, CallEvent, CallState, ScreenPreset, Source } from "./call-state.ts";
import type { Ways } from "./calls.ts";
import { mayCapture, mayExchangeMedia } from "./consent.ts";

type MediaEffect = Extract<
  CallEffect,
  {
    readonly do:
      | "capture"
      | "release"
      | "release-all"
      | "open-peer"
      | "tell-peer"
      | "restart-peer"
      | "close-peer"
      | "open-media"
      | "attach"
      | "detach";
  }
>;

type Recorded = { readonly main: Capture; readonly sound?: Capture | undefined };

/** The peer connection and the captures of the one call there is. Does what it is told, and only what consent.ts allows. */
export class CallMedia {
  readonly #ports: Pick<Ports, "peers" | "media">;
  readonly #ways: Ways;
  readonly #state: () => CallState;
  readonly #tell: (event: CallEvent) => void;
  readonly #recorded = new Map<Source, Recorded>();
  #peer: Promise<CallPeer | undefined> = Promise.resolve(undefined);
  #open: CallPeer | undefined;
  #routing: Routing = "relayed";
  /** Counts peers: what an older one still says is ignored. */
  #turn = 0;

  constructor(
    ports: Pick<Ports, "peers" | "media">,
    ways: Ways,
    state: () => CallState,
    tell: (event: CallEvent) => void,
  ) {
    this.#ports = ports;
    this.#ways = ways;
    this.#state = state;
    this.#tell = tell;
  }

  fingerprints(): ReturnType<CallPeer["fingerprints"]> {
    return this.#open?.fingerprints();
  }

  /** The way that the contact of this call may be reached has changed, or may have. */
  review(): void {
    this.#withPeer((peer) => void this.#route(peer));
  }

  perform(effect: MediaEffect): void {
    switch (effect.do) {
      case "capture":
        void this.#capture(effect.source, effect.preset);
        break;
      case "release":
        this.#release(effect.source);
        break;
      case "release-all":
        for (const source of [...this.#recorded.keys()]) this.#release(source);
        break;
      case "open-peer":
        this.#openPeer(effect.role, effect.call);
        break;
      case "close-peer":
        this.#closePeer();
        break;
      case "tell-peer":
        this.#withPeer((peer) => peer.signal(effect.signal));
        break;
      case "restart-peer":
        this.#withPeer((peer) => peer.restart());
        break;
      case "open-media":
        this.#openMedia();
        break;
      case "attach":
        this.#attach(effect.source, this.#recorded.get(effect.source));
        break;
      case "detach":
        this.#attach(effect.source, undefined);
        break;
    }
  }

  async #capture(source: Source, preset: ScreenPreset | undefined): Promise<void> {
    const state = this.#state();
    const { media } = this.#ports;
    if (state.phase === "idle" || media === undefined || !mayCapture(state)) return;
    const { id } = state.call;
    const ended = (capture: Capture) => {
      if (this.#recorded.get(source)?.main === capture) this.#tell({ event: "capture-lost", source });
    };
    const taken =
      source === "screen"
        ? await captureScreen(media, preset ?? "text", ended)
        : await captureOne(media, source, ended);
    if (!this.#isAskedFor(id, source)) {
      if (taken.ok) stop(taken.value);
      return;
    }
    if (!taken.ok) {
      this.#tell({ event: "refused", source, reason: taken.reason });
      return;
    }
    const before = this.#recorded.get(source);
    this.#recorded.set(source, taken.value);
    this.#tell({ event: "captured", source });
    if (before !== undefined) stop(before);
  }

  #isAskedFor(call: string, source: Source): boolean {
    const state = this.#state();
    return mayCapture(state) && state.phase !== "idle" && state.call.id === call && state.call.own[source] !== "off";
  }

  #release(source: Source): void {
    const recorded = this.#recorded.get(source);
    this.#recorded.delete(source);
    if (recorded !== undefined) stop(recorded);
  }

  #openPeer(role: "offerer" | "answerer", call: string): void {
    this.#closePeer();
    this.#routing = "relayed";
    const turn = this.#turn;
    const isCurrent = () => this.#turn === turn;
    const { peers } = this.#ports;
    this.#peer = this.#ways.servers().then((iceServers) => {
      if (peers === undefined || !isCurrent()) return undefined;
      this.#open = peers.openCall(
        { call, role, iceServers, routing: "relayed" },
        {
          signal: (signal) => isCurrent() && this.#tell({ event: "peer-signal", signal }),
          path: (path) => isCurrent() && this.#tell({ event: "peer-path", path }),
          closed: (reason) => isCurrent() && this.#tell({ event: "peer-closed", reason }),
        },
      );
      return this.#open;
    });
  }

  #closePeer(): void {
    this.#turn += 1;
    this.#open?.close();
    this.#open = undefined;
    this.#peer = Promise.resolve(undefined);
  }

  /** In order, once it is open. */
  #withPeer(action: (peer: CallPeer) => void): void {
    const turn = this.#turn;
    void this.#peer.then((peer) => {
      if (peer !== undefined && this.#turn === turn) action(peer);
    });
  }

  #openMedia(): void {
    this.#withPeer((peer) => {
      const state = this.#state();
      if (state.phase === "idle" || !mayExchangeMedia(state)) return;
      peer.play();
      void this.#route(peer);
    });
  }

  /** Takes the way that is allowed by the time that the servers are known, whatever it was when they were asked for. */
  async #route(peer: CallPeer): Promise<void> {
    const servers = await this.#ways.servers();
    const state = this.#state();
    if (this.#open !== peer || state.phase === "idle" || !mayExchangeMedia(state)) return;
    const routing = this.#ways.routing(state.call.contact);
    if (routing === "relayed" && servers.length === 0) {
      this.#tell({ event: "barred", why: "no-relay" });
      return;
    }
    if (routing === this.#routing) return;
    this.#routing = routing;
    peer.reroute(routing, servers);
  }

  #attach(source: Source, recorded: Recorded | undefined): void {
    this.#withPeer((peer) => {
      if (recorded !== undefined && !mayExchangeMedia(this.#state())) return;
      void peer.attach(source, recorded?.main);
      if (source === "screen") void peer.attach("screen-sound", recorded?.sound);
    });
  }
}

async function captureOne(
  media: NonNullable<Ports["media"]>,
  source: Extract<Sender, "microphone" | "camera">,
  ended: (capture: Capture) => void,
) {
  const taken = await media.capture(source, ended);
  return taken.ok ? { ok: true as const, value: { main: taken.value } } : taken;
}

async function captureScreen(
  media: NonNullable<Ports["media"]>,
  preset: ScreenPreset,
  ended: (capture: Capture) => void,
) {
  const taken = await media.captureScreen(preset, ended);
  if (!taken.ok) return taken;
  const { screen, sound } = taken.value;
  return { ok: true as const, value: { main: screen, sound } };
}

function stop({ main, sound }: Recorded): void {
  main.stop();
  sound?.stop();
}
