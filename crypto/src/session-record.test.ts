import { expect, test } from "vitest";
import { MAX_RECEIVER_CHAINS, MAX_SKIPPED_SEEDS } from "./double-ratchet.ts";
import { generateKeyPair } from "./keys.ts";
import {
  addSession,
  MAX_ARCHIVED_SEEDS,
  NO_SESSIONS,
  promoteByBaseKey,
  replaceSession,
  type Session,
  type SessionRecord,
  sessionsOf,
} from "./session-record.ts";
import { seededRandom } from "./testing/random.ts";
import { ALICE, answer, BOB, sessionParty, startedWith } from "./testing/session-party.ts";

const random = seededRandom("session record");
const template = startedWith(sessionParty(ALICE, "record"), sessionParty(BOB, "record"), random).current as Session;
const sessions = Array.from({ length: 42 }, () => newSession());

function newSession(): Session {
  return { ...template, baseKey: answer(generateKeyPair(random)).publicKey };
}

function recordOf(count: number): SessionRecord {
  return sessions.slice(0, count).reduce(addSession, NO_SESSIONS);
}

const baseKeys = (record: SessionRecord) => sessionsOf(record).map(({ baseKey }) => baseKey);

test("sessions are tried from the newest to the oldest", () => {
  const [first, second, third] = sessions;

  expect(baseKeys(recordOf(3))).toEqual([third?.baseKey, second?.baseKey, first?.baseKey]);
  expect(sessionsOf(NO_SESSIONS)).toEqual([]);
});

test("forty sessions are archived, and the oldest makes room", () => {
  expect(recordOf(41).archived).toHaveLength(40);
  expect(baseKeys(recordOf(41))).toContain(sessions[0]?.baseKey);
  expect(recordOf(42).archived).toHaveLength(40);
  expect(baseKeys(recordOf(42))).not.toContain(sessions[0]?.baseKey);
});

test("a session in the archive does not wait for an answer any more", () => {
  const record = recordOf(2);

  expect(record.current?.pending).toBeDefined();
  expect(record.archived[0]?.pending).toBeUndefined();
});

test("the session of a base key comes to the front, and the others keep their order", () => {
  const record = recordOf(4);
  const [first, second, third, fourth] = sessions as [Session, Session, Session, Session];

  const promoted = promoteByBaseKey(record, second.baseKey);

  expect(promoted && baseKeys(promoted)).toEqual([second, fourth, third, first].map(({ baseKey }) => baseKey));
  expect(promoteByBaseKey(record, newSession().baseKey)).toBeUndefined();
  expect(promoteByBaseKey(record, fourth.baseKey)).toEqual(record);
});

test("a session that has moved on stands in the place of what it was, and in use", () => {
  const record = recordOf(3);
  const archived = record.archived[1] as Session;
  const after = { ...archived, remoteRegistrationId: 77 };

  const replaced = replaceSession(record, archived, after);

  expect(replaced.current).toBe(after);
  expect(replaced.archived).toHaveLength(2);
  expect(replaced.archived).not.toContain(archived);
  expect(record.archived).toContain(archived);
});

test("archived sessions keep ten thousand skipped keys together, the newest theirs, and the one in use keeps all of its own", () => {
  const receivers = Array.from({ length: MAX_RECEIVER_CHAINS }, () => ({
    ratchetKey: template.baseKey,
    chainKey: new Uint8Array(32),
    index: MAX_SKIPPED_SEEDS,
    skipped: Array.from({ length: MAX_SKIPPED_SEEDS }, (_, index) => ({ index, seed: new Uint8Array(32) })),
  }));
  const full = sessions.slice(0, 4).map((one) => ({ ...one, ratchet: { ...one.ratchet, receivers } }));
  const skippedIn = ({ ratchet }: Session) => ratchet.receivers.reduce((sum, { skipped }) => sum + skipped.length, 0);

  const record = full.reduce(addSession, NO_SESSIONS);

  expect(sessionsOf(record).map(skippedIn)).toEqual([MAX_ARCHIVED_SEEDS, MAX_ARCHIVED_SEEDS, 0, 0]);
  expect(record.archived.map(({ ratchet }) => ratchet.receivers.length)).toEqual([5, 5, 5]);
});
