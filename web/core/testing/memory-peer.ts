import type { Bytes } from "@tacit/shared/bytes";
import { copyBytes, fromHex } from "@tacit/shared/bytes";
import { MAX_CHANNEL_MESSAGE_BYTES, SECOND_MS } from "@tacit/shared/limits";
import type { PeerSignal } from "@tacit/shared/wire/signals";
import { type DescriptionFacts, isAddressed, permitted, readDescription } from "../peer-descriptions.ts";
import { Restarts } from "../peer-restarts.ts";
import type { Capture, Sender } from "../ports/media.ts";
import type {
  CallPeer,
  ChannelEvents,
  ChannelPeer,
  IceServer,
  PeerEvents,
  PeerOptions,
  PeerPath,
  Routing,
} from "../ports/peers.ts";
import type { MemoryNetwork } from "./memory-peers.ts";

const HIGH_WATER_BYTES = 1024 * 1024;
const GIVE_UP_MS = 30 * SECOND_MS;
const SENDERS: readonly Sender[] = ["microphone", "camera", "screen", "screen-sound"];

/** One end, with descriptions and candidates in their real forms and nothing behind them. */
export class MemoryPeer implements ChannelPeer, CallPeer {
  readonly #network: MemoryNetwork;
  readonly #role: PeerOptions["role"];
  readonly #events: PeerEvents;
  readonly #channel: ChannelEvents | undefined;
  readonly #sections: readonly string[];
  readonly #fingerprint: string;
  readonly #address: string;
  readonly #restarts: Restarts;
  readonly #attached = new Map<Sender, Capture>();
  readonly #seen = new Set<string>();
  readonly #outgoing: Bytes[] = [];
  #routing: Routing;
  #iceServers: readonly IceServer[];
  #local: string | undefined;
  #isOffering = false;
  #isRestartWanted = false;
  #remote: DescriptionFacts | undefined;
  /** Whom a path was found to: they stay so while a new one is looked for. */
  #partner: MemoryPeer | undefined;
  #hasCandidate = false;
  #early = 0;
  #path: PeerPath | undefined;
  #lost: PeerPath | undefined;
  #isPlaying = false;
  #isFull = false;
  #isClosed = false;
  #cancelGivingUp: (() => void) | undefined;

  constructor(
    network: MemoryNetwork,
    options: PeerOptions,
    events: PeerEvents,
    channel: ChannelEvents | undefined,
    sections: readonly string[],
  ) {
    this.#network = network;
    this.#role = options.role;
    this.#routing = options.routing;
    this.#iceServers = options.iceServers;
    this.#events = events;
    this.#channel = channel;
    this.#sections = sections;
    const number = network.next();
    this.#address = `192.0.2.${number % 256}`;
    this.#fingerprint = Array.from({ length: 32 }, (_, at) => toHexByte((number >> (8 * (at % 4))) & 255)).join(":");
    this.#restarts = new Restarts(network.clock, () => this.#begin());
    if (options.role === "offerer") this.#soon(() => this.#offer());
    this.#cancelGivingUp = network.clock.after(3 * GIVE_UP_MS, () => this.end("failed"));
  }

  signal(signal: PeerSignal): void {
    this.#soon(() => {
      if (signal.kind === "candidates") this.#takeCandidates(signal.candidates.filter(isAddressed).length);
      else if (signal.kind === "restart") {
        if (this.#role === "offerer") this.#restarts.ask();
      } else this.#takeDescription(signal.kind, signal.sdp);
    });
  }

  restart(): void {
    this.#restarts.ask();
  }

  reroute(routing: Routing, iceServers: readonly IceServer[]): void {
    this.#routing = routing;
    this.#iceServers = iceServers;
    this.#restarts.ask();
  }

  close(): void {
    this.end("closed");
  }

  send(message: Bytes): boolean {
    if (message.length > MAX_CHANNEL_MESSAGE_BYTES) throw new RangeError("too large for the channel");
    if (this.#isClosed || this.#path === undefined) return false;
    if (this.#waitingBytes() > HIGH_WATER_BYTES) {
      this.#isFull = true;
      return false;
    }
    this.#outgoing.push(copyBytes(message));
    this.#soon(() => this.flush());
    return true;
  }

  async attach(sender: Sender, capture: Capture | undefined): Promise<void> {
    if (capture === undefined) this.#attached.delete(sender);
    else this.#attached.set(sender, capture);
  }

  play(): void {
    this.#isPlaying = true;
  }

  fingerprints(): { readonly ours: Bytes; readonly theirs: Bytes } | undefined {
    if (this.#path === undefined || this.#remote === undefined) return undefined;
    const toBytes = (print: string) => fromHex(print.replaceAll(":", ""));
    return { ours: toBytes(this.#fingerprint), theirs: toBytes(this.#remote.fingerprint) };
  }

  /** What of the other end's media is played here. */
  playing(): readonly Sender[] {
    return this.#isPlaying && !this.#isClosed ? (this.#partner?.sending() ?? []) : [];
  }

  sending(): readonly Sender[] {
    return SENDERS.filter((sender) => this.#path !== undefined && this.#attached.has(sender));
  }

  /** Hands over what waits. */
  flush(): void {
    const other = this.#partner;
    if (this.#network.isHeld || other === undefined || other.#isClosed || this.#path === "reconnecting") return;
    for (const message of this.#outgoing.splice(0)) other.#channel?.message(message);
    if (this.#isFull) {
      this.#isFull = false;
      this.#channel?.writable();
    }
  }

  lose(): void {
    if (this.#path === undefined || this.#isClosed) return;
    this.#lost = this.#path;
    this.#setPath("reconnecting");
    this.#cancelGivingUp = this.#network.clock.after(GIVE_UP_MS, () => this.end("failed"));
  }

  find(): void {
    const other = this.#partner;
    if (other === undefined || other.#isClosed) return;
    if (this.#path === "reconnecting" && this.#lost !== undefined) this.#setPath(this.#lost);
  }

  part(): void {
    this.lose();
    this.#partner?.lose();
  }

  rejoin(): void {
    this.find();
    this.#partner?.find();
  }

  vanish(): void {
    this.#over();
    this.#partner?.lose();
  }

  end(reason: "closed" | "failed"): void {
    if (this.#isClosed) return;
    const other = this.#partner;
    this.#over();
    this.#events.closed(reason);
    if (other !== undefined && !this.#network.isHeld) void Promise.resolve().then(() => other.end(reason));
  }

  #over(): void {
    this.#isClosed = true;
    this.#restarts.close();
    this.#cancelGivingUp?.();
    if (this.#local !== undefined) this.#network.byFragment.delete(this.#local);
  }

  #begin(): void {
    if (this.#role === "answerer") this.#tell({ kind: "restart" });
    else if (this.#isOffering) this.#isRestartWanted = true;
    else this.#offer();
  }

  #offer(): void {
    this.#isOffering = true;
    this.#describe("offer");
  }

  #takeDescription(kind: "offer" | "answer", sdp: string): void {
    const facts = readDescription(sdp);
    if (!sdp.includes("\r\no=") || facts === undefined || facts.sections.join() !== this.#sections.join()) return;
    if (this.#remote !== undefined && this.#remote.fingerprint !== facts.fingerprint) return;
    if (this.#seen.has(facts.fragment)) return;
    if ((kind === "offer") !== (this.#role === "answerer") || (kind === "answer" && !this.#isOffering)) return;
    this.#seen.add(facts.fragment);
    this.#remote = facts;
    this.#hasCandidate = this.#early > 0;
    this.#early = 0;
    if (kind === "offer") this.#describe("answer");
    else {
      this.#isOffering = false;
      if (this.#isRestartWanted) {
        this.#isRestartWanted = false;
        this.#offer();
      }
    }
    this.#connect();
  }

  #takeCandidates(count: number): void {
    if (this.#remote === undefined) this.#early += count;
    else if (count > 0) this.#hasCandidate = true;
    this.#connect();
  }

  #describe(kind: "offer" | "answer"): void {
    if (this.#local !== undefined) this.#network.byFragment.delete(this.#local);
    const fragment = `m${this.#network.next()}`;
    this.#local = fragment;
    this.#network.byFragment.set(fragment, this);
    this.#tell({ kind, sdp: this.#describeAs(fragment) });
    const all = [`candidate:1 1 udp 2 ${this.#address} 9 typ host ufrag ${fragment}`];
    if (this.#iceServers.length > 0) {
      all.push(`candidate:2 1 udp 1 203.0.113.1 9 typ relay raddr ${this.#address} rport 9 ufrag ${fragment}`);
    }
    const candidates = all
      .map((candidate) => permitted({ candidate, mid: "0", line: 0 }, this.#routing))
      .filter((candidate) => candidate !== undefined);
    if (candidates.length > 0) this.#soon(() => this.#tell({ kind: "candidates", candidates }));
  }

  #describeAs(fragment: string): string {
    const sections = this.#sections.flatMap((kind) => [
      `m=${kind} 9 ${kind === "application" ? "UDP/DTLS/SCTP webrtc-datachannel" : "UDP/TLS/RTP/SAVPF 111"}`,
      "c=IN IP4 0.0.0.0",
      `a=ice-ufrag:${fragment}`,
      `a=fingerprint:sha-256 ${this.#fingerprint}`,
      ...(kind === "audio" ? ["a=rtpmap:111 opus/48000/2", "a=fmtp:111 cbr=1;usedtx=0"] : []),
    ]);
    return ["v=0", "o=- 1 2 IN IP4 127.0.0.1", "s=-", "t=0 0", ...sections, ""].join("\r\n");
  }

  /** The other end, once both follow the same negotiation. */
  #other(): MemoryPeer | undefined {
    const other = this.#remote === undefined ? undefined : this.#network.byFragment.get(this.#remote.fragment);
    return other !== undefined && other.#remote?.fragment === this.#local ? other : undefined;
  }

  #connect(): void {
    const other = this.#other();
    if (other === undefined || this.#network.isHeld || this.#isClosed || other.#isClosed) return;
    if (other.#fingerprint !== this.#remote?.fingerprint || this.#fingerprint !== other.#remote?.fingerprint) return;
    const isFound = this.#hasCandidate || other.#hasCandidate;
    if (!isFound || !this.#isReachable() || !other.#isReachable()) return;
    const path = this.#routing === "direct" && other.#routing === "direct" ? "direct" : "relayed";
    this.#partner = other;
    other.#partner = this;
    for (const end of [this, other]) end.#soon(() => end.#setPath(path));
  }

  #isReachable(): boolean {
    return this.#routing === "direct" || this.#iceServers.length > 0;
  }

  #setPath(path: PeerPath): void {
    if (this.#path === path || this.#isClosed) return;
    const isFirst = this.#path === undefined;
    this.#path = path;
    this.#cancelGivingUp?.();
    this.#events.path(path);
    if (isFirst) this.#channel?.open();
    this.#soon(() => this.flush());
  }

  #waitingBytes(): number {
    return this.#outgoing.reduce((sum, message) => sum + message.length, 0);
  }

  #tell(signal: PeerSignal): void {
    if (!this.#isClosed) this.#events.signal(signal);
  }

  /** Nothing of a peer happens within the call that caused it. */
  #soon(action: () => void): void {
    void Promise.resolve().then(() => {
      if (!this.#isClosed) action();
    });
  }
}

function toHexByte(value: number): string {
  return value.toString(16).toUpperCase().padStart(2, "0");
}
