import type { Bytes } from "@tacit/shared/bytes";
import { MAX_CHANNEL_MESSAGE_BYTES } from "@tacit/shared/limits";
import { type IceCandidate, MAX_CANDIDATES, type PeerSignal } from "@tacit/shared/wire/signals";
import { expect, test } from "vitest";
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

/** Registers what every adapter of `Peers` must do. */
export function peersContract(build: () => PeersLab): void {
  test("a channel opens and carries messages both ways, in order", async () => {
    const { alice, bob, lab } = await openPair(build());

    for (const text of ["one", "two", "three"]) alice.say(text);
    bob.say("four");

    await seen(lab, () => bob.heard.length === 3 && alice.heard.length === 1);
    expect(bob.heard).toEqual(["one", "two", "three"]);
    expect(alice.heard).toEqual(["four"]);
    expect([alice.paths, bob.paths]).toEqual([["direct"], ["direct"]]);
  });

  test("a channel takes messages up to its limit, and none before it is open", async () => {
    const lab = build();
    const [alice, bob] = [channelEnd(lab, "alice", "offerer"), channelEnd(lab, "bob", "answerer")];
    expect(alice.channel.send(new Uint8Array(1))).toBe(false);
    wire(alice, bob);
    await seen(lab, () => alice.isOpen && bob.isOpen);

    expect(alice.channel.send(new Uint8Array(MAX_CHANNEL_MESSAGE_BYTES))).toBe(true);
    expect(() => alice.channel.send(new Uint8Array(MAX_CHANNEL_MESSAGE_BYTES + 1))).toThrow(RangeError);

    await seen(lab, () => bob.lengths.includes(MAX_CHANNEL_MESSAGE_BYTES));
  });

  test("a full channel says so, and when there is room again", async () => {
    const { alice, bob, lab } = await openPair(build());

    let sent = 0;
    while (sent < 500 && alice.channel.send(new Uint8Array(64 * 1024))) sent += 1;

    expect(sent).toBeGreaterThan(15);
    expect(sent).toBeLessThan(500);
    await seen(lab, () => alice.isWritable && bob.lengths.length === sent);
    expect(alice.channel.send(new Uint8Array(1))).toBe(true);
  });

  test("few signals open a channel: descriptions first, candidates in batches", async () => {
    const { alice, bob } = await openPair(build());

    expect(alice.told[0]?.kind).toBe("offer");
    expect(bob.told[0]?.kind).toBe("answer");
    expect(alice.told.length + bob.told.length).toBeLessThanOrEqual(8);
  });

  test("an answerer says nothing before an offer has come", async () => {
    const lab = build();
    const bob = channelEnd(lab, "bob", "answerer");

    await passes(lab, 500);

    expect(bob.told).toEqual([]);
  });

  test("no description has an address in it", async () => {
    const { alice, bob } = await openPair(build());

    for (const { sdp } of [...descriptions(alice), ...descriptions(bob)]) {
      expect(sdp).not.toContain("a=candidate");
      expect(sdp).not.toMatch(/^c=IN IP[46] (?!0\.0\.0\.0)/m);
      expect(sdp).not.toMatch(/^a=rtcp:\d+ IN IP[46] (?!0\.0\.0\.0)/m);
    }
  });

  test.each([
    ["who calls", "relayed", "direct"],
    ["who is called", "direct", "relayed"],
    ["both", "relayed", "relayed"],
  ] as const)("only through TURN, and none there: no candidate leaves (%s)", async (_, ofAlice, ofBob) => {
    const lab = build();
    const [alice, bob] = [channelEnd(lab, "alice", "offerer", ofAlice), channelEnd(lab, "bob", "answerer", ofBob)];
    wire(alice, bob);

    await seen(lab, () => bob.told.some(({ kind }) => kind === "answer"));
    await passes(lab, 500);

    if (ofAlice === "relayed") expect(candidatesOf(alice)).toEqual([]);
    if (ofBob === "relayed") expect(candidatesOf(bob)).toEqual([]);
    for (const { sdp } of [...descriptions(alice), ...descriptions(bob)]) expect(sdp).not.toContain("a=candidate");
  });

  test("rerouted ends connect, and not before", async () => {
    const lab = build();
    const [alice, bob] = [
      channelEnd(lab, "alice", "offerer", "relayed"),
      channelEnd(lab, "bob", "answerer", "relayed"),
    ];
    wire(alice, bob);
    await seen(lab, () => bob.told.some(({ kind }) => kind === "answer"));
    await passes(lab, 300);
    expect([alice.isOpen, bob.isOpen]).toEqual([false, false]);

    bob.peer.reroute("direct", []);
    alice.peer.reroute("direct", []);

    await seen(lab, () => alice.isOpen && bob.isOpen);
    expect(alice.paths.at(-1)).toBe("direct");
  });

  test("a restart by who offered keeps the channel", async () => {
    const { alice, bob, lab } = await openPair(build());
    const before = descriptions(alice).length;

    alice.peer.restart();

    await seen(lab, () => descriptions(alice).length > before && descriptions(bob).length > 1);
    expect(fragments(alice)).toHaveLength(2);
    expect(fragments(bob)).toHaveLength(2);
    await stillTalk(lab, alice, bob);
  });

  test("a restart by who answered is asked for, and keeps the channel", async () => {
    const { alice, bob, lab } = await openPair(build());

    bob.peer.restart();

    await seen(lab, () => fragments(alice).length === 2 && fragments(bob).length === 2);
    expect(bob.told.filter(({ kind }) => kind === "restart")).toHaveLength(1);
    await stillTalk(lab, alice, bob);
  });

  test("of many restarts there is one every two seconds", async () => {
    const { alice, bob, lab } = await openPair(build());
    lab.clock.advance(5_000);

    for (let time = 0; time < 5; time++) alice.peer.restart();
    await passes(lab, 1_000);
    expect(fragments(alice)).toHaveLength(2);
    await passes(lab, 2_000);

    expect(fragments(alice)).toHaveLength(3);
    await passes(lab, 5_000);
    expect(fragments(alice)).toHaveLength(3);
    await stillTalk(lab, alice, bob);
  });

  test("offers that cross hurt nobody: one gives way and answers", async () => {
    const lab = build();
    const [alice, bob] = [channelEnd(lab, "alice", "offerer"), channelEnd(lab, "bob", "offerer")];
    wire(alice, bob);
    await seen(lab, () => alice.told.length > 0 && bob.told.length > 0);
    await passes(lab, 300);
    expect([alice.closed, bob.closed]).toEqual([[], []]);

    bob.peer.close();
    const again = channelEnd(lab, "bob again", "answerer");
    for (const signal of alice.told) again.peer.signal(signal);
    wire(alice, again);

    await seen(lab, () => alice.isOpen && again.isOpen);
  });

  test("signals that come twice change nothing", async () => {
    const { alice, bob, lab } = await openPair(build(), (signal) => [signal, signal, signal]);

    await stillTalk(lab, alice, bob);
    expect(descriptions(bob)).toHaveLength(1);
    alice.peer.restart();
    await seen(lab, () => fragments(bob).length === 2);

    await stillTalk(lab, alice, bob);
  });

  test("signals that come late change nothing", async () => {
    const { alice, bob, lab } = await openPair(build());
    alice.peer.restart();
    await seen(lab, () => fragments(bob).length === 2);
    await stillTalk(lab, alice, bob);
    // Candidates of the restart may still be found: they are nobody's answer.
    const answers = () => bob.told.filter(({ kind }) => kind !== "candidates").length;
    const told = answers();

    for (const signal of [...alice.told]) bob.peer.signal(signal);
    for (const signal of [...bob.told]) if (signal.kind !== "restart") alice.peer.signal(signal);
    await passes(lab, 300);

    expect(answers()).toBe(told);
    await stillTalk(lab, alice, bob);
  });

  test.each(["before", "after"] as const)(
    "signals that make no sense change nothing, %s the channel is open",
    async (when) => {
      const lab = build();
      const [alice, bob] = [channelEnd(lab, "alice", "offerer"), channelEnd(lab, "bob", "answerer")];
      const confuse = () => {
        for (const end of [alice, bob]) for (const signal of NONSENSE) end.peer.signal(signal);
      };
      if (when === "before") {
        await seen(lab, () => alice.told.length > 0);
        confuse();
      }
      wire(alice, bob);
      await seen(lab, () => alice.isOpen && bob.isOpen);

      confuse();

      await passes(lab, 300);
      expect([alice.closed, bob.closed]).toEqual([[], []]);
      await stillTalk(lab, alice, bob);
    },
  );

  test("candidates that come before the offer are kept for it", async () => {
    const lab = build();
    const [alice, bob] = [channelEnd(lab, "alice", "offerer"), channelEnd(lab, "bob", "answerer")];
    await seen(lab, () => candidatesOf(alice).length > 0);
    await passes(lab, 300);

    for (const signal of alice.told.toReversed()) bob.peer.signal(signal);
    wire(alice, bob, (signal, from) => (from === bob && signal.kind === "candidates" ? [] : [signal]));

    await seen(lab, () => alice.isOpen && bob.isOpen);
  });

  test("candidates without end, each of them well-formed, hold up nothing", async () => {
    const { alice, bob, lab } = await openPair(build());

    for (let batch = 0; batch < 120; batch++)
      bob.peer.signal({ kind: "candidates", candidates: inventedCandidates(batch) });

    await stillTalk(lab, alice, bob);
    alice.peer.restart();
    await seen(lab, () => fragments(alice).length === 2 && fragments(bob).length === 2);
    await stillTalk(lab, alice, bob);
  });

  test.each([
    ["another fingerprint", anotherFingerprint],
    ["one more section", oneMoreSection],
    ["no fingerprint", (sdp: string) => sdp.replace(/a=fingerprint:.*\r\n/g, "")],
  ])("a later offer with %s is refused", async (_, tamper) => {
    let isTampering = false;
    const { alice, bob, lab } = await openPair(build(), (signal) =>
      isTampering && signal.kind === "offer" ? [{ ...signal, sdp: tamper(signal.sdp) }] : [signal],
    );
    isTampering = true;

    alice.peer.restart();
    await seen(lab, () => fragments(alice).length === 2);
    await passes(lab, 300);

    expect(descriptions(bob)).toHaveLength(1);
    await stillTalk(lab, alice, bob);
  });

  test.each([
    ["another fingerprint", anotherFingerprint],
    ["one more section", oneMoreSection],
  ])("a later answer with %s is refused", async (_, tamper) => {
    let isTampering = false;
    const { alice, bob, lab } = await openPair(build(), (signal) =>
      isTampering && signal.kind === "answer" ? [{ ...signal, sdp: tamper(signal.sdp) }] : [signal],
    );
    isTampering = true;

    alice.peer.restart();
    await seen(lab, () => descriptions(bob).length === 2);
    await passes(lab, 300);

    expect([alice.closed, bob.closed]).toEqual([[], []]);
  });

  test.each(["offer", "answer"] as const)(
    "an end whose certificate is another than its %s names is not connected",
    async (kind) => {
      const lab = build();
      const [alice, bob] = [channelEnd(lab, "alice", "offerer"), channelEnd(lab, "bob", "answerer")];
      wire(alice, bob, (signal) =>
        signal.kind === kind ? [{ ...signal, sdp: anotherFingerprint(signal.sdp) }] : [signal],
      );
      await seen(lab, () => descriptions(alice).length > 0 && descriptions(bob).length > 0);

      // Time enough for two who tell the truth.
      await openPair(lab);

      // The other end was told the truth, and may have a path until the first one hangs up.
      const deceived = kind === "offer" ? bob : alice;
      expect([alice.isOpen, bob.isOpen, deceived.paths]).toEqual([false, false, []]);
      await passes(lab, 120_000, 5_000);
      // Who notices closes it; to the other one it is closed, or never was.
      expect([alice.closed, bob.closed].map(({ length }) => length)).toEqual([1, 1]);
    },
  );

  test("an end is said once, at both ends, and nothing is said after it", async () => {
    const { alice, bob, lab } = await openPair(build());

    alice.peer.close();
    alice.peer.close();

    await seen(lab, () => alice.closed.length > 0 && bob.closed.length > 0);
    const told = alice.told.length;
    alice.peer.restart();
    for (const signal of bob.told) alice.peer.signal(signal);
    await passes(lab, 3_000);
    expect(alice.channel.send(new Uint8Array(1))).toBe(false);
    expect(alice.told).toHaveLength(told);
    expect(alice.closed).toEqual(["closed"]);
    expect(bob.closed).toHaveLength(1);
  });

  test("who finds no path at all is told so", async () => {
    const lab = build();
    const alice = channelEnd(lab, "alice", "offerer");
    await seen(lab, () => alice.told.length > 0);

    await passes(lab, 120_000, 5_000);

    expect(alice.closed).toEqual(["failed"]);
  });

  test("a call sends nothing before something is attached, and then without a word", async () => {
    const { alice, bob, lab } = await callPair(build());
    await passes(lab, 500);
    expect(await alice.device.isSending("call")).toBe(false);
    expect(await bob.device.isSending("call")).toBe(false);
    const told = alice.told.length;
    bob.call.play();

    await alice.call.attach("microphone", await alice.device.capture("microphone"));
    await alice.call.attach("screen", await alice.device.capture("screen"));

    await seen(lab, () => bob.device.playing("call").join() === "microphone,screen");
    expect(await alice.device.isSending("call")).toBe(true);
    expect(await bob.device.isSending("call")).toBe(false);
    expect(alice.told).toHaveLength(told);
    expect(bob.told.filter(({ kind }) => kind !== "candidates")).toHaveLength(1);
  });

  test("what arrives is played only once that is asked for", async () => {
    const { alice, bob, lab } = await callPair(build());
    await alice.call.attach("camera", await alice.device.capture("camera"));
    await passes(lab, 500);
    expect(bob.device.playing("call")).toEqual([]);

    bob.call.play();

    await seen(lab, () => bob.device.playing("call").join() === "camera");
    bob.call.close();
    expect(bob.device.playing("call")).toEqual([]);
  });

  test("all four senders are told apart, both ways", async () => {
    const { alice, bob, lab } = await callPair(build());
    for (const end of [alice, bob]) end.call.play();

    for (const sender of ["camera", "screen-sound"] as const) {
      await alice.call.attach(sender, await alice.device.capture(sender));
    }
    for (const sender of ["microphone", "screen"] as const) {
      await bob.call.attach(sender, await bob.device.capture(sender));
    }

    await seen(lab, () => bob.device.playing("call").join() === "camera,screen-sound");
    await seen(lab, () => alice.device.playing("call").join() === "microphone,screen");
  });

  test("speech has a constant rate in both descriptions, and its loudness is not told in clear", async () => {
    const { alice, bob } = await callPair(build());

    for (const { sdp } of [...descriptions(alice), ...descriptions(bob)]) {
      expect(sdp.match(/^a=rtpmap:\d+ opus/gm)).toHaveLength(2);
      expect(sdp.match(/^a=fmtp:.*cbr=1;usedtx=0/gm)).toHaveLength(2);
      expect(sdp).not.toContain("usedtx=1");
      expect(sdp).not.toContain("ssrc-audio-level");
    }
  });

  test("both ends of a call know both certificates", async () => {
    const lab = build();
    const early = callEnd(lab, "early", "offerer");
    expect(early.call.fingerprints()).toBeUndefined();

    const { alice, bob } = await callPair(lab);

    const [ofAlice, ofBob] = [alice.call.fingerprints(), bob.call.fingerprints()];
    expect(ofAlice?.ours).toHaveLength(32);
    expect(ofAlice?.ours).toEqual(ofBob?.theirs);
    expect(ofBob?.ours).toEqual(ofAlice?.theirs);
    expect(ofAlice?.ours).not.toEqual(ofAlice?.theirs);
  });

  test("an offer for something else than a call is no call", async () => {
    const lab = build();
    const [alice, bob] = [channelEnd(lab, "alice", "offerer"), callEnd(lab, "bob", "answerer")];
    wire(alice, bob);

    await seen(lab, () => alice.told.length > 0);
    await passes(lab, 500);

    expect(bob.told).toEqual([]);
    expect(bob.closed).toEqual([]);
  });

  test("a restart keeps what a call sends", async () => {
    const { alice, bob, lab } = await callPair(build());
    bob.call.play();
    await alice.call.attach("microphone", await alice.device.capture("microphone"));
    await seen(lab, () => bob.device.playing("call").join() === "microphone");

    bob.peer.restart();

    await seen(lab, () => fragments(bob).length === 2);
    await passes(lab, 500);
    expect(bob.device.playing("call")).toEqual(["microphone"]);
    expect([alice.closed, bob.closed]).toEqual([[], []]);
  });
}

const NONSENSE: readonly PeerSignal[] = [
  { kind: "answer", sdp: "v=0" },
  { kind: "offer", sdp: "\0 nothing" },
  { kind: "answer", sdp: "v=0\r\nm=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\na=ice-ufrag:x\r\n" },
  {
    kind: "offer",
    sdp: `v=0\r\na=ice-ufrag:zzzz\r\na=fingerprint:sha-256 ${"00:".repeat(31)}00\r\nm=application 9 x y\r\n`,
  },
  { kind: "candidates", candidates: [{ candidate: "nothing", mid: "9", line: 9 }] },
  {
    kind: "candidates",
    candidates: [{ candidate: "candidate:1 1 udp 1 mallory.example 9 typ host", mid: "0", line: 0 }],
  },
  { kind: "candidates", candidates: [] },
];

/** As many as a signal takes, of nobody, in a network for documentation. */
function inventedCandidates(batch: number): readonly IceCandidate[] {
  return Array.from({ length: MAX_CANDIDATES }, (_, n) => {
    const port = 1_024 + batch * MAX_CANDIDATES + n;
    return { candidate: `candidate:${port} 1 udp ${port} 203.0.113.9 ${port} typ host`, mid: "0", line: 0 };
  });
}

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

function channelEnd(lab: PeersLab, _name: string, role: "offerer" | "answerer", routing: Routing = "direct") {
  const end = new End(lab.device());
  const channel: ChannelPeer = end.device.peers.openChannel({ role, iceServers: [], routing }, end.events);
  const say = (text: string) => expect(channel.send(toBytes(text))).toBe(true);
  return Object.assign(end, { peer: channel, channel, say });
}

function callEnd(lab: PeersLab, _name: string, role: "offerer" | "answerer") {
  const end = new End(lab.device());
  const call = end.device.peers.openCall({ role, iceServers: [], routing: "direct", call: "call" }, end.events);
  return Object.assign(end, { peer: call, call });
}

type Wired = End & { readonly peer: { signal(signal: PeerSignal): void } };

/** From now on each end hears the other; what was said before is told first. */
function wire(a: Wired, b: Wired, between: Between = unchanged): void {
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

async function openPair(lab: PeersLab, between: Between = unchanged) {
  const [alice, bob] = [channelEnd(lab, "alice", "offerer"), channelEnd(lab, "bob", "answerer")];
  wire(alice, bob, between);
  await seen(lab, () => alice.isOpen && bob.isOpen);
  await seen(lab, () => alice.paths.length > 0 && bob.paths.length > 0);
  await passes(lab, 200);
  return { lab, alice, bob };
}

async function callPair(lab: PeersLab) {
  const [alice, bob] = [callEnd(lab, "alice", "offerer"), callEnd(lab, "bob", "answerer")];
  wire(alice, bob);
  await seen(lab, () => alice.paths.length > 0 && bob.paths.length > 0);
  await passes(lab, 200);
  return { lab, alice, bob };
}

let counted = 0;

/** Both ends are alive, and something said now arrives. */
async function stillTalk(lab: PeersLab, alice: ReturnType<typeof channelEnd>, bob: ReturnType<typeof channelEnd>) {
  counted += 1;
  const text = `still there ${counted}`;
  alice.say(text);
  bob.say(text);
  await seen(lab, () => alice.heard.includes(text) && bob.heard.includes(text));
  expect([alice.closed, bob.closed]).toEqual([[], []]);
}

/** Waits for a condition by looking, while time passes slowly. */
async function seen(lab: PeersLab, look: () => boolean): Promise<void> {
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
async function passes(lab: PeersLab, ms: number, stepMs = 50): Promise<void> {
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

function descriptions(end: End): readonly { readonly sdp: string }[] {
  return end.told.flatMap((signal) => (signal.kind === "offer" || signal.kind === "answer" ? [signal] : []));
}

function fragments(end: End): readonly string[] {
  return [...new Set(descriptions(end).map(({ sdp }) => readDescription(sdp)?.fragment ?? ""))];
}

function candidatesOf(end: End): readonly string[] {
  return end.told.flatMap((signal) =>
    signal.kind === "candidates" ? signal.candidates.map(({ candidate }) => candidate) : [],
  );
}

function anotherFingerprint(sdp: string): string {
  return sdp.replace(/(a=fingerprint:sha-256 )(..)/g, (_, label, first) => `${label}${first === "00" ? "01" : "00"}`);
}

function oneMoreSection(sdp: string): string {
  const at = sdp.lastIndexOf("m=");
  return `${sdp}${sdp.slice(at).replace(/a=mid:.*/, "a=mid:9")}`;
}

function toBytes(text: string): Bytes {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}
