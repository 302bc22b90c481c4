import { toHex } from "@tacit/shared/bytes";
import type { Random } from "@tacit/web/core/ports/random";

// What a Signal session remembers and refuses, without any cryptography: which chain answers which, who has read what,
// five receiver chains, forty archived sessions. The order of the rules is that of crypto/src/session.ts.

const MAX_RECEIVER_CHAINS = 5;
const MAX_SKIPPED = 2_000;
const MAX_ARCHIVED = 40;
const MAX_PENDING_MS = 30 * 24 * 60 * 60 * 1000;
/** The answering side's first ratchet key: its signed prekey. */
const FIRST = "signed prekey";

export type StubPending = {
  readonly oneTime?: number | undefined;
  readonly signed: number;
  readonly kyber: number;
  readonly startedAtMs: number;
};
type Chain = { readonly name: string; readonly next: number; readonly skipped: readonly number[] };
type Session = {
  readonly base: string;
  readonly identity: string;
  readonly pending?: StubPending | undefined;
  /** Our chain, and theirs that it answers. */
  readonly sending: { readonly name: string; readonly answers: string; readonly next: number };
  readonly receivers: readonly Chain[];
};
export type StubRecord = { readonly current?: Session | undefined; readonly archived: readonly Session[] };

/** A message as it lies in the envelope. `content` stands for the ciphertext. */
export type StubMessage = {
  readonly base: string;
  readonly chain: string;
  readonly answers: string;
  readonly counter: number;
  readonly pending?: StubPending | undefined;
  readonly content: Uint8Array<ArrayBuffer>;
};

export function startStub(
  record: StubRecord | undefined,
  identity: string,
  pending: StubPending,
  random: Random,
): StubRecord {
  const session: Session = {
    base: toHex(random(16)),
    identity,
    pending,
    sending: { name: toHex(random(16)), answers: FIRST, next: 0 },
    receivers: [],
  };
  return { current: session, archived: archive(record?.current, record?.archived ?? []) };
}

export function encryptStub(
  record: StubRecord,
  identity: string,
  content: Uint8Array<ArrayBuffer>,
  nowMs: number,
): { readonly record: StubRecord; readonly message: StubMessage } | undefined {
  const { current } = record;
  if (current === undefined || current.identity !== identity) return undefined;
  const { base, pending, sending } = current;
  if (pending !== undefined && nowMs - pending.startedAtMs > MAX_PENDING_MS) return undefined;
  const message = { base, chain: sending.name, answers: sending.answers, counter: sending.next, pending, content };
  return { record: { ...record, current: { ...current, sending: { ...sending, next: sending.next + 1 } } }, message };
}

export type StubOpened =
  | { readonly ok: true; readonly record: StubRecord; readonly isNew: boolean }
  | { readonly ok: false; readonly reason: "duplicate" | "unreadable" | "no-session" | "missing-prekey" | "untrusted" };

export function decryptStub(
  record: StubRecord | undefined,
  identity: string,
  message: StubMessage,
  isTrusted: boolean,
  hasPreKeys: boolean,
  random: Random,
): StubOpened {
  const sessions = record === undefined ? [] : sessionsOf(record);
  if (message.pending === undefined) {
    if (record === undefined || sessions.length === 0) return { ok: false, reason: "no-session" };
    for (const session of sessions) {
      const after = step(session, message, random);
      if (after === "duplicate") return { ok: false, reason: "duplicate" };
      if (after === "forged") continue;
      if (!isTrusted) return { ok: false, reason: "untrusted" };
      if (session.identity !== identity) return { ok: false, reason: "unreadable" };
      return { ok: true, record: replace(record, session, after), isNew: false };
    }
    return { ok: false, reason: "unreadable" };
  }
  if (!isTrusted) return { ok: false, reason: "untrusted" };
  const known = sessions.find(({ base }) => base === message.base);
  if (known === undefined && !hasPreKeys) return { ok: false, reason: "missing-prekey" };
  const session = known ?? {
    base: message.base,
    identity,
    sending: { name: FIRST, answers: "", next: 0 },
    receivers: [],
  };
  if (session.identity !== identity) return { ok: false, reason: "unreadable" };
  const after = step(session, message, random);
  if (after === "duplicate") return { ok: false, reason: "duplicate" };
  if (after === "forged") return { ok: false, reason: "unreadable" };
  const before = record ?? { archived: [] };
  return known === undefined
    ? { ok: true, record: { current: after, archived: archive(before.current, before.archived) }, isNew: true }
    : { ok: true, record: replace(before, known, after), isNew: false };
}

function step(session: Session, message: StubMessage, random: Random): Session | "duplicate" | "forged" {
  const { chain: name, counter } = message;
  const known = session.receivers.find((chain) => chain.name === name);
  if (known !== undefined) {
    const chain = advance(known, counter);
    if (chain === undefined) return "duplicate";
    const receivers = session.receivers.map((one) => (one === known ? chain : one));
    return { ...session, pending: undefined, receivers };
  }
  // A chain that is not known is one that answers our present one, or cannot be read.
  if (message.base !== session.base || message.answers !== session.sending.name) return "forged";
  const chain = advance({ name, next: 0, skipped: [] }, counter);
  if (chain === undefined) return "forged";
  return {
    ...session,
    pending: undefined,
    receivers: [...session.receivers, chain].slice(-MAX_RECEIVER_CHAINS),
    sending: { name: toHex(random(16)), answers: name, next: 0 },
  };
}

function advance({ name, next, skipped }: Chain, counter: number): Chain | undefined {
  if (counter < next) {
    return skipped.includes(counter) ? { name, next, skipped: skipped.filter((one) => one !== counter) } : undefined;
  }
  const jumped = Array.from({ length: counter - next }, (_, at) => next + at);
  return { name, next: counter + 1, skipped: [...skipped, ...jumped].slice(-MAX_SKIPPED) };
}

function sessionsOf({ current, archived }: StubRecord): readonly Session[] {
  return current === undefined ? archived : [current, ...archived];
}

function replace({ current, archived }: StubRecord, before: Session, after: Session): StubRecord {
  if (before === current) return { current: after, archived };
  const others = archived.filter((session) => session !== before);
  return { current: after, archived: archive(current, others) };
}

function archive(session: Session | undefined, archived: readonly Session[]): readonly Session[] {
  if (session === undefined) return archived;
  return [{ ...session, pending: undefined }, ...archived].slice(0, MAX_ARCHIVED);
}
