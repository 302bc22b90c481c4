import { SECOND_MS } from "@tacit/shared/limits";
import { type IceCandidate, MAX_CANDIDATES, type PeerSignal } from "@tacit/shared/wire/signals";
import { Bucket } from "../core/allowances.ts";
import {
  type DescriptionFacts,
  isAddressed,
  permitted,
  readDescription,
  withoutAddresses,
  withSteadySpeech,
} from "../core/peer-descriptions.ts";
import { Restarts } from "../core/peer-restarts.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { IceServer, Peer, PeerEvents, PeerOptions, PeerPath, Routing } from "../core/ports/peers.ts";
import { pathOf } from "./webrtc-path.ts";

const BATCH_MS = 50;
/** Without a path this long. A call rings meanwhile, and gives up by its own table. */
const GIVE_UP_MS = { channel: 30 * SECOND_MS, call: 90 * SECOND_MS } as const;
/** While there is no path: whoever offers looks again this often, the other end asks for it. */
const LOOK_AGAIN_MS = { offerer: 8 * SECOND_MS, answerer: 12 * SECOND_MS } as const;
const MAX_EARLY_CANDIDATES = 64;
/**
 * What the other end may have of us to try: each candidate costs us all others once more, and a browser that gets some
 * thousand of them answers nobody for minutes. A machine with many networks finds about sixty at each restart.
 */
const CANDIDATES = { atOnce: 128, everyMs: SECOND_MS / 2 };

export type Connect = (configuration: RTCConfiguration) => RTCPeerConnection;

export type PeerShape = {
  readonly kind: "channel" | "call";
  /** The media sections that each description has, neither more nor fewer. */
  readonly sections: readonly string[];
  /** Makes ready what is sent, before the first description of ours leaves. */
  prepare(connection: RTCPeerConnection): void;
  /** Connected for the first time. */
  connected(): void;
  /** Whatever the reason. */
  ended(): void;
};

/**
 * Negotiates one RTCPeerConnection (RFC 8829). Only the offerer offers, so that offers never cross; the answerer asks for
 * a restart. Descriptions are taken one at a time; what does not fit is dropped.
 */
export class WebRtcPeer implements Peer {
  readonly connection: RTCPeerConnection;
  readonly #clock: Clock;
  readonly #role: PeerOptions["role"];
  readonly #events: PeerEvents;
  readonly #shape: PeerShape;
  readonly #restarts: Restarts;
  readonly #seen = new Set<string>();
  readonly #early: IceCandidate[] = [];
  readonly #outgoing: IceCandidate[] = [];
  readonly #tried = new Bucket(CANDIDATES);
  #routing: Routing;
  #theirs: DescriptionFacts | undefined;
  #isRestartWanted = false;
  #path: PeerPath | undefined;
  #isClosed = false;
  #queue: Promise<void> = Promise.resolve();
  #cancelBatch: (() => void) | undefined;
  #cancelGivingUp: () => void;
  #cancelLooking: (() => void) | undefined;

  constructor(connect: Connect, clock: Clock, options: PeerOptions, events: PeerEvents, shape: PeerShape) {
    this.#clock = clock;
    this.#role = options.role;
    this.#routing = options.routing;
    this.#events = events;
    this.#shape = shape;
    this.connection = connect(toConfiguration(options.routing, options.iceServers));
    this.#restarts = new Restarts(clock, () => this.#look());
    this.#cancelGivingUp = clock.after(GIVE_UP_MS[shape.kind], () => this.#end("failed"));
    this.connection.onicecandidate = ({ candidate }) => this.#gather(candidate);
    this.connection.onconnectionstatechange = () => this.#observe();
    if (options.role === "offerer") this.#inTurn(() => this.#offer());
  }

  signal(signal: PeerSignal): void {
    this.#inTurn(async () => {
      switch (signal.kind) {
        case "offer":
          if (this.#role === "answerer") await this.#takeOffer(signal.sdp);
          return;
        case "answer":
          if (this.#role === "offerer") await this.#takeAnswer(signal.sdp);
          return;
        case "candidates":
          for (const candidate of signal.candidates) await this.#takeCandidate(candidate);
          return;
        case "restart":
          if (this.#role === "offerer") this.restart();
          return;
        default:
          signal satisfies never;
      }
    });
  }

  restart(): void {
    if (!this.#isClosed) this.#restarts.ask();
  }

  reroute(routing: Routing, iceServers: readonly IceServer[]): void {
    if (this.#isClosed) return;
    this.#routing = routing;
    this.connection.setConfiguration(toConfiguration(routing, iceServers));
    this.#patience(GIVE_UP_MS[this.#shape.kind]);
    this.restart();
  }

  close(): void {
    this.#end("closed");
  }

  /** The certificates that DTLS was checked against: what the two descriptions said. */
  fingerprints(): { readonly ours: string; readonly theirs: string } | undefined {
    const ours = readDescription(this.connection.localDescription?.sdp ?? "");
    if (this.#path === undefined || ours === undefined || this.#theirs === undefined) return undefined;
    return { ours: ours.fingerprint, theirs: this.#theirs.fingerprint };
  }

  #look(): void {
    if (this.#role === "answerer") {
      this.#tell({ kind: "restart" });
      return;
    }
    this.#inTurn(async () => {
      // An offer without an answer yet: this one comes after it.
      if (this.connection.signalingState === "have-local-offer") this.#isRestartWanted = true;
      else await this.#offer();
    });
  }

  async #offer(): Promise<void> {
    const { connection } = this;
    if (this.#seen.size === 0) this.#shape.prepare(connection);
    else connection.restartIce();
    await connection.setLocalDescription(await connection.createOffer());
    this.#describe("offer");
  }

  async #takeOffer(sdp: string): Promise<void> {
    const { connection } = this;
    const facts = this.#fitting(sdp);
    if (facts === undefined || connection.signalingState !== "stable") return;
    const isFirst = this.#theirs === undefined;
    await connection.setRemoteDescription({ type: "offer", sdp: asTaken(sdp) });
    this.#follow(facts);
    if (isFirst) this.#shape.prepare(connection);
    await connection.setLocalDescription(await connection.createAnswer());
    this.#describe("answer");
    await this.#takeEarly();
  }

  async #takeAnswer(sdp: string): Promise<void> {
    const { connection } = this;
    const facts = this.#fitting(sdp);
    if (facts === undefined || connection.signalingState !== "have-local-offer") return;
    await connection.setRemoteDescription({ type: "answer", sdp: asTaken(sdp) });
    this.#follow(facts);
    await this.#takeEarly();
    if (!this.#isRestartWanted) return;
    this.#isRestartWanted = false;
    await this.#offer();
  }

  /** Its facts, unless it is an old one, or from another certificate than the first, or about other media than ours. */
  #fitting(sdp: string): DescriptionFacts | undefined {
    const facts = readDescription(sdp);
    if (facts === undefined || this.#seen.has(facts.fragment)) return undefined;
    if (facts.sections.join() !== this.#shape.sections.join()) return undefined;
    if (this.#theirs !== undefined && this.#theirs.fingerprint !== facts.fingerprint) return undefined;
    return facts;
  }

  #follow(facts: DescriptionFacts): void {
    this.#seen.add(facts.fragment);
    this.#theirs = facts;
  }

  async #takeCandidate(candidate: IceCandidate): Promise<void> {
    if (!isAddressed(candidate)) return;
    if (this.#theirs === undefined) {
      if (this.#early.length < MAX_EARLY_CANDIDATES) this.#early.push(candidate);
      return;
    }
    if (!this.#tried.take(this.#clock.nowMs())) return;
    const { candidate: line, mid, line: sdpMLineIndex } = candidate;
    // One of an older negotiation is refused.
    await this.connection.addIceCandidate({ candidate: line, sdpMid: mid, sdpMLineIndex }).catch(() => undefined);
  }

  async #takeEarly(): Promise<void> {
    for (const candidate of this.#early.splice(0)) await this.#takeCandidate(candidate);
  }

  #describe(kind: "offer" | "answer"): void {
    const sdp = this.connection.localDescription?.sdp ?? "";
    this.#seen.add(readDescription(sdp)?.fragment ?? "");
    this.#tell({ kind, sdp: withSteadySpeech(withoutAddresses(sdp)) });
  }

  #gather(found: RTCIceCandidate | null): void {
    if (found === null || found.candidate === "" || this.#isClosed) return;
    const { candidate, sdpMid, sdpMLineIndex } = found;
    this.#outgoing.push({ candidate, mid: sdpMid ?? "", line: sdpMLineIndex ?? 0 });
    this.#cancelBatch ??= this.#clock.after(BATCH_MS, () => {
      this.#cancelBatch = undefined;
      // Found by the way that was allowed then; what leaves is what is allowed now.
      const leaving = this.#outgoing.splice(0).flatMap((one) => permitted(one, this.#routing) ?? []);
      for (let at = 0; at < leaving.length; at += MAX_CANDIDATES) {
        this.#tell({ kind: "candidates", candidates: leaving.slice(at, at + MAX_CANDIDATES) });
      }
    });
  }

  #observe(): void {
    const state = this.connection.connectionState;
    if (state === "connected") void this.#connected();
    else if (state === "disconnected" || state === "failed") this.#lost();
    else if (state === "closed") this.#end("closed");
  }

  async #connected(): Promise<void> {
    this.#cancelLooking?.();
    this.#cancelLooking = undefined;
    this.#cancelGivingUp();
    const isFirst = this.#path === undefined;
    await this.tellPath();
    if (this.#isClosed) return;
    if (isFirst) {
      const transport = this.#transport();
      transport?.addEventListener("statechange", () => {
        if (transport.state === "closed") this.#end("closed");
      });
      transport?.iceTransport.addEventListener("selectedcandidatepairchange", () => void this.tellPath());
      this.#shape.connected();
    }
  }

  /** Says by which path it goes, where that has changed. */
  async tellPath(): Promise<void> {
    const path = await pathOf(this.connection);
    if (path === undefined || this.connection.connectionState !== "connected") return;
    this.#setPath(path);
  }

  #setPath(path: PeerPath): void {
    if (this.#isClosed || this.#path === path) return;
    this.#path = path;
    this.#events.path(path);
  }

  /** Never connected: it is waited for until patience ends. Otherwise a new path is looked for. */
  #lost(): void {
    if (this.#path === undefined || this.#path === "reconnecting") return;
    this.#setPath("reconnecting");
    this.#patience(GIVE_UP_MS[this.#shape.kind]);
    if (this.#role === "offerer") this.restart();
    this.#lookAgain();
  }

  #lookAgain(): void {
    this.#cancelLooking = this.#clock.after(LOOK_AGAIN_MS[this.#role], () => {
      this.restart();
      this.#lookAgain();
    });
  }

  #patience(ms: number): void {
    this.#cancelGivingUp();
    this.#cancelGivingUp = this.#clock.after(ms, () => {
      if (this.connection.connectionState !== "connected") this.#end("failed");
    });
  }

  #transport(): RTCDtlsTransport | undefined {
    const { sctp } = this.connection;
    return sctp?.transport ?? this.connection.getSenders()[0]?.transport ?? undefined;
  }

  #tell(signal: PeerSignal): void {
    if (!this.#isClosed) this.#events.signal(signal);
  }

  #end(reason: "closed" | "failed"): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#restarts.close();
    this.#cancelBatch?.();
    this.#cancelGivingUp();
    this.#cancelLooking?.();
    this.connection.onicecandidate = null;
    this.connection.close();
    this.#shape.ended();
    this.#events.closed(reason);
  }

  /** What a stack refuses is dropped, and a description that it took half is taken back. */
  #inTurn(action: () => Promise<void>): void {
    this.#queue = this.#queue.then(async () => {
      if (this.#isClosed) return;
      try {
        await action();
      } catch {
        if (!this.#isClosed && this.connection.signalingState === "have-remote-offer") {
          await this.connection.setRemoteDescription({ type: "rollback" }).catch(() => undefined);
        }
      }
    });
  }
}

function toConfiguration(routing: Routing, iceServers: readonly IceServer[]): RTCConfiguration {
  return {
    iceServers: iceServers.map(({ urls, username, credential }) => ({
      urls: [...urls],
      ...(username !== undefined && { username }),
      ...(credential !== undefined && { credential }),
    })),
    iceTransportPolicy: routing === "relayed" ? "relay" : "all",
    bundlePolicy: "max-bundle",
    rtcpMuxPolicy: "require",
  };
}

/** Candidates count only where they can be checked one by one; our own speech is steady whatever the other end asks. */
function asTaken(sdp: string): string {
  return withSteadySpeech(withoutAddresses(sdp));
}
