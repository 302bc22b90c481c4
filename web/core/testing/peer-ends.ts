import type { Bytes } from "@tacit/shared/bytes";
import type { PeerSignal } from "@tacit/shared/wire/signals";
import { expect } from "vitest";
import { readDescription } from "../peer-descriptions.ts";
import type { Capture, Sender } from "../ports/media.ts";
import type { ChannelPeer, PeerPath, Peers, Routing } from "../ports/peers.ts";
import type { SteppedClock } from "./stepped-clock.ts";

/** One device of a laboratory. */
export type PeersDevice = {
  readonly peers: Peers;
  capture(sender: Sender): Promise<Capture>;
  /** The senders of the other end whose media is handed to the screen and arrives. */
  playing(call: string): readonly Sender[];
  /** Whether any media of a call leaves this device. */
  isSending(call: string): Promise<boolean>;
};

export type PeersLab = { readonly clock: SteppedClock; device(): PeersDevice };

type Between = (signal: PeerSignal, from: End) => readonly PeerSignal[];
const unchanged: Between = (signal) => [signal];

/** One end, and all that it said. */
class End {
  readonly device: PeersDevice;
  readonly told: PeerSignal[] = [];
  readonly paths: PeerPath[] = [];
  readonly closed: string[] = [];
  readonly heard: string[] = [];
  readonly lengths: number[] = [];
  isOpen = false;
  isWritable = false;
  onSignal: ((signal: PeerSignal) => void) | undefined;

  constructor(device: PeersDevice) {
    this.device = device;
  }

  readonly events = {
    signal: (signal: PeerSignal) => {
      this.told.push(signal);
      this.onSignal?.(signal);
    },
    path: (path: PeerPath) => void this.paths.push(path),
    closed: (reason: string) => void this.closed.push(reason),
    open: () => {
      this.isOpen = true;
    },
    message: (message: Bytes) => {
      this.lengths.push(message.length);
      if (message.length < 100) this.heard.push(String.fromCharCode(...message));
    },
    writable: () => {
      this.isWritable = true;
    },
  };
}

export function channelEnd(lab: PeersLab, _name: string, role: "offerer" | "answerer", routing: Routing = "direct") {
  const end = new End(lab.device());
  const channel: ChannelPeer = end.device.peers.openChannel({ role, iceServers: [], routing }, end.events);
  const say = (text: string) => expect(channel.send(toBytes(text))).toBe(true);
  return Object.assign(end, { peer: channel, channel, say });
}

export function callEnd(lab: PeersLab, _name: string, role: "offerer" | "answerer") {
  const end = new End(lab.device());
  const call = end.device.peers.openCall({ role, iceServers: [], routing: "direct", call: "call" }, end.events);
  return Object.assign(end, { peer: call, call });
}

type Wired = End & { readonly peer: { signal(signal: PeerSignal): void } };

/** From now on each end hears the other; what was said before is told first. */
export function wire(a: Wired, b: Wired, between: Between = unchanged): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const) {
    const pass = (signal: PeerSignal) => {
      for (const one of between(signal, from)) to.peer.signal(one);
    };
    const before = from === b && a.onSignal !== undefined ? [] : [...from.told];
    from.onSignal = pass;
    for (const signal of before) pass(signal);
  }
}

export async function openPair(lab: PeersLab, between: Between = unchanged) {
  const [alice, bob] = [channelEnd(lab, "alice", "offerer"), channelEnd(lab, "bob", "answerer")];
  wire(alice, bob, between);
  await seen(lab, () => alice.isOpen && bob.isOpen);
  await seen(lab, () => alice.paths.length > 0 && bob.paths.length > 0);
  await passes(lab, 200);
  return { lab, alice, bob };
}

export async function callPair(lab: PeersLab) {
  const [alice, bob] = [callEnd(lab, "alice", "offerer"), callEnd(lab, "bob", "answerer")];
  wire(alice, bob);
  await seen(lab, () => alice.paths.length > 0 && bob.paths.length > 0);
  await passes(lab, 200);
  return { lab, alice, bob };
}

let counted = 0;

/** Both ends are alive, and something said now arrives. */
export async function stillTalk(
  lab: PeersLab,
  alice: ReturnType<typeof channelEnd>,
  bob: ReturnType<typeof channelEnd>,
) {
  counted += 1;
  const text = `still there ${counted}`;
  alice.say(text);
  bob.say(text);
  await seen(lab, () => alice.heard.includes(text) && bob.heard.includes(text));
  expect([alice.closed, bob.closed]).toEqual([[], []]);
}

/** Waits for a condition by looking, while time passes slowly. */
export async function seen(lab: PeersLab, look: () => boolean): Promise<void> {
  await expect
    .poll(
      () => {
        lab.clock.advance(20);
        return look();
      },
      { interval: 10, timeout: 20_000 },
    )
    .toBe(true);
}

/** Lets time of the laboratory pass, with turns of the real world between its steps. */
export async function passes(lab: PeersLab, ms: number, stepMs = 50): Promise<void> {
  let passed = 0;
  await expect
    .poll(
      () => {
        lab.clock.advance(stepMs);
        passed += stepMs;
        return passed;
      },
      { interval: 10, timeout: 20_000 },
    )
    .toBeGreaterThanOrEqual(ms);
}

export function descriptions(end: End): readonly { readonly sdp: string }[] {
  return end.told.flatMap((signal) => (signal.kind === "offer" || signal.kind === "answer" ? [signal] : []));
}

export function fragments(end: End): readonly string[] {
  return [...new Set(descriptions(end).map(({ sdp }) => readDescription(sdp)?.fragment ?? ""))];
}

export function candidatesOf(end: End): readonly string[] {
  return end.told.flatMap((signal) =>
    signal.kind === "candidates" ? signal.candidates.map(({ candidate }) => candidate) : [],
  );
}

function toBytes(text: string): Bytes {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
