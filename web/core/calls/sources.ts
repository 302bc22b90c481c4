import type { Call, CallEffect, CallState, Source, SourceState, Step } from "./call-state.ts";
import { mayExchangeMedia } from "./consent.ts";

// Microphone, camera and screen of a call: what is asked for, recorded and sent.

type InCall = Exclude<CallState, { phase: "idle" | "ended" }>;

export function withOwn<State extends InCall>(state: State, source: Source, is: SourceState): State {
  const { call } = state;
  const refusal = call.refusal?.source === source ? undefined : call.refusal;
  return { ...state, call: { ...call, refusal, own: { ...call.own, [source]: is } } };
}

/** What the other side is told that we send. */
export function saySending({ call }: InCall): CallEffect {
  const { microphone, camera, screen } = call.own;
  return {
    do: "say",
    call,
    step: { do: "sending", microphone: microphone === "on", camera: camera === "on", screen: screen === "on" },
  };
}

/** Asks the browser for a source that is off. */
export function ask(state: InCall, source: Source, preset?: "text" | "motion"): Step {
  return [withOwn(state, source, "asking"), [{ do: "capture", source, preset }]];
}

export function setMicrophone(state: InCall, isOn: boolean): Step {
  const now = state.call.own.microphone;
  if (now === "off") return isOn ? ask(state, "microphone") : [state, []];
  if (now === "asking" || (now === "on") === isOn) return [state, []];
  const next = withOwn(state, "microphone", isOn ? "on" : "muted");
  return changed(next, { do: isOn ? "attach" : "detach", source: "microphone" });
}

export function setCamera(state: InCall, isOn: boolean): Step {
  return isOn ? turnOn(state, "camera") : turnOff(state, "camera");
}

export function setScreen(state: InCall, preset: "text" | "motion" | undefined): Step {
  return preset === undefined ? turnOff(state, "screen") : turnOn(state, "screen", preset);
}

function turnOn(state: InCall, source: "camera" | "screen", preset?: "text" | "motion"): Step {
  return state.call.own[source] === "off" ? ask(state, source, preset) : [state, []];
}

function turnOff(state: InCall, source: "camera" | "screen"): Step {
  if (state.call.own[source] === "off") return [state, []];
  const [next, effects] = changed(withOwn(state, source, "off"), { do: "detach", source });
  return [next, [...effects, { do: "release", source }]];
}

/** The browser gave it. */
export function captured(state: InCall, source: Source): Step {
  const now = state.call.own[source];
  if (now === "asking") return changed(withOwn(state, source, "on"), { do: "attach", source });
  // Another device for what was on already.
  if (now === "on") return mayExchangeMedia(state) ? [state, [{ do: "attach", source }]] : [state, []];
  return [state, []];
}

export function refusedSource(
  state: InCall,
  source: Source,
  reason: NonNullable<Call["refusal"]>["reason"],
): readonly [InCall, readonly CallEffect[]] {
  const off = withOwn(state, source, "off");
  return [{ ...off, call: { ...off.call, refusal: { source, reason } } }, []];
}

/** A microphone that went away is replaced by what the browser takes next; the others just end. */
export function lost(state: InCall, source: Source): Step {
  if (source !== "microphone") return turnOff(state, source);
  if (state.call.own.microphone === "off" || state.call.own.microphone === "asking") return [state, []];
  return ask(state, "microphone");
}

/** Sends or stops sending, and says so, where media may flow; elsewhere it takes effect once it may. */
function changed(state: InCall, effect: CallEffect): Step {
  return mayExchangeMedia(state) ? [state, [effect, saySending(state)]] : [state, []];
}
