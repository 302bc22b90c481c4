import type { Clock } from "../ports/clock.ts";
import type { CallPeer, ChannelEvents, ChannelPeer, PeerEvents, PeerOptions, Peers } from "../ports/peers.ts";
import { MemoryPeer } from "./memory-peer.ts";

const CALL_SECTIONS = ["audio", "video", "video", "audio"] as const;

/** Where the peers of several devices in one process find each other, and what can happen to them on the way. */
export class MemoryNetwork {
  readonly clock: Clock;
  /** By the fragment of their latest description. */
  readonly byFragment = new Map<string, MemoryPeer>();
  /** Messages wait on their way. */
  isHeld = false;
  #count = 0;

  constructor(clock: Clock) {
    this.clock = clock;
  }

  /** Peers of one device. */
  device(): MemoryPeers {
    return new MemoryPeers(this);
  }

  next(): number {
    this.#count += 1;
    return this.#count;
  }

  hold(): void {
    this.isHeld = true;
  }

  release(): void {
    this.isHeld = false;
    for (const peer of this.#all()) peer.flush();
  }

  /** Every path is lost, until `mend`. */
  cut(): void {
    this.isHeld = true;
    for (const peer of this.#all()) peer.lose();
  }

  /** The paths are there again, without a negotiation. */
  mend(): void {
    this.isHeld = false;
    for (const peer of this.#all()) peer.find();
  }

  /** Every connection dies, with all that is on its way. */
  fail(): void {
    for (const peer of this.#all()) peer.end("failed");
  }

  #all(): readonly MemoryPeer[] {
    return [...new Set(this.byFragment.values())];
  }
}

export class MemoryPeers implements Peers {
  readonly #network: MemoryNetwork;
  readonly #peers = new Set<MemoryPeer>();
  readonly calls = new Map<string, MemoryPeer>();
  /** Every candidate that left this device. */
  readonly candidates: string[] = [];
  /** Those of calls alone: links of their own may go beside them. */
  readonly callCandidates: string[] = [];

  constructor(network: MemoryNetwork) {
    this.#network = network;
  }

  openChannel(options: PeerOptions, events: ChannelEvents): ChannelPeer {
    const watched = this.#watched(events, [this.candidates]);
    const peer = new MemoryPeer(this.#network, options, watched, events, ["application"]);
    this.#peers.add(peer);
    return peer;
  }

  /** The paths of this device are lost at both ends, until `find`. */
  lose(): void {
    for (const peer of this.#peers) peer.part();
  }

  find(): void {
    for (const peer of this.#peers) peer.rejoin();
  }

  /** Every connection of this device dies, and both ends hear of it. */
  fail(): void {
    for (const peer of this.#peers) peer.end("failed");
  }

  /** The process is gone: it says nothing more, and the other ends miss it. */
  vanish(): void {
    for (const peer of this.#peers) peer.vanish();
    this.#peers.clear();
  }

  openCall(options: PeerOptions & { readonly call: string }, events: PeerEvents): CallPeer {
    const watched = this.#watched(events, [this.candidates, this.callCandidates]);
    const peer = new MemoryPeer(this.#network, options, watched, undefined, CALL_SECTIONS);
    this.calls.set(options.call, peer);
    this.#peers.add(peer);
    return peer;
  }

  #watched(events: PeerEvents, kept: readonly string[][]): PeerEvents {
    return {
      signal: (signal) => {
        if (signal.kind === "candidates") {
          for (const all of kept) all.push(...signal.candidates.map(({ candidate }) => candidate));
        }
        events.signal(signal);
      },
      path: (path) => events.path(path),
      closed: (reason) => events.closed(reason),
    };
  }
}
