/** All sessions with one device: the one in use, and those that late messages may still need. Immutable. */
import { equalBytes } from "@tacit/shared/bytes";
import type { Ratchet } from "./double-ratchet.ts";
import type { PublicKey } from "./keys.ts";
import type { KyberCiphertext } from "./kyber1024.ts";
import type { SpqrState } from "./spqr/spqr.ts";

/** What every message repeats until the first answer: the recipient needs it to have the session at all. */
export type PendingPreKeys = {
  readonly oneTimePreKeyId: number | undefined;
  readonly signedPreKeyId: number;
  readonly kyberPreKeyId: number;
  readonly kyberCiphertext: KyberCiphertext;
  readonly startedAtMs: number;
};

export type Session = {
  readonly remoteIdentity: PublicKey;
  readonly remoteRegistrationId: number;
  /** The initiator's, whoever that was: the session's name. */
  readonly baseKey: PublicKey;
  readonly ratchet: Ratchet;
  readonly spqr: SpqrState;
  /** Only at the initiator, until the first answer. */
  readonly pending: PendingPreKeys | undefined;
};

export type SessionRecord = {
  readonly current: Session | undefined;
  /** Newest first. */
  readonly archived: readonly Session[];
};

export const MAX_ARCHIVED_SESSIONS = 40;
/**
 * Of all archived sessions together: as many as the one in use can have. Whoever is at the other end decides how many are
 * skipped, and all of them are read and written with each message: forty sessions would have 15 MB.
 */
export const MAX_ARCHIVED_SEEDS = 10_000;
export const NO_SESSIONS: SessionRecord = { current: undefined, archived: [] };

/** The record with `session` in use; the one before it goes to the archive, which drops its oldest. */
export function addSession({ current, archived }: SessionRecord, session: Session): SessionRecord {
  return { current: session, archived: archive(current, archived) };
}

/** The record with its session of this base key in use, or `undefined` where it has none. */
export function promoteByBaseKey(record: SessionRecord, baseKey: PublicKey): SessionRecord | undefined {
  const found = sessionsOf(record).find((session) => equalBytes(session.baseKey, baseKey));
  return found && replaceSession(record, found, found);
}

/** Puts `after` in the place of `before` and in use; whatever else was in use goes to the archive. */
export function replaceSession({ current, archived }: SessionRecord, before: Session, after: Session): SessionRecord {
  if (before === current) return { current: after, archived };
  const others = archived.filter((session) => session !== before);
  return { current: after, archived: archive(current, others) };
}

/** In the order in which they are tried. */
export function sessionsOf({ current, archived }: SessionRecord): readonly Session[] {
  return current === undefined ? archived : [current, ...archived];
}

function archive(session: Session | undefined, archived: readonly Session[]): readonly Session[] {
  if (session === undefined) return archived;
  return withinSeeds([{ ...session, pending: undefined }, ...archived].slice(0, MAX_ARCHIVED_SESSIONS));
}

/** The newest sessions keep what they skipped; from where there is no room for all of one on, none is kept. */
function withinSeeds(sessions: readonly Session[]): readonly Session[] {
  let left = MAX_ARCHIVED_SEEDS;
  return sessions.map((session) => {
    const count = session.ratchet.receivers.reduce((sum, { skipped }) => sum + skipped.length, 0);
    left -= count;
    if (left >= 0 || count === 0) return session;
    const receivers = session.ratchet.receivers.map((chain) => ({ ...chain, skipped: [] }));
    return { ...session, ratchet: { ...session.ratchet, receivers } };
  });
}
