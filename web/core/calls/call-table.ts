import { sha256 } from "@tacit/crypto/digest";
import { equalBytes } from "@tacit/shared/bytes";
import { MINUTE_MS, SECOND_MS } from "@tacit/shared/limits";
import type { Call, CallEffect, CallEvent, CallState, EventName, EventOf, Phase, Source, Step } from "./call-state.ts";
import { mayExchangeMedia } from "./consent.ts";
import { end, letGo, reasonOf } from "./ending.ts";
import { ask, captured, lost, refusedSource, saySending, setCamera, setMicrophone, setScreen } from "./sources.ts";

/** A phone rings so long, by the clock of whoever counts. */
export const RING_MS = MINUTE_MS;
const CONNECT_MS = 30 * SECOND_MS;
/** A gap that is shorter is not mentioned. */
const QUIET_MS = 2 * SECOND_MS;
const GIVE_UP_MS = MINUTE_MS;
const RESTART_EVERY_MS = 5 * SECOND_MS;

type StateOf<P extends Phase> = Extract<CallState, { readonly phase: P }>;
type Handler<P extends Phase, Name extends EventName> = (
  state: StateOf<P>,
  event: EventOf<Name>,
  nowMs: number,
) => Step;
type Rows<P extends Phase> = { readonly [Name in EventName]?: Handler<P, Name> };
type InCall = Exclude<CallState, { phase: "idle" | "ended" }>;
type Together = StateOf<"connecting" | "live" | "reconnecting">;

/**
 * One step of the call that there is: what it becomes, and what is to be done about it. An event that has no row in the
 * table for this phase is dropped; it is never handled as in another one.
 */
export function step(state: CallState, event: CallEvent, nowMs: number): Step {
  const rows = TABLE[state.phase] as Partial<
    Record<EventName, (state: CallState, event: CallEvent, nowMs: number) => Step>
  >;
  return rows[event.event]?.(state, event, nowMs) ?? [state, []];
}

const free = {
  start: (_state, { call }) => [
    { phase: "preparing", call: withSource(call, "microphone") },
    [{ do: "stop-timers" }, { do: "capture", source: "microphone" }],
  ],
  ring: (_state, { call, offer }) => beginRinging(call, offer, []),
  dismiss: () => [{ phase: "idle" }, [{ do: "stop-timers" }]],
  time: (state, { timer }) => (timer === "dismiss" ? [{ phase: "idle" }, []] : [state, []]),
} satisfies Rows<"idle" | "ended">;

/** What the person and their devices may do at any time of a call. */
const own = {
  "set-microphone": (state: InCall, { isOn }: EventOf<"set-microphone">) => setMicrophone(state, isOn),
  "set-camera": (state: InCall, { isOn }: EventOf<"set-camera">) => setCamera(state, isOn),
  renew: (state: InCall, { source }: EventOf<"renew">): Step =>
    state.call.own[source] === "off" || state.call.own[source] === "asking"
      ? [state, []]
      : [state, [{ do: "capture", source }]],
  captured: (state: InCall, { source }: EventOf<"captured">) => captured(state, source),
  refused: (state: InCall, { source, reason }: EventOf<"refused">): Step => refusedSource(state, source, reason),
  "capture-lost": (state: InCall, { source }: EventOf<"capture-lost">) => lost(state, source),
};

const hangUp = (state: InCall, _event: unknown, nowMs: number): Step =>
  end(state, { reason: "hung-up", say: state.phase === "preparing" ? undefined : "hung-up" }, nowMs);
const barred = (state: InCall, { why }: EventOf<"barred">, nowMs: number): Step => {
  const say = state.phase === "preparing" ? undefined : isRung(state) ? "declined" : "hung-up";
  return end(state, { reason: why, say }, nowMs);
};
const theyEnd = (state: InCall, { why }: EventOf<"end">, nowMs: number): Step =>
  end(state, { reason: reasonOf(why) }, nowMs);
const broken = (state: InCall, nowMs: number): Step => end(state, { reason: "lost", say: "failed" }, nowMs);
/** While it rings, what they say of it is waited for: declined, busy, or nothing until time is up. */
const peerClosed = (state: InCall, { reason }: EventOf<"peer-closed">, nowMs: number): Step =>
  reason === "failed" ? broken(state, nowMs) : [state, []];
const keepPath = <State extends InCall>(state: State, { path }: EventOf<"peer-path">): readonly [State, []] => [
  { ...state, call: { ...state.call, path } },
  [],
];
const toThem = (state: InCall, { signal }: EventOf<"peer-signal">): Step => [
  state,
  [{ do: "say", call: state.call, step: { do: "signal", signal } }],
];
const toPeer = (state: InCall, { signal }: { readonly signal: EventOf<"offer">["signal"] }): Step => [
  state,
  [{ do: "tell-peer", signal }],
];

const preparing: Rows<"preparing"> = {
  "hang-up": hangUp,
  barred,
  captured(state, { source }) {
    if (source !== "microphone" || state.call.own.microphone !== "asking") return [state, []];
    const [next] = captured(state, source) as readonly [StateOf<"preparing">, unknown];
    const opening: CallEffect = { do: "open-peer", role: "offerer", call: state.call.id };
    const calling: StateOf<"calling"> = { ...next, phase: "calling" };
    const [asked, effects] = state.call.isVideo ? ask(calling, "camera") : [calling, []];
    return [asked, [opening, { do: "start-timer", timer: "ring", ms: RING_MS }, ...effects]];
  },
  refused: (state, { source, reason }, nowMs) =>
    end(refusedSource(state, source, reason)[0], { reason: "microphone" }, nowMs),
  // They were quicker: nothing of ours has left.
  ring: (state, { call, offer }, nowMs) =>
    isFrom(state, call) ? beginRinging(call, offer, letGo(state, { reason: "hung-up" }, nowMs)) : busy(state, call),
};

/** Of two calls that cross, the one with the greater id goes on. */
const cross = (state: InCall, { call, offer }: EventOf<"ring">, nowMs: number): Step => {
  if (!isFrom(state, call)) return busy(state, call);
  if (call.id <= state.call.id) return [state, []];
  const effects = letGo(state, { reason: "hung-up" }, nowMs).filter((effect) => effect.do !== "record");
  return beginRinging(call, offer, effects);
};

const dialling = {
  ...own,
  "hang-up": hangUp,
  barred,
  "peer-closed": peerClosed,
  undelivered: (state: InCall, _event: unknown, nowMs: number) =>
    end(state, { reason: "unreachable", say: "no-answer" }, nowMs),
  end: theyEnd,
  ring: cross,
  time: (state: InCall, { timer }: EventOf<"time">, nowMs: number): Step =>
    timer === "ring" ? end(state, { reason: "no-answer", say: "no-answer" }, nowMs) : [state, []],
};

const calling: Rows<"calling"> = {
  ...dialling,
  "peer-signal"(state, { signal }, nowMs) {
    const { call } = state;
    if (signal.kind !== "offer") return toThem(state, { event: "peer-signal", signal });
    const { isVideo: video, commitment } = call;
    const ring = { do: "ring", video, signal, expiresAtMs: nowMs + RING_MS, commitment } as const;
    return [state, [{ do: "say", call, step: ring }]];
  },
  answer: ({ call }, { signal, from }) => [
    { phase: "ringing", call: { ...call, theirDevice: from } },
    [{ do: "tell-peer", signal }],
  ],
};

const ringing: Rows<"ringing"> = {
  ...dialling,
  "peer-signal": toThem,
  "peer-path": keepPath,
  candidates: toPeer,
  accepted(state, { nonce }, nowMs) {
    const { callerNonce } = state.call;
    if (callerNonce === undefined) return [state, []];
    const call = { ...state.call, calleeNonce: nonce };
    return together(call, [{ do: "say", call, step: { do: "reveal", nonce: callerNonce } }], nowMs);
  },
};

const answered = ({ call }: InCall, { signal }: EventOf<"peer-signal">): Call =>
  signal.kind === "answer" ? { ...call, hasAnswered: true } : call;

const rung = {
  "peer-path": keepPath,
  "peer-closed": peerClosed,
  candidates: toPeer,
  barred,
  end: theyEnd,
  decline: (state: InCall, _event: unknown, nowMs: number) =>
    end(state, { reason: "declined-here", say: "declined" }, nowMs),
  "hang-up": (state: InCall, _event: unknown, nowMs: number) =>
    end(state, { reason: "declined-here", say: "declined" }, nowMs),
  ring: (state: InCall, { call, offer }: EventOf<"ring">, nowMs: number) => ringAgain(state, call, offer, nowMs),
  time: (state: InCall, { timer }: EventOf<"time">, nowMs: number): Step =>
    timer === "ring" ? end(state, { reason: "no-answer" }, nowMs) : [state, []],
};

const incoming: Rows<"incoming"> = {
  ...rung,
  "peer-signal": (state, event) => toThem({ ...state, call: answered(state, event) }, event),
  accept: ({ call }, { isVideo, nonce }) => [
    {
      phase: "accepting",
      withVideo: isVideo,
      call: { ...withSource(call, "microphone"), refusal: undefined, calleeNonce: nonce },
    },
    [{ do: "capture", source: "microphone" }],
  ],
};

const accepting: Rows<"accepting"> = {
  ...rung,
  "peer-signal"(state, event, nowMs) {
    const next = { ...state, call: answered(state, event) };
    const [taken, saying] = take(next, nowMs);
    return [taken, [...toThem(next, event)[1], ...saying]];
  },
  captured(state, { source }, nowMs) {
    const { call } = state;
    if (source !== "microphone" || call.own.microphone !== "asking") return [state, []];
    return take({ ...state, call: { ...call, own: { ...call.own, microphone: "on" } } }, nowMs);
  },
  // They may give it after all: it goes on ringing.
  refused: (state, { source, reason }) => {
    const [next, effects] = refusedSource(state, source, reason);
    return [{ phase: "incoming", call: { ...next.call, calleeNonce: undefined } }, effects];
  },
};

const talking = {
  ...own,
  "set-screen": (state: InCall, { preset }: EventOf<"set-screen">) => setScreen(state, preset),
  "hang-up": hangUp,
  barred,
  "peer-closed": (state: InCall, { reason }: EventOf<"peer-closed">, nowMs: number): Step =>
    reason === "failed" ? broken(state, nowMs) : end(state, { reason: "they-hung-up" }, nowMs),
  "peer-signal": toThem,
  "network-changed": (state: InCall): Step => [state, [{ do: "restart-peer" }]],
  candidates: toPeer,
  // Who rang makes the offers, however often: no order of signals turns that round.
  answer: (state: InCall, event: EventOf<"answer">): Step =>
    state.call.role === "caller" ? toPeer(state, event) : [state, []],
  restart: (state: InCall, event: EventOf<"answer">): Step =>
    state.call.role === "caller" ? toPeer(state, event) : [state, []],
  offer: (state: InCall, event: EventOf<"offer">): Step =>
    state.call.role === "callee" ? toPeer(state, event) : [state, []],
  sending: <State extends InCall>(state: State, { theirs }: EventOf<"sending">): Step => [
    { ...state, call: { ...state.call, theirs } },
    [],
  ],
  revealed(state: InCall, { nonce }: EventOf<"revealed">, nowMs: number): Step {
    const { call } = state;
    if (call.role !== "callee" || call.callerNonce !== undefined) return [state, []];
    if (!equalBytes(sha256(nonce), call.commitment)) return end(state, { reason: "code", say: "failed" }, nowMs);
    return [{ ...state, call: { ...call, callerNonce: nonce } }, []];
  },
  confirm(state: InCall, { isSame }: EventOf<"confirm">, nowMs: number): Step {
    if (!isSame) return end(state, { reason: "code", say: "hung-up" }, nowMs);
    if (state.call.hasConfirmed) return [state, []];
    const call = { ...state.call, hasConfirmed: true };
    return [{ ...state, call }, [{ do: "say", call, step: { do: "confirm" } }, ...verified(call)]];
  },
  "they-confirmed"(state: InCall): Step {
    if (state.call.haveTheyConfirmed) return [state, []];
    const call = { ...state.call, haveTheyConfirmed: true };
    return [{ ...state, call }, verified(call)];
  },
  end: theyEnd,
  ring: (state: InCall, { call, offer }: EventOf<"ring">, nowMs: number) => ringAgain(state, call, offer, nowMs),
};

const connecting: Rows<"connecting"> = {
  ...talking,
  "peer-path"(state, { path }, nowMs) {
    const call = { ...state.call, path };
    return path === "reconnecting" ? [{ ...state, call }, []] : goLive(call, nowMs);
  },
  time: (state, { timer }, nowMs) =>
    timer === "connect" ? end(state, { reason: "no-path", say: "failed" }, nowMs) : [state, []],
};

const live: Rows<"live"> = {
  ...talking,
  "peer-path"(state, { path }, nowMs) {
    const call = { ...state.call, path };
    if (path !== "reconnecting") return found({ ...state, call });
    if (state.lostAtMs !== undefined) return [state, []];
    return [
      { ...state, call, lostAtMs: nowMs },
      [
        { do: "restart-peer" },
        { do: "start-timer", timer: "quiet", ms: QUIET_MS },
        { do: "start-timer", timer: "give-up", ms: GIVE_UP_MS },
        { do: "start-timer", timer: "restart", ms: RESTART_EVERY_MS },
      ],
    ];
  },
  time(state, { timer }) {
    const { call, sinceMs, lostAtMs } = state;
    if (timer !== "quiet" || lostAtMs === undefined) return [state, []];
    return [{ phase: "reconnecting", call, sinceMs, lostAtMs }, []];
  },
};

const reconnecting: Rows<"reconnecting"> = {
  ...talking,
  "peer-path": (state, { path }) =>
    path === "reconnecting" ? [state, []] : found({ ...state, phase: "live", call: { ...state.call, path } }),
  time(state, { timer }, nowMs) {
    if (timer === "give-up") return end(state, { reason: "lost", say: "failed" }, nowMs);
    if (timer !== "restart") return [state, []];
    return [state, [{ do: "restart-peer" }, { do: "start-timer", timer: "restart", ms: RESTART_EVERY_MS }]];
  },
};

/** Every state and what it hears. docs/PROTOCOL.md §5.8 is this table in words. */
export const TABLE: { readonly [P in Phase]: Rows<P> } = {
  idle: free,
  ended: free,
  preparing,
  calling,
  ringing,
  incoming,
  accepting,
  connecting,
  live,
  reconnecting,
};

function isRung({ phase }: InCall): boolean {
  return phase === "incoming" || phase === "accepting";
}

function isFrom(state: InCall, call: Call): boolean {
  return call.contact === state.call.contact;
}

function withSource(call: Call, source: Source): Call {
  return { ...call, own: { ...call.own, [source]: "asking" } };
}

/** They ring: our end of the connection is made, relayed and empty, so that an accept is heard at once. */
function beginRinging(call: Call, offer: EventOf<"ring">["offer"], before: readonly CallEffect[]): Step {
  return [
    { phase: "incoming", call },
    [
      ...before,
      { do: "stop-timers" },
      { do: "open-peer", role: "answerer", call: call.id },
      { do: "tell-peer", signal: offer },
      { do: "start-timer", timer: "ring", ms: RING_MS },
    ],
  ];
}

/** Says that the person took it, once the microphone is there and the caller has our answer. */
function take(state: StateOf<"accepting">, nowMs: number): Step {
  const { call, withVideo } = state;
  if (call.own.microphone !== "on" || call.calleeNonce === undefined || !call.hasAnswered) return [state, []];
  const said: CallEffect = { do: "say", call, step: { do: "accept", video: withVideo, nonce: call.calleeNonce } };
  const [next, effects] = together(call, [said], nowMs);
  if (!withVideo) return [next, effects];
  const [asked, capturing] = ask(next, "camera");
  return [asked, [...effects, ...capturing]];
}

/** The same device calls anew: it has lost the call before. Anybody else hears that we are in a call. */
function ringAgain(state: InCall, call: Call, offer: EventOf<"ring">["offer"], nowMs: number): Step {
  const isSame = isFrom(state, call) && call.theirDevice === state.call.theirDevice;
  if (!isSame) return busy(state, call);
  if (call.id === state.call.id) return [state, []];
  return beginRinging(call, offer, letGo(state, { reason: "they-hung-up" }, nowMs));
}

function busy(state: InCall, call: Call): Step {
  if (call.id === state.call.id) return [state, []];
  return [
    state,
    [
      { do: "say", call, step: { do: "end", why: "busy" } },
      { do: "record", call, outcome: "missed", durationMs: undefined },
    ],
  ];
}

/** Both want it. The one place where media begins. The peers may have found each other while it rang. */
function together(call: Call, said: readonly CallEffect[], nowMs: number): readonly [Together, readonly CallEffect[]] {
  const next: Together =
    call.path === "direct" || call.path === "relayed"
      ? { phase: "live", call, sinceMs: nowMs, lostAtMs: undefined }
      : { phase: "connecting", call };
  if (!mayExchangeMedia(next)) throw new Error("media begins in a phase that does not allow it");
  const attached = (["microphone", "camera"] as const).filter((source) => call.own[source] === "on");
  const waiting: CallEffect = { do: "start-timer", timer: "connect", ms: CONNECT_MS };
  const effects: readonly CallEffect[] = [
    { do: "stop-timer", timer: "ring" },
    ...said,
    { do: "open-media" },
    ...attached.map((source) => ({ do: "attach", source }) as const),
    saySending(next),
    { do: "record", call, outcome: "answered", durationMs: undefined },
    ...(next.phase === "connecting" ? [waiting] : []),
  ];
  return [next, effects];
}

function goLive(call: Call, nowMs: number): Step {
  return [{ phase: "live", call, sinceMs: nowMs, lostAtMs: undefined }, [{ do: "stop-timer", timer: "connect" }]];
}

/** The path is there, or there again. */
function found({ call, sinceMs }: StateOf<"live">): Step {
  const timers = (["quiet", "give-up", "restart"] as const).map((timer) => ({ do: "stop-timer", timer }) as const);
  return [{ phase: "live", call, sinceMs, lostAtMs: undefined }, timers];
}

function verified(call: Call): readonly CallEffect[] {
  return call.hasConfirmed && call.haveTheyConfirmed ? [{ do: "verify", call }] : [];
}
