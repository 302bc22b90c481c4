import { MAX_CHANNEL_MESSAGE_BYTES } from "@tacit/shared/limits";
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

/** Registers what every adapter of `Peers` must do with data channels. */
export function channelPeersContract(build: () => PeersLab): void {
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
}
