import { expect, test } from "vitest";
import {
  callEnd,
  callPair,
  channelEnd,
  descriptions,
  fragments,
  type PeersLab,
  passes,
  seen,
  wire,
} from "./peer-ends.ts";

/** Registers what every adapter of `Peers` must do with calls. */
export function callPeersContract(build: () => PeersLab): void {
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
