import { type IceCandidate, MAX_CANDIDATES, type PeerSignal } from "@tacit/shared/wire/signals";
import { expect, test } from "vitest";
import {
  candidatesOf,
  channelEnd,
  descriptions,
  fragments,
  openPair,
  type PeersLab,
  passes,
  seen,
  stillTalk,
  wire,
} from "./peer-ends.ts";

/** Registers what every adapter of `Peers` must make of signals that cross, come twice, late, changed or without sense. */
export function peerSignalsContract(build: () => PeersLab): void {
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

function anotherFingerprint(sdp: string): string {
  return sdp.replace(/(a=fingerprint:sha-256 )(..)/g, (_, label, first) => `${label}${first === "00" ? "01" : "00"}`);
}

function oneMoreSection(sdp: string): string {
  const at = sdp.lastIndexOf("m=");
  return `${sdp}${sdp.slice(at).replace(/a=mid:.*/, "a=mid:9")}`;
}
