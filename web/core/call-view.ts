import type { ContactId } from "./views.ts";

// The call of the screens. Plain data, as in `views.ts`.

/**
 * Why a call is over. lost: the connection. no-path: there never was one. unreachable: our relay did not take the ring.
 * microphone: the browser gave none. code: the codes were not the same on both screens. key-changed: it may be somebody
 * else now. no-relay: it may only go through a relay, and there is none.
 */
export type CallEndReason =
  | "hung-up"
  | "they-hung-up"
  | "declined"
  | "declined-here"
  | "busy"
  | "no-answer"
  | "elsewhere"
  | "lost"
  | "no-path"
  | "unreachable"
  | "microphone"
  | "code"
  | "key-changed"
  | "no-relay";

/**
 * The call that there is, or was a moment ago. preparing: the browser is asked for the microphone. calling: on its way.
 * ringing: a device of theirs rings. incoming: ours does. accepting: taken, the browser is asked for the microphone.
 * reconnecting: the path has been gone for two seconds.
 */
export type CallPhase =
  | "preparing"
  | "calling"
  | "ringing"
  | "incoming"
  | "accepting"
  | "connecting"
  | "live"
  | "reconnecting"
  | "ended";

export type CallView = {
  /** Random. Names the pictures and sounds of this call to the screens of the tab that it is in. */
  readonly id: string;
  readonly contact: ContactId;
  readonly name: string;
  readonly isMine: boolean;
  /** It was rung as a video call. */
  readonly isVideo: boolean;
  readonly phase: CallPhase;
  readonly path: "direct" | "relayed" | undefined;
  /** Since when both talk. */
  readonly sinceMs: number | undefined;
  readonly own: {
    readonly microphone: "off" | "asking" | "on" | "muted";
    readonly camera: "off" | "asking" | "on" | "muted";
    readonly screen: "off" | "asking" | "on" | "muted";
  };
  /** What the browser did not give when it was asked last. */
  readonly refusal:
    | {
        readonly source: "microphone" | "camera" | "screen";
        readonly reason: "denied" | "none" | "in-use" | "unsupported" | "cancelled";
      }
    | undefined;
  readonly theirs: { readonly microphone: boolean; readonly camera: boolean; readonly screen: boolean };
  /** Four numbers from 0 to 63, the same on both screens if nobody is between them. */
  readonly code: readonly number[] | undefined;
  /** We said that the codes are the same. */
  readonly hasConfirmed: boolean;
  readonly isVerified: boolean;
  readonly end: { readonly reason: CallEndReason; readonly durationMs: number | undefined } | undefined;
};
