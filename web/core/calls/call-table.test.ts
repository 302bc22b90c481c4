import { sha256 } from "@tacit/crypto/digest";
import type { DeviceId } from "@tacit/shared/ids";
import { expect, test } from "vitest";
import type { Call, CallEffect, CallEvent, CallState, EventName } from "./call-state.ts";
import { step, TABLE } from "./call-table.ts";
import { mayCapture, mayExchangeMedia } from "./consent.ts";
import { newCall } from "./new-call.ts";

const NONCE = new Uint8Array(32).fill(1);
const OFFER = { kind: "offer", sdp: "offer" } as const;
const LAPTOP = 3 as DeviceId;
const PHONE = 4 as DeviceId;

function ours(id = "50", contact = "bob"): Call {
  return { ...newCall(id, contact, true, 0), role: "caller", callerNonce: NONCE, commitment: sha256(NONCE) };
}
function theirCall(id = "60", contact = "bob", theirDevice = LAPTOP): Call {
  return { ...newCall(id, contact, true, 0), theirDevice, commitment: sha256(NONCE) };
}
function ring(call = theirCall()): CallEvent {
  return { event: "ring", call, offer: OFFER, counter: 1 };
}

const EVENTS: Readonly<Record<EventName, readonly CallEvent[]>> = {
  start: [{ event: "start", call: ours() }],
  accept: [false, true].map((isVideo) => ({ event: "accept", isVideo, nonce: NONCE })),
  decline: [{ event: "decline" }],
  "hang-up": [{ event: "hang-up" }],
  "set-microphone": [true, false].map((isOn) => ({ event: "set-microphone", isOn })),
  "set-camera": [true, false].map((isOn) => ({ event: "set-camera", isOn })),
  "set-screen": [
    { event: "set-screen", preset: "text" },
    { event: "set-screen", preset: undefined },
  ],
  renew: [{ event: "renew", source: "microphone" }],
  confirm: [true, false].map((isSame) => ({ event: "confirm", isSame })),
  dismiss: [{ event: "dismiss" }],
  captured: (["microphone", "camera", "screen"] as const).map((source) => ({ event: "captured", source })),
  refused: (["microphone", "camera", "screen"] as const).map((source) => ({
    event: "refused",
    source,
    reason: "denied",
  })),
  "capture-lost": (["microphone", "camera", "screen"] as const).map((source) => ({ event: "capture-lost", source })),
  "network-changed": [{ event: "network-changed" }],
  barred: [{ event: "barred", why: "key-changed" }],
  "peer-signal": [
    { event: "peer-signal", signal: OFFER },
    { event: "peer-signal", signal: { kind: "answer", sdp: "answer" } },
  ],
  "peer-path": (["direct", "relayed", "reconnecting"] as const).map((path) => ({ event: "peer-path", path })),
  "peer-closed": (["closed", "failed"] as const).map((reason) => ({ event: "peer-closed", reason })),
  undelivered: [{ event: "undelivered" }],
  time: (["ring", "connect", "quiet", "give-up", "restart", "dismiss"] as const).map((timer) => ({
    event: "time",
    timer,
  })),
  ring: [
    ring(),
    ring(theirCall("40")),
    ring(theirCall("50")),
    ring(theirCall("70", "bob", PHONE)),
    ring(theirCall("70", "carol")),
  ],
  answer: [{ event: "answer", signal: { kind: "answer", sdp: "answer" }, from: LAPTOP }],
  offer: [{ event: "offer", signal: OFFER, from: LAPTOP }],
  candidates: [{ event: "candidates", signal: { kind: "candidates", candidates: [] }, from: LAPTOP }],
  restart: [{ event: "restart", signal: { kind: "restart" }, from: LAPTOP }],
  accepted: [{ event: "accepted", nonce: NONCE }],
  revealed: [NONCE, new Uint8Array(32)].map((nonce) => ({ event: "revealed", nonce })),
  sending: [{ event: "sending", theirs: { microphone: true, camera: true, screen: false } }],
  "they-confirmed": [{ event: "they-confirmed" }],
  end: (["hung-up", "declined", "busy", "no-answer", "failed", "elsewhere"] as const).map((why) => ({
    event: "end",
    why,
  })),
};
const ALL = Object.values(EVENTS).flat();
/** With what leads to a call three times, so that a random story gets to one. */
const LEADING = (["accept", "captured", "peer-signal"] as const).flatMap((name) => EVENTS[name]);
const DRAWN = [...ALL, ...LEADING, ...LEADING];
const THEIRS = new Set<EventName>([
  "ring",
  "answer",
  "offer",
  "candidates",
  "restart",
  "accepted",
  "revealed",
  "sending",
  "they-confirmed",
  "end",
]);
const MEDIA = new Set<CallEffect["do"]>(["open-media", "attach"]);

/** What the person here has agreed to, told from what they did alone. */
class Consent {
  #has = false;
  #call: string | undefined;

  follow(before: CallState, event: CallEvent, after: CallState): void {
    const id = after.phase === "idle" || after.phase === "ended" ? undefined : after.call.id;
    if (id !== this.#call) this.#has = false;
    this.#call = id;
    if (event.event === "start" && after.phase === "preparing") this.#has = true;
    if (event.event === "accept" && before.phase === "incoming") this.#has = true;
    // A microphone that was refused leaves a call ringing: it is to be taken anew.
    if (after.phase === "incoming") this.#has = false;
  }

  get isGiven(): boolean {
    return this.#has;
  }
}

/** A small generator with a seed: the same run again when it fails. */
function chance(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

test("no order of events makes media flow, or records anything, before the person here has agreed", () => {
  let exchanged = 0;
  for (let seed = 1; seed <= 420; seed++) {
    const pick = chance(seed);
    const consent = new Consent();
    let state: CallState = { phase: "idle" };
    for (let n = 0; n < 250; n++) {
      const event = DRAWN[pick(DRAWN.length)] as CallEvent;
      const [next, effects] = step(state, event, n);
      consent.follow(state, event, next);
      for (const effect of effects) {
        if (MEDIA.has(effect.do)) {
          exchanged += 1;
          expect([seed, n, consent.isGiven, mayExchangeMedia(next)]).toEqual([seed, n, true, true]);
        }
        if (effect.do === "capture") {
          expect([seed, n, consent.isGiven, mayCapture(next)]).toEqual([seed, n, true, true]);
        }
      }
      expect(Object.keys(TABLE)).toContain(next.phase);
      if (mayExchangeMedia(next)) expect([seed, n, consent.isGiven]).toEqual([seed, n, true]);
      state = next;
    }
  }
  expect(exchanged).toBeGreaterThan(100);
});

test("nothing that they say makes a state in which media may flow out of one in which we have not answered", () => {
  const beginnings: readonly (readonly CallEvent[])[] = [
    [],
    [ring()],
    [ring(), { event: "peer-path", path: "relayed" }],
    [ring(), { event: "accept", isVideo: true, nonce: NONCE }],
    [{ event: "start", call: ours() }],
  ];
  for (const beginning of beginnings) {
    const [start] = play(beginning);
    for (const first of ALL.filter(({ event }) => THEIRS.has(event))) {
      for (const second of ALL.filter(({ event }) => THEIRS.has(event))) {
        const [between] = step(start, first, 0);
        const [after, effects] = step(between, second, 0);

        expect(mayExchangeMedia(after)).toBe(false);
        expect(effects.filter((effect) => MEDIA.has(effect.do) || effect.do === "capture")).toEqual([]);
      }
    }
  }
});

test("a call that is placed, taken and ended goes through its phases and is remembered once with its length", () => {
  const [state, effects] = play([
    { event: "start", call: ours() },
    { event: "captured", source: "microphone" },
    { event: "answer", signal: { kind: "answer", sdp: "answer" }, from: LAPTOP },
    { event: "accepted", nonce: NONCE },
    { event: "peer-path", path: "direct" },
    { event: "hang-up" },
  ]);

  expect(state.phase).toBe("ended");
  expect(effects.flatMap((effect) => (effect.do === "record" ? [[effect.outcome, effect.durationMs]] : []))).toEqual([
    ["answered", undefined],
    ["answered", 1],
  ]);
  expect(effects.flatMap((effect) => (effect.do === "say" ? [effect.step.do] : []))).toEqual([
    "reveal",
    "sending",
    "end",
  ]);
});

test("a call in which the clock was set back lasted no time, and no less", () => {
  const started = play([
    { event: "start", call: ours() },
    { event: "captured", source: "microphone" },
    { event: "answer", signal: { kind: "answer", sdp: "answer" }, from: LAPTOP },
    { event: "accepted", nonce: NONCE },
    { event: "peer-path", path: "direct" },
  ])[0];

  const [, effects] = step(started, { event: "hang-up" }, -1_000_000);

  expect(effects).toContainEqual(expect.objectContaining({ do: "record", outcome: "answered", durationMs: 0 }));
});

test("however quickly a call is taken, the caller has our answer before the word that it was", () => {
  const taken: readonly CallEvent[] = [
    { event: "accept", isVideo: true, nonce: NONCE },
    { event: "captured", source: "microphone" },
  ];
  const said = (events: readonly CallEvent[]) =>
    play([ring(), ...events])[1].flatMap((effect) =>
      effect.do === "say" ? [effect.step.do === "signal" ? effect.step.signal.kind : effect.step.do] : [],
    );

  expect(play([ring(), ...taken])[0].phase).toBe("accepting");
  expect(said(taken)).toEqual([]);
  expect(said([...taken, ANSWER])).toEqual(["answer", "accept", "sending"]);
  expect(said([ANSWER, ...taken])).toEqual(["answer", "accept", "sending"]);
});

test("of two calls that cross, both ends keep the one with the greater id", () => {
  const alices = ours("50");
  const [winner] = play([
    { event: "start", call: ours("70") },
    { event: "captured", source: "microphone" },
    ring(theirCall("50")),
  ]);
  const [loser, effects] = play([
    { event: "start", call: alices },
    { event: "captured", source: "microphone" },
    ring(theirCall("70")),
  ]);

  expect(winner).toMatchObject({ phase: "calling", call: { id: "70" } });
  expect(loser).toMatchObject({ phase: "incoming", call: { id: "70" } });
  expect(effects.filter((effect) => effect.do === "record" || effect.do === "say")).toEqual([]);
});

test("somebody who rings during a call hears that we are busy, and the call goes on", () => {
  const carol = theirCall("99", "carol");

  const [state, effects] = play([ring(), ring(carol)]);

  expect(state).toMatchObject({ phase: "incoming", call: { contact: "bob" } });
  expect(effects.slice(-2)).toEqual([
    { do: "say", call: carol, step: { do: "end", why: "busy" } },
    { do: "record", call: carol, outcome: "missed", durationMs: undefined },
  ]);
});

test.each(["no-relay", "key-changed"] as const)("a call that may not go on (%s) ends in every phase", (why) => {
  const taken: readonly CallEvent[] = [...TAKEN];
  const ways = [
    [{ event: "start", call: ours() }],
    [
      { event: "start", call: ours() },
      { event: "captured", source: "microphone" },
    ],
    [ring()],
    taken,
    [...taken, { event: "peer-path", path: "direct" }],
  ] as const;

  for (const way of ways)
    expect(play([...way, { event: "barred", why }])[0]).toMatchObject({ phase: "ended", reason: why });
});

test("a caller's nonce that does not fit its commitment ends the call", () => {
  const [state] = play([...TAKEN, { event: "revealed", nonce: new Uint8Array(32) }]);

  expect(state).toMatchObject({ phase: "ended", reason: "code" });
});

test("a gap of less than two seconds is not mentioned, and after a minute it is given up", () => {
  const gone: CallEvent = { event: "peer-path", path: "reconnecting" };
  const live: readonly CallEvent[] = [...TAKEN, { event: "peer-path", path: "direct" }];

  expect(play([...live, gone])[0].phase).toBe("live");
  expect(play([...live, gone, { event: "time", timer: "quiet" }])[0].phase).toBe("reconnecting");
  expect(
    play([...live, gone, { event: "peer-path", path: "relayed" }, { event: "time", timer: "quiet" }])[0].phase,
  ).toBe("live");
  expect(
    play([...live, gone, { event: "time", timer: "quiet" }, { event: "time", timer: "give-up" }])[0],
  ).toMatchObject({ phase: "ended", reason: "lost" });
});

test("who rang makes every offer, and who was rung makes none", () => {
  const [callee] = play([...TAKEN]);
  const [caller] = play([
    { event: "start", call: ours() },
    { event: "captured", source: "microphone" },
    { event: "answer", signal: { kind: "answer", sdp: "answer" }, from: LAPTOP },
    { event: "accepted", nonce: NONCE },
  ]);
  const hears = (state: CallState, name: "offer" | "answer" | "restart") =>
    step(state, { event: name, signal: OFFER, from: LAPTOP }, 0)[1].length;

  expect([hears(callee, "offer"), hears(callee, "answer"), hears(callee, "restart")]).toEqual([1, 0, 0]);
  expect([hears(caller, "offer"), hears(caller, "answer"), hears(caller, "restart")]).toEqual([0, 1, 1]);
});

const ANSWER: CallEvent = { event: "peer-signal", signal: { kind: "answer", sdp: "answer" } };
const TAKEN: readonly CallEvent[] = [
  ring(),
  ANSWER,
  { event: "accept", isVideo: false, nonce: NONCE },
  { event: "captured", source: "microphone" },
];

function play(events: readonly CallEvent[]): readonly [CallState, readonly CallEffect[]] {
  let state: CallState = { phase: "idle" };
  const all: CallEffect[] = [];
  for (const [at, event] of events.entries()) {
    const [next, effects] = step(state, event, at);
    state = next;
    all.push(...effects);
  }
  return [state, all];
}
