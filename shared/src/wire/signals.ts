import * as z from "zod/mini";
import type { Bytes } from "../bytes.ts";
import type { DeviceId } from "../ids.ts";
import { bytes, deviceId, text, timeMs, u32, whole } from "./fields.ts";
import { exactMap, openMap } from "./maps.ts";

// How two devices of contacts find a direct path: inside Content, so that the relay sees neither a description nor an
// address and cannot swap a fingerprint. docs/PROTOCOL.md §5.3.

/** 16 random bytes, chosen by who begins. Of two that cross, the greater one (compared as bytes) goes on. */
export type AttemptId = Bytes;
export const attemptId: z.ZodMiniType<AttemptId> = bytes(16);

export const MAX_SDP_CHARACTERS = 24_000;
export const MAX_CANDIDATES = 32;

export type IceCandidate = {
  readonly candidate: string;
  /** `sdpMid`. */
  readonly mid: string;
  /** `sdpMLineIndex`. */
  readonly line: number;
};
const iceCandidate: z.ZodMiniType<IceCandidate> = exactMap({
  candidate: text(1_024),
  mid: text(16),
  line: whole(0, 63),
});

/** What one end of a peer connection tells the other. */
export type PeerSignal =
  | { readonly kind: "offer" | "answer"; readonly sdp: string }
  | { readonly kind: "candidates"; readonly candidates: readonly IceCandidate[] }
  /** From the answerer: begin the negotiation again, my network has changed. */
  | { readonly kind: "restart" };
export const PeerSignal: z.ZodMiniType<PeerSignal> = z.union([
  exactMap({ kind: z.enum(["offer", "answer"]), sdp: text(MAX_SDP_CHARACTERS, 1) }),
  exactMap({
    kind: z.literal("candidates"),
    candidates: z.array(iceCandidate).check(z.minLength(1), z.maxLength(MAX_CANDIDATES)),
  }),
  exactMap({ kind: z.literal("restart") }),
]);

/** In every Content about a link or a call. `counter` grows by one with each signal of its sender: a late one is dropped. */
export type SignalFrame = {
  readonly attempt: AttemptId;
  readonly counter: number;
  /** The device that speaks and the one it speaks to: nobody else's. Absent `to`: whichever device answers. */
  readonly from: DeviceId;
  readonly to?: DeviceId | undefined;
};
export const signalFrame = { attempt: attemptId, counter: u32, from: deviceId, to: z.optional(deviceId) } as const;

/** A data channel that carries envelopes, or the chunks of files. */
export type LinkStep =
  | { readonly do: "signal"; readonly signal: PeerSignal; readonly carries?: "envelopes" | "files" | undefined }
  /** Not now: busy, not wanted, or closed. */
  | { readonly do: "end" };
export const LinkStep: z.ZodMiniType<LinkStep> = z.union([
  openMap({
    do: z.literal("signal"),
    signal: PeerSignal,
    carries: z.optional(z.enum(["envelopes", "files"])),
  }),
  openMap({ do: z.literal("end") }),
]);

export type CallEnd = "hung-up" | "declined" | "busy" | "no-answer" | "failed" | "elsewhere";

/** SHA-256 of the caller's nonce, and the nonces: what the code of a call is made of. docs/PROTOCOL.md §5.8. */
export const CALL_NONCE_BYTES = 32;

/**
 * ring: the caller begins, with the offer of its peer connection. It counts for 60 s by the recipient's own receipt.
 * accept: the person took it. signal: everything that the peer connections say to each other.
 */
export type CallStep =
  | {
      readonly do: "ring";
      readonly video: boolean;
      readonly signal: PeerSignal;
      readonly expiresAtMs: number;
      readonly commitment: Bytes;
    }
  | { readonly do: "signal"; readonly signal: PeerSignal }
  | { readonly do: "accept"; readonly video: boolean; readonly nonce: Bytes }
  /** From the caller, once there is an accept: what the commitment was made of. */
  | { readonly do: "reveal"; readonly nonce: Bytes }
  /** What the sender shows and hears now: said by whoever changes it. */
  | {
      readonly do: "sending";
      readonly microphone: boolean;
      readonly camera: boolean;
      readonly screen: boolean;
    }
  /** The person says that the code is the same on both screens. */
  | { readonly do: "confirm" }
  | { readonly do: "end"; readonly why: CallEnd };
export const CallStep: z.ZodMiniType<CallStep> = z.union([
  openMap({
    do: z.literal("ring"),
    video: z.boolean(),
    signal: PeerSignal,
    expiresAtMs: timeMs,
    commitment: bytes(32),
  }),
  openMap({ do: z.literal("signal"), signal: PeerSignal }),
  openMap({ do: z.literal("accept"), video: z.boolean(), nonce: bytes(CALL_NONCE_BYTES) }),
  openMap({ do: z.literal("reveal"), nonce: bytes(CALL_NONCE_BYTES) }),
  openMap({ do: z.literal("sending"), microphone: z.boolean(), camera: z.boolean(), screen: z.boolean() }),
  openMap({ do: z.literal("confirm") }),
  openMap({
    do: z.literal("end"),
    why: z.enum(["hung-up", "declined", "busy", "no-answer", "failed", "elsewhere"]),
  }),
]);
