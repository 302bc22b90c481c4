import { ok } from "@tacit/shared/result";
import type { CallPhase, CallView } from "@tacit/web/core/call-view";
import type { Client } from "@tacit/web/core/client-api";
import type { ContactId } from "@tacit/web/core/views";

type CallMethods = Pick<
  Client,
  | "startCall"
  | "acceptCall"
  | "declineCall"
  | "hangUp"
  | "setSending"
  | "renewCapture"
  | "confirmCallCode"
  | "dismissCall"
>;

/** Calls that answer themselves: `nameOf` a contact, and `changed` once there is another call to show. */
export function fakeCalls(options: {
  readonly nameOf: (contact: ContactId) => string;
  readonly changed: () => void;
  readonly soon: (ms: number) => Promise<void>;
  readonly nowMs: () => number;
  readonly call: CallView | undefined;
}): CallMethods & { show(): CallView | undefined } {
  let { call } = options;
  const turn = (changes: Partial<CallView>) => {
    if (call !== undefined) call = { ...call, ...changes };
    options.changed();
  };
  const later = async (ms: number, from: CallPhase, changes: Partial<CallView>) => {
    await options.soon(ms);
    if (call?.phase === from) turn(changes);
  };
  const talk = () => {
    const theirs = { microphone: true, camera: call?.isVideo === true, screen: false };
    return { phase: "live", path: "direct", sinceMs: options.nowMs(), code: [3, 17, 42, 60], theirs } as const;
  };

  return {
    show: () => call,
    async startCall(contact, isVideo) {
      call = fakeCall({ contact, name: options.nameOf(contact), isVideo, phase: "calling", isMine: true });
      options.changed();
      await later(800, "calling", { phase: "ringing" });
      await later(1500, "ringing", talk());
      return ok(undefined);
    },
    async acceptCall(isVideo) {
      turn({ phase: "connecting", own: { microphone: "on", camera: isVideo ? "on" : "off", screen: "off" } });
      await later(700, "connecting", talk());
    },
    async declineCall() {
      turn({ phase: "ended", end: { reason: "declined-here", durationMs: undefined } });
    },
    async hangUp() {
      turn({ phase: "ended", end: { reason: "hung-up", durationMs: 83_000 } });
    },
    async setSending({ microphone, camera, screen }) {
      if (call === undefined) return;
      turn({
        own: {
          microphone: microphone === undefined ? call.own.microphone : microphone ? "on" : "muted",
          camera: camera === undefined ? call.own.camera : camera ? "on" : "off",
          screen: screen === undefined ? call.own.screen : screen === "off" ? "off" : "on",
        },
      });
    },
    async renewCapture() {},
    async confirmCallCode(isSame) {
      turn(
        isSame
          ? { hasConfirmed: true, isVerified: true }
          : { phase: "ended", end: { reason: "code", durationMs: 9_000 } },
      );
    },
    async dismissCall() {
      call = undefined;
      options.changed();
    },
  };
}

/** A call in some state, with nothing sent but sound. */
export function fakeCall(changes: Partial<CallView>): CallView {
  return {
    id: "00112233445566778899aabbccddeeff",
    contact: "alex",
    name: "Alex Moreau",
    isMine: false,
    isVideo: false,
    phase: "incoming",
    path: undefined,
    sinceMs: undefined,
    own: { microphone: "on", camera: "off", screen: "off" },
    refusal: undefined,
    theirs: { microphone: true, camera: false, screen: false },
    code: undefined,
    hasConfirmed: false,
    isVerified: false,
    end: undefined,
    ...changes,
  };
}
