import type { ContactId } from "../views.ts";
import type { Call, CallId } from "./call-state.ts";

/** A call of theirs with nothing in it. */
export function newCall(id: CallId, contact: ContactId, isVideo: boolean, startedAtMs: number): Call {
  return {
    id,
    contact,
    role: "callee",
    isVideo,
    startedAtMs,
    theirDevice: undefined,
    hasAnswered: false,
    path: undefined,
    own: { microphone: "off", camera: "off", screen: "off" },
    refusal: undefined,
    theirs: { microphone: false, camera: false, screen: false },
    commitment: new Uint8Array(32),
    callerNonce: undefined,
    calleeNonce: undefined,
    hasConfirmed: false,
    haveTheyConfirmed: false,
  };
}
