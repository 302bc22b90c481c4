/**
 * Sessions between two devices: PQXDH, then the Triple Ratchet (doubleratchet §7), as libsignal-client 0.103.0 speaks
 * them. Nothing here stores anything: each step gives the next record, which the caller commits together with the
 * message, before a ciphertext leaves or a plaintext is shown. A record is used for one step at a time.
 */
import { type Bytes, equalBytes } from "@tacit/shared/bytes";
import { DAY_MS } from "@tacit/shared/limits";
import { ok, type Result, refused } from "@tacit/shared/result";
import type { Address } from "./address.ts";
import { MAX_SKIPPED_SEEDS } from "./double-ratchet.ts";
import type { PublicKey } from "./keys.ts";
import { isBundleCanonical, isBundleSigned, type PreKeyBundle } from "./prekeys.ts";
import type { RandomSource, Step } from "./primitives.ts";
import {
  addSession,
  NO_SESSIONS,
  promoteByBaseKey,
  replaceSession,
  type Session,
  type SessionRecord,
  sessionsOf,
} from "./session-record.ts";
import {
  answerSession,
  initiateSession,
  type OwnDevice,
  type PreKeyLookup,
  type PreKeyUse,
  preKeyUseOf,
} from "./session-setup.ts";
import {
  decodePreKeySignalMessage,
  decodeSignalMessage,
  encodePreKeySignalMessage,
  type ReceivedSignalMessage,
} from "./signal-message.ts";
import { openMessage, sealMessage } from "./triple-ratchet.ts";

/** "prekey" messages carry what starts a session; "whisper" messages need one. */
export type MessageKind = "prekey" | "whisper";

export type StartRefusal = "bad-signature" | "malformed";
export type EncryptRefusal = "no-session";
/**
 * "forged" says no more on purpose: a wrong MAC, padding, address, post-quantum part and a jump that is too long look
 * alike. "duplicate" messages have been read before. "missing-prekey", "no-session" and "forged" call for a new
 * session; "untrusted" for a person.
 */
export type DecryptRefusal =
  | "malformed"
  | "duplicate"
  | "no-session"
  | "untrusted"
  | "missing-prekey"
  | "replayed"
  | "forged";

export type Encrypted = { readonly record: SessionRecord; readonly kind: MessageKind; readonly message: Bytes };

export type Decrypted = {
  readonly record: SessionRecord;
  readonly plaintext: Bytes;
  /** The sender's, proven by the message. */
  readonly identityKey: PublicKey;
  /** Given when the message started a session: delete the one-time keys, remember `replayKeyOf` a last-resort one. */
  readonly used: PreKeyUse | undefined;
};

export type DecryptOptions = {
  readonly preKeys: PreKeyLookup;
  /** Asked with the sender's identity key: before any work for a "prekey" message, after decryption otherwise. */
  readonly isTrusted: (identityKey: PublicKey) => boolean;
  /** Refuses "prekey" messages that are not bound to both addresses. Between our own clients they all are. */
  readonly requireAddresses?: boolean;
};

/** An initiator waits this long for the first answer. */
export const MAX_PENDING_MS = 30 * DAY_MS;

/**
 * A session with `remote` from its bundle; one that exists is archived. "malformed": the bundle is of another device,
 * or a key in it is not what it should be. The caller has checked that the bundle's identity key is trusted.
 */
export function* startSession(
  own: OwnDevice,
  remote: Address,
  bundle: PreKeyBundle,
  existing: SessionRecord | undefined,
  nowMs: number,
  random: RandomSource,
): Step<Result<SessionRecord, StartRefusal>> {
  if (bundle.deviceId !== remote.deviceId || !isBundleCanonical(bundle)) return refused("malformed");
  if (!(yield* isBundleSigned(bundle))) return refused("bad-signature");
  const session = yield* initiateSession(own, remote, bundle, nowMs, random);
  return session === undefined ? refused("malformed") : ok(addSession(existing ?? NO_SESSIONS, session));
}

/**
 * Encrypts with the session in use. "no-session": there is none, or it has waited `MAX_PENDING_MS` for its first
 * answer. The caller has checked that `record.current.remoteIdentity` is trusted.
 */
export function* encryptMessage(
  own: OwnDevice,
  remote: Address,
  record: SessionRecord,
  plaintext: Bytes,
  nowMs: number,
  random: RandomSource,
): Step<Result<Encrypted, EncryptRefusal>> {
  const session = record.current;
  if (session === undefined) return refused("no-session");
  const { pending, baseKey } = session;
  if (pending !== undefined && nowMs - pending.startedAtMs > MAX_PENDING_MS) return refused("no-session");

  const { session: after, message } = yield* sealMessage(own, remote, session, plaintext, random);
  const next = replaceSession(record, session, after);
  if (pending === undefined) return ok({ record: next, kind: "whisper", message });

  const { identity, registrationId } = own;
  const wrapped = { ...pending, registrationId, baseKey, identityKey: identity.publicKey, message };
  return ok({ record: next, kind: "prekey", message: encodePreKeySignalMessage(wrapped) });
}

/** Decrypts, with the session that fits or a new one. A refusal changes nothing. */
export function* decryptMessage(
  own: OwnDevice,
  remote: Address,
  record: SessionRecord | undefined,
  kind: MessageKind,
  message: Bytes,
  options: DecryptOptions,
  random: RandomSource,
): Step<Result<Decrypted, DecryptRefusal>> {
  const known = record ?? NO_SESSIONS;
  return kind === "prekey"
    ? yield* decryptPreKey(own, remote, known, message, options, random)
    : yield* decryptWhisper(own, remote, known, message, options, random);
}

function* decryptPreKey(
  own: OwnDevice,
  remote: Address,
  record: SessionRecord,
  bytes: Bytes,
  { preKeys, isTrusted, requireAddresses = false }: DecryptOptions,
  random: RandomSource,
): Step<Result<Decrypted, DecryptRefusal>> {
  const received = decodePreKeySignalMessage(bytes);
  if (received === undefined) return refused("malformed");
  const { identityKey, baseKey, message } = received;
  if (!isTrusted(identityKey)) return refused("untrusted");
  if (requireAddresses && message.addresses === undefined) return refused("forged");

  const known = promoteByBaseKey(record, baseKey);
  let session = known?.current;
  if (session === undefined) {
    const answered = yield* answerSession(own, remote, received, preKeys);
    if (!answered.ok) return answered;
    session = answered.value;
  }
  if (!equalBytes(session.remoteIdentity, identityKey)) return refused("forged");
  const opened = yield* openMessage(own, remote, session, message, random);
  if (!opened.ok) return opened;
  const { session: after, plaintext } = opened.value;
  return ok(
    known === undefined
      ? { record: addSession(record, after), plaintext, identityKey, used: preKeyUseOf(received) }
      : { record: replaceSession(known, session, after), plaintext, identityKey, used: undefined },
  );
}

/**
 * A message for nobody is tried with every session, and each jump is work before any MAC. Forty archived sessions that
 * do not know its ratchet key go no further than what they would keep; libsignal goes the whole way.
 */
function jumpLimit({ current }: SessionRecord, session: Session, { ratchetKey }: ReceivedSignalMessage): number {
  const isLikely =
    session === current || session.ratchet.receivers.some((chain) => equalBytes(chain.ratchetKey, ratchetKey));
  return isLikely ? Number.POSITIVE_INFINITY : MAX_SKIPPED_SEEDS;
}

function* decryptWhisper(
  own: OwnDevice,
  remote: Address,
  record: SessionRecord,
  bytes: Bytes,
  { isTrusted }: DecryptOptions,
  random: RandomSource,
): Step<Result<Decrypted, DecryptRefusal>> {
  const message = decodeSignalMessage(bytes);
  if (message === undefined) return refused("malformed");
  const sessions = sessionsOf(record);
  if (sessions.length === 0) return refused("no-session");
  for (const session of sessions) {
    const opened = yield* openMessage(own, remote, session, message, random, jumpLimit(record, session, message));
    if (!opened.ok && opened.reason === "duplicate") return opened;
    if (!opened.ok) continue;
    const { session: after, plaintext } = opened.value;
    const identityKey = session.remoteIdentity;
    if (!isTrusted(identityKey)) return refused("untrusted");
    return ok({ record: replaceSession(record, session, after), plaintext, identityKey, used: undefined });
  }
  return refused("forged");
}
