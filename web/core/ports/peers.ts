import type { Bytes } from "@tacit/shared/bytes";
import type { PeerSignal } from "@tacit/shared/wire/signals";
import type { Capture, Sender } from "./media.ts";

export type IceServer = {
  readonly urls: readonly string[];
  readonly username?: string | undefined;
  readonly credential?: string | undefined;
};

/** direct: every candidate. relayed: only through TURN, so that neither side learns an address of the other. */
export type Routing = "direct" | "relayed";

export type PeerOptions = {
  /** Fixed before the peer exists: glare is settled above it. */
  readonly role: "offerer" | "answerer";
  /** All servers there are: never a default of anybody's. */
  readonly iceServers: readonly IceServer[];
  readonly routing: Routing;
};

export type PeerPath = "direct" | "relayed" | "reconnecting";

export type PeerEvents = {
  /** For the other end, in this order. No candidate that the routing forbids is ever among them. */
  signal(signal: PeerSignal): void;
  /** Connected, or again connected, and by which path; or looking for a new one. */
  path(path: PeerPath): void;
  /** Said once, whoever ended it. The peer is of no use any more. */
  closed(reason: "closed" | "failed"): void;
};

/** One end of a peer connection. Signals that do not fit its state are dropped, never fatal. */
export type Peer = {
  signal(signal: PeerSignal): void;
  /** Looks for a new path, e.g. after a change of network; at most one per 2 s, later ones wait. */
  restart(): void;
  /** From "relayed" to "direct" once the person has accepted; restarts. Credentials may be renewed with it. */
  reroute(routing: Routing, iceServers: readonly IceServer[]): void;
  close(): void;
};

/** A peer with one ordered, reliable data channel. */
export type ChannelPeer = Peer & {
  /** At most `MAX_CHANNEL_MESSAGE_BYTES`. False, and nothing is sent, while the channel is not open or more than 1 MiB waits. */
  send(message: Bytes): boolean;
};
export type ChannelEvents = PeerEvents & {
  open(): void;
  message(message: Bytes): void;
  /** After a `send` that answered false: there is room again. */
  writable(): void;
};

/**
 * A peer with one sender for each kind of media, made empty. Nothing flows from a sender before `attach`, and what the
 * other end sends is played only after `play`. Tracks never pass through the core: a capture is a handle.
 */
export type CallPeer = Peer & {
  /** Sends a capture, or nothing. Needs no negotiation. */
  attach(sender: Sender, capture: Capture | undefined): Promise<void>;
  /** Hands what arrives to the screen. Called once the local person has accepted. */
  play(): void;
  /** SHA-256 fingerprints of both DTLS certificates as used by the transport, ours first; for the words on the call screen. Absent before connected. */
  fingerprints(): { readonly ours: Bytes; readonly theirs: Bytes } | undefined;
};

export type Peers = {
  openChannel(options: PeerOptions, events: ChannelEvents): ChannelPeer;
  openCall(options: PeerOptions & { readonly call: string }, events: PeerEvents): CallPeer;
};
