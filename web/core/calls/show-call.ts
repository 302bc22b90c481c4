import type { CallView } from "../call-view.ts";
import type { Core } from "../core.ts";
import type { CallPeer } from "../ports/peers.ts";
import type { Call, CallState } from "./call-state.ts";
import { type CodeEnd, codeOf } from "./code.ts";

/** What screens show of the call that there is, or was a moment ago. */
export function showCall(
  core: Core,
  state: CallState,
  fingerprints: ReturnType<CallPeer["fingerprints"]>,
): CallView | undefined {
  if (state.phase === "idle") return undefined;
  const { call, phase } = state;
  const contact = core.contact(call.contact);
  if (contact === undefined) return undefined;
  const { id, isVideo, own, refusal, theirs, path, hasConfirmed } = call;
  const sinceMs = "sinceMs" in state ? state.sinceMs : undefined;
  const ended = state.phase === "ended" ? state : undefined;
  return {
    id,
    contact: call.contact,
    name: contact.name ?? contact.ownName,
    isMine: call.role === "caller",
    isVideo,
    phase,
    path: path === "reconnecting" ? undefined : path,
    sinceMs,
    own,
    refusal,
    theirs,
    code: fingerprints && showCode(core, call, contact.identityKey, fingerprints),
    hasConfirmed,
    isVerified: contact.verifiedAtMs !== undefined,
    end: ended && {
      reason: ended.reason,
      durationMs: sinceMs === undefined ? undefined : Math.max(0, ended.endedAtMs - sinceMs),
    },
  };
}

function showCode(
  core: Core,
  { id, role, callerNonce, calleeNonce }: Call,
  theirKey: CodeEnd["identityKey"],
  { ours, theirs }: NonNullable<ReturnType<CallPeer["fingerprints"]>>,
): readonly number[] | undefined {
  if (callerNonce === undefined || calleeNonce === undefined) return undefined;
  const us = { identityKey: core.account.identityKey, fingerprint: ours };
  const them = { identityKey: theirKey, fingerprint: theirs };
  const [caller, callee] = role === "caller" ? [us, them] : [them, us];
  return codeOf({
    call: id,
    caller: { ...caller, nonce: callerNonce },
    callee: { ...callee, nonce: calleeNonce },
  });
}
