import type { Bytes } from "@tacit/shared/bytes";
import type { DeviceId } from "@tacit/shared/ids";
import type { CallEnd, CallStep, PeerSignal } from "@tacit/shared/wire/signals";
import type { CallEndReason } from "../call-view.ts";
import type { CaptureRefusal } from "../ports/media.ts";
import type { PeerPath } from "../ports/peers.ts";
import type { CallOutcome, ContactId } from "../views.ts";

// What the reducer of calls knows, hears and wants. docs/PROTOCOL.md §5.8.

/** The attempt of its signals, in hexadecimal. */
export type CallId = string;

/** What this device may send. The sound of a shared screen goes with the screen. */
export type Source = "microphone" | "camera" | "screen";

/** off: nothing is recorded. asking: the browser asks the person. muted: recorded, and not sent. */
export type SourceState = "off" | "asking" | "on" | "muted";

export type ScreenPreset = "text" | "motion";

export type Call = {
  readonly id: CallId;
  readonly contact: ContactId;
  readonly role: "caller" | "callee";
  /** As it was rung. */
  readonly isVideo: boolean;
  readonly startedAtMs: number;
  /** The device of theirs that this call is with. Absent until one answers. */
  readonly theirDevice: DeviceId | undefined;
  /** The callee's: our answer has left. What comes before it finds a caller who knows of no device here. */
  readonly hasAnswered: boolean;
  /** What the peer connection said last. It may be connected before the call is accepted: nothing flows then. */
  readonly path: PeerPath | undefined;
  readonly own: Readonly<Record<Source, SourceState>>;
  /** The last source that the browser did not give. */
  readonly refusal: { readonly source: Source; readonly reason: CaptureRefusal } | undefined;
  readonly theirs: Readonly<Record<Source, boolean>>;
  /** SHA-256 of the caller's nonce. */
  readonly commitment: Bytes;
  readonly callerNonce: Bytes | undefined;
  readonly calleeNonce: Bytes | undefined;
  readonly hasConfirmed: boolean;
  readonly haveTheyConfirmed: boolean;
};

/**
 * preparing: the caller's browser is asked for the microphone; nothing has left. calling: rung, no device of theirs has
 * said anything. ringing: one has. incoming: we are rung. accepting: the person took it, the browser is asked for the
 * microphone, or our answer is not ready. connecting: both want it. reconnecting: the path has been gone for two seconds.
 */
export type CallState =
  | { readonly phase: "idle" }
  | { readonly phase: "preparing"; readonly call: Call }
  | { readonly phase: "calling"; readonly call: Call }
  | { readonly phase: "ringing"; readonly call: Call }
  | { readonly phase: "incoming"; readonly call: Call }
  | { readonly phase: "connecting"; readonly call: Call }
  | { readonly phase: "accepting"; readonly call: Call; readonly withVideo: boolean }
  | { readonly phase: "live"; readonly call: Call; readonly sinceMs: number; readonly lostAtMs: number | undefined }
  | { readonly phase: "reconnecting"; readonly call: Call; readonly sinceMs: number; readonly lostAtMs: number }
  | {
      readonly phase: "ended";
      readonly call: Call;
      readonly reason: CallEndReason;
      readonly sinceMs: number | undefined;
      readonly endedAtMs: number;
    };
export type Phase = CallState["phase"];

export type Timer = "ring" | "connect" | "quiet" | "give-up" | "restart" | "dismiss";

/** What happened. Signals of theirs have passed `admits` before they are events. */
export type CallEvent =
  // The person, here.
  | { readonly event: "start"; readonly call: Call }
  | { readonly event: "accept"; readonly isVideo: boolean; readonly nonce: Bytes }
  | { readonly event: "decline" }
  | { readonly event: "hang-up" }
  | { readonly event: "set-microphone"; readonly isOn: boolean }
  | { readonly event: "set-camera"; readonly isOn: boolean }
  | { readonly event: "set-screen"; readonly preset: ScreenPreset | undefined }
  /** Another device was picked for it. */
  | { readonly event: "renew"; readonly source: "microphone" | "camera" }
  | { readonly event: "confirm"; readonly isSame: boolean }
  | { readonly event: "dismiss" }
  // This device.
  | { readonly event: "captured"; readonly source: Source }
  | { readonly event: "refused"; readonly source: Source; readonly reason: CaptureRefusal }
  /** Unplugged, or stopped from outside. */
  | { readonly event: "capture-lost"; readonly source: Source }
  | { readonly event: "network-changed" }
  /** Not with this contact any more, or not by the ways that are left. */
  | { readonly event: "barred"; readonly why: "no-relay" | "key-changed" }
  | { readonly event: "peer-signal"; readonly signal: PeerSignal }
  | { readonly event: "peer-path"; readonly path: PeerPath }
  /** closed: the other end closed it; what they say of it may come later. */
  | { readonly event: "peer-closed"; readonly reason: "closed" | "failed" }
  | { readonly event: "undelivered" }
  | { readonly event: "time"; readonly timer: Timer }
  // Them.
  /** `counter`: of this step; what the same device says later has a greater one. */
  | { readonly event: "ring"; readonly call: Call; readonly offer: Description; readonly counter: number }
  | {
      readonly event: "answer" | "offer" | "candidates" | "restart";
      readonly signal: PeerSignal;
      readonly from: DeviceId;
    }
  | { readonly event: "accepted"; readonly nonce: Bytes }
  | { readonly event: "revealed"; readonly nonce: Bytes }
  | { readonly event: "sending"; readonly theirs: Call["theirs"] }
  | { readonly event: "they-confirmed" }
  | { readonly event: "end"; readonly why: CallEnd };
export type EventName = CallEvent["event"];
export type EventOf<Name extends EventName> = Extract<CallEvent, { readonly event: Name }>;

/** What is to be done, by a runner that decides nothing. */
export type CallEffect =
  | { readonly do: "capture"; readonly source: Source; readonly preset?: ScreenPreset | undefined }
  | { readonly do: "release"; readonly source: Source }
  | { readonly do: "release-all" }
  /** Relayed, with every sender empty. */
  | { readonly do: "open-peer"; readonly role: "offerer" | "answerer"; readonly call: CallId }
  | { readonly do: "tell-peer"; readonly signal: PeerSignal }
  | { readonly do: "restart-peer" }
  | { readonly do: "close-peer" }
  /** Plays what arrives, and takes the direct way where this contact may. */
  | { readonly do: "open-media" }
  | { readonly do: "attach"; readonly source: Source }
  | { readonly do: "detach"; readonly source: Source }
  | { readonly do: "say"; readonly call: Call; readonly step: CallStep }
  | { readonly do: "start-timer"; readonly timer: Timer; readonly ms: number }
  | { readonly do: "stop-timer"; readonly timer: Timer }
  | { readonly do: "stop-timers" }
  | {
      readonly do: "record";
      readonly call: Call;
      readonly outcome: CallOutcome;
      readonly durationMs: number | undefined;
    }
  | { readonly do: "verify"; readonly call: Call };

export type Description = Extract<PeerSignal, { readonly kind: "offer" | "answer" }>;

export type Step = readonly [CallState, readonly CallEffect[]];
