import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@tacit/shared/limits";
import { expect, test } from "vitest";
import { callers, callRows, hasRow, inPhase, plays, rings, sends, talk, withTurn } from "./callers.ts";
import { insteadOf } from "./forging.ts";
import { until } from "./until.ts";
import { World } from "./world.ts";

test("a call is rung, taken, heard at both ends and remembered with its length", async () => {
  await using world = await World.create();
  const { alice, bob } = await callers(world);

  await talk(alice, bob);
  await until("both are heard", () => plays(alice).length > 0 && plays(bob).length > 0);
  expect([plays(alice), plays(bob)]).toEqual([["microphone"], ["microphone"]]);
  world.clock.advance(65_000);
  await bob.client.hangUp();

  const ended = await inPhase(alice, "ended");
  expect(ended?.end).toEqual({ reason: "they-hung-up", durationMs: 65_000 });
  expect(await hasRow(alice, bob, "answered")).toMatchObject({ isMine: true, isVideo: false });
  await alice.sees("the length", { view: "messages", contact: await alice.contact(bob), limit: 100 }, ({ rows }) =>
    rows.some((row) => row.kind === "call" && row.durationMs === 65_000),
  );
  expect([alice.media.running(), bob.media.running()]).toEqual([[], []]);
  expect((await callRows(bob, alice)).length).toBe(1);
});

test("until the call is taken nothing is recorded at the callee, nothing is sent or played, and no address leaves", async () => {
  await using world = await World.create();
  const { alice, bob } = await callers(world, { disturb: withTurn });

  await rings(alice, bob, true);
  await inPhase(alice, "ringing");
  await until(
    "both ends are connected by the relay",
    () => alice.peers?.callCandidates.length && bob.peers?.callCandidates.length,
  );

  expect(bob.media.asked).toEqual([]);
  expect([sends(alice), sends(bob), plays(alice), plays(bob)]).toEqual([[], [], [], []]);
  const candidates = [...(alice.peers?.callCandidates ?? []), ...(bob.peers?.callCandidates ?? [])];
  expect(candidates.length).toBeGreaterThan(0);
  expect(candidates.filter((candidate) => !candidate.includes(" typ relay "))).toEqual([]);

  await bob.client.acceptCall(true);
  await until("pictures", () => plays(alice).includes("camera") && plays(bob).includes("camera"));
  const isDirect = () => alice.sees("a direct path", { view: "call" }, (call) => call?.path === "direct");
  await world.clock.passing(isDirect, 25);
});

test("a call that is declined says so, and nobody was heard", async () => {
  await using world = await World.create();
  const { alice, bob } = await callers(world);

  await rings(alice, bob);
  await bob.client.declineCall();

  expect((await inPhase(alice, "ended"))?.end?.reason).toBe("declined");
  expect((await hasRow(bob, alice, "declined")).isMine).toBe(false);
  await hasRow(alice, bob, "declined");
  expect(bob.media.asked).toEqual([]);
});

test("nobody answers for a minute: both ends stop, and the callee has a missed call to count", async () => {
  await using world = await World.create();
  const { alice, bob } = await callers(world);

  await rings(alice, bob);
  await inPhase(alice, "ringing");
  world.clock.advance(60_000);

  expect((await inPhase(alice, "ended"))?.end?.reason).toBe("no-answer");
  await inPhase(bob, "ended");
  await hasRow(alice, bob, "no-answer");
  await hasRow(bob, alice, "missed");
  const rows = await bob.sees("something unread", { view: "conversations" }, (all) =>
    all.some((row) => row.unread > 0),
  );
  expect(rows[0]?.last).toMatchObject({ kind: "call", call: { outcome: "missed" } });
});

test("somebody who was away learns of the call when they are back, and nothing rings", async () => {
  await using world = await World.create();
  const { alice, bob } = await callers(world);

  await bob.quit();
  await alice.client.startCall(await alice.contact(bob), false);
  await inPhase(alice, "calling");
  await alice.client.hangUp();
  // Written after the word for Bob was queued.
  await hasRow(alice, bob, "cancelled");
  await alice.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);
  world.clock.advance(90_000);
  await bob.open();

  await hasRow(bob, alice, "missed");
  expect(await bob.show({ view: "call" })).toBeUndefined();
  expect(await callRows(bob, alice)).toHaveLength(1);
});

test("a third person hears that one is busy, and the call goes on", async () => {
  await using world = await World.create();
  const { network, alice, bob } = await callers(world);
  const carol = await world.person("Carol", { network });
  await carol.add(await bob.card());
  await bob.client.accept(await bob.contact(carol));
  const contact = await carol.contact(bob);
  await carol.sees("Bob accepts", { view: "contact", contact }, (details) => details?.status === "accepted");
  await talk(alice, bob);

  await carol.client.startCall(contact, false);

  expect((await inPhase(carol, "ended"))?.end?.reason).toBe("busy");
  await hasRow(bob, carol, "missed");
  expect((await bob.show({ view: "call" }))?.phase).toBe("live");
});

test("two who call each other at once get one call", async () => {
  await using world = await World.create();
  const { alice, bob } = await callers(world);
  const [toBob, toAlice] = [await alice.contact(bob), await bob.contact(alice)];

  await Promise.all([alice.client.startCall(toBob, false), bob.client.startCall(toAlice, false)]);
  const [winner, loser] = await Promise.race([
    inPhase(bob, "incoming").then(() => [alice, bob] as const),
    inPhase(alice, "incoming").then(() => [bob, alice] as const),
  ]);
  await inPhase(winner, "ringing");
  await loser.client.acceptCall(false);

  await inPhase(winner, "live");
  await inPhase(loser, "live");
  expect((await winner.show({ view: "call" }))?.id).toBe((await loser.show({ view: "call" }))?.id);
});

test("a stranger rings nobody", async () => {
  await using world = await World.create();
  const { network, bob } = await callers(world);
  const carol = await world.person("Carol", { network });
  await carol.add(await bob.card());
  await bob.contact(carol);

  const started = await carol.client.startCall(await carol.contact(bob), false);

  expect(started).toEqual({ ok: false, reason: "not-accepted" });
  expect(await bob.show({ view: "call" })).toBeUndefined();
});

test("a microphone that the browser does not give calls nobody", async () => {
  await using world = await World.create();
  const { alice, bob } = await callers(world);
  alice.media.refusals.set("microphone", "denied");

  await alice.client.startCall(await alice.contact(bob), false);

  expect((await inPhase(alice, "ended"))?.end?.reason).toBe("microphone");
  expect(await callRows(alice, bob)).toEqual([]);
  expect(await bob.show({ view: "call" })).toBeUndefined();
});

test("a callee without a microphone goes on ringing, and takes it once there is one", async () => {
  await using world = await World.create();
  const { alice, bob } = await callers(world);
  bob.media.refusals.set("microphone", "denied");

  await rings(alice, bob);
  await inPhase(alice, "ringing");
  await bob.client.acceptCall(false);
  const refused = await bob.sees("a refusal", { view: "call" }, (call) => call?.refusal !== undefined);
  expect([refused?.phase, (await alice.show({ view: "call" }))?.phase]).toEqual(["incoming", "ringing"]);
  bob.media.refusals.clear();
  await bob.client.acceptCall(false);

  await inPhase(alice, "live");
});

test("voice becomes video and a shared screen, muting is seen, and each ends alone", async () => {
  await using world = await World.create();
  const { alice, bob } = await callers(world);
  await talk(alice, bob);

  await alice.client.setSending({ camera: true, screen: "text" });
  await until("all of it arrives", () => plays(bob).length === 4);
  await bob.sees("camera and screen", { view: "call" }, (call) => call?.theirs.camera === true && call.theirs.screen);
  await alice.client.setSending({ microphone: false });
  await bob.sees("a muted Alice", { view: "call" }, (call) => call?.theirs.microphone === false);
  expect(plays(bob)).toEqual(["camera", "screen", "screen-sound"]);
  alice.media.unplug("screen");
  await bob.sees("no screen", { view: "call" }, (call) => call?.theirs.screen === false);
  await until("the camera alone", () => plays(bob).join() === "camera");
  await alice.client.setSending({ microphone: true });

  await until("her voice again", () => plays(bob).includes("microphone"));
  expect(alice.media.running()).toEqual(["camera", "microphone"]);
});

test("the code is the same at both ends, and once both say so each is verified for the other", async () => {
  await using world = await World.create();
  const { alice, bob } = await callers(world);
  await talk(alice, bob);

  const ofAlice = await alice.sees("a code", { view: "call" }, (call) => call?.code !== undefined);
  const ofBob = await bob.sees("a code", { view: "call" }, (call) => call?.code !== undefined);
  expect(ofAlice?.code).toEqual(ofBob?.code);
  expect(ofAlice?.code).toHaveLength(4);
  await alice.client.confirmCallCode(true);
  await alice.sees("it is said", { view: "call" }, (call) => call?.hasConfirmed === true);
  expect((await alice.show({ view: "call" }))?.isVerified).toBe(false);
  await bob.client.confirmCallCode(true);

  for (const [person, other] of [
    [alice, bob],
    [bob, alice],
  ] as const) {
    const contact = await person.contact(other);
    await person.sees("verified", { view: "contact", contact }, (details) => details?.verifiedAtMs !== undefined);
    await person.sees("it on the call", { view: "call" }, (call) => call?.isVerified === true);
  }
});

test("a code that differs ends the call and verifies nobody", async () => {
  await using world = await World.create();
  const { alice, bob } = await callers(world);
  await talk(alice, bob);

  await alice.client.confirmCallCode(false);

  expect((await inPhase(alice, "ended"))?.end?.reason).toBe("code");
  await inPhase(bob, "ended");
  const details = await alice.show({ view: "contact", contact: await alice.contact(bob) });
  expect(details?.verifiedAtMs).toBeUndefined();
});

test("a path that is lost is found again, and said only after two seconds", async () => {
  await using world = await World.create();
  const { network, alice, bob } = await callers(world);
  await talk(alice, bob);

  network.cut();
  const lost = await alice.sees("the path is gone", { view: "call" }, (call) => call?.path === undefined);
  expect(lost?.phase).toBe("live");
  world.clock.advance(2_000);
  await inPhase(alice, "reconnecting");
  network.mend();
  world.clock.advance(5_000);

  await inPhase(alice, "live");
  await bob.sees("a path", { view: "call" }, (call) => call?.phase === "live" && call.path !== undefined);
});

test("a device in locked mode stays open while its person talks, and locks by itself afterwards", async () => {
  await using world = await World.create();
  const { alice, bob } = await callers(world);
  await alice.client.setKept(alice.password, false);
  await talk(alice, bob);

  world.clock.advance(2 * HOUR_MS);
  expect((await alice.show({ view: "call" }))?.phase).toBe("live");
  await bob.client.hangUp();
  await inPhase(alice, "ended");
  world.clock.advance(2 * HOUR_MS);

  await alice.sees(
    "a locked screen",
    { view: "phase" },
    ({ phase }) => phase === "locked",
    () => world.clock.advance(500),
  );
});

test("a device in locked mode that slept in a call is locked as soon as the call is over", async () => {
  await using world = await World.create();
  const { alice, bob } = await callers(world);
  await alice.client.setKept(alice.password, false);
  await talk(alice, bob);

  world.clock.sleep(20 * MINUTE_MS);
  // Somebody at the screen is not why it was open, and does not make up for it.
  await alice.client.noteActivity();
  expect((await alice.show({ view: "call" }))?.phase).toBe("live");
  await bob.client.hangUp();

  await inPhase(alice, "ended");
  world.clock.advance(SECOND_MS);
  await alice.sees("a locked screen", { view: "phase" }, ({ phase }) => phase === "locked");
});

test("whoever is blocked during a call is not heard any more and hears nothing", async () => {
  await using world = await World.create();
  const { alice, bob } = await callers(world);
  await talk(alice, bob, true);

  await bob.client.block(await bob.contact(alice));

  await inPhase(bob, "ended");
  expect([plays(bob), bob.media.running()]).toEqual([[], []]);
  await inPhase(alice, "ended");
  expect(plays(alice)).toEqual([]);
});

test("somebody who only rings does not keep a device in locked mode open", async () => {
  await using world = await World.create();
  const { alice, bob } = await callers(world);
  await alice.client.setKept(alice.password, false);
  world.clock.advance(14 * MINUTE_MS + 30 * SECOND_MS);

  await rings(bob, alice);
  world.clock.advance(45 * SECOND_MS);

  // No time passes any more: after the ring it would be another quarter of an hour.
  await alice.sees("a locked screen", { view: "phase" }, ({ phase }) => phase === "locked");
});

test("a caller who says accept, offers anew and turns things on takes no call for the one who is rung", async () => {
  await using world = await World.create();
  const forged: string[] = [];
  let isHostile = false;
  const forge = insteadOf((body) => {
    if (!isHostile || !isSignal(body)) return body;
    const step = FORGED[forged.length % FORGED.length] ?? FORGED[0];
    forged.push(step.do);
    return { ...body, step };
  });
  const { alice, bob } = await callers(world, { disturb: withTurn, disturbKeys: forge });

  isHostile = true;
  await rings(alice, bob, true);
  await until("all of them were said", () => forged.length >= 1);
  await alice.client.hangUp();
  await inPhase(bob, "ended");

  expect(bob.media.asked).toEqual([]);
  expect([sends(bob), plays(bob)]).toEqual([[], []]);
  await hasRow(bob, alice, "missed");
});

test("a callee who names another certificate once the caller's nonce is known is not connected", async () => {
  await using world = await World.create();
  let kept: object | undefined;
  let isLate = false;
  const forge = insteadOf((body) => {
    if (body.type !== "call" || !("step" in body) || !("from" in body)) return body;
    const said = body.step as {
      readonly do: string;
      readonly signal?: { readonly kind: string; readonly sdp: string };
    };
    if (said.signal?.kind === "answer" && kept === undefined) {
      kept = body;
      // Nothing that a browser takes: it is still free for the description that comes late.
      const sdp = said.signal.sdp.replace(/^m=.*$/m, "").replace(/(sha-256 )../g, "$1FF");
      return { ...body, step: { ...said, signal: { kind: "answer", sdp } } };
    }
    if (isLate || said.do !== "sending" || kept === undefined || !("from" in kept) || kept.from !== body.from)
      return body;
    isLate = true;
    return { ...kept, counter: (body as { readonly counter?: number }).counter };
  });
  const { alice, bob } = await callers(world, { disturb: withTurn, disturbKeys: forge });
  for (const person of [alice, bob]) await person.client.updateSettings({ direct: false });

  await rings(alice, bob);
  await inPhase(alice, "ringing");
  await bob.client.acceptCall(false);
  await until("the late description has left", () => isLate);
  await bob.client.setSending({ microphone: false });
  await bob.client.setSending({ microphone: true });
  const call = await alice.sees("what Bob said after it", { view: "call" }, (it) => it?.theirs.microphone === true);

  expect(call?.phase).toBe("connecting");
  expect(call?.code).toBeUndefined();
});

const FORGED = [
  { do: "accept", video: true, nonce: new Uint8Array(32) },
  { do: "sending", microphone: true, camera: true, screen: true },
  { do: "confirm" },
] as const;

function isSignal(body: object): boolean {
  if (!("step" in body) || typeof body.step !== "object" || body.step === null) return false;
  return "do" in body.step && body.step.do === "signal";
}
