import { concat } from "@tacit/shared/bytes";
import { DAY_MS } from "@tacit/shared/limits";
import { toUtf8 } from "@tacit/shared/text";
import { expect, test } from "vitest";
import { type DecryptOptions, decryptMessage, encryptMessage, startSession } from "./session.ts";
import { encodeSessionRecord } from "./session-codec.ts";
import { NO_SESSIONS, type SessionRecord } from "./session-record.ts";
import { replayKeyOf } from "./session-setup.ts";
import { decodePreKeySignalMessage, encodePreKeySignalMessage } from "./signal-message.ts";
import { seededRandom } from "./testing/random.ts";
import {
  ALICE,
  answer,
  BOB,
  decrypted,
  encrypted,
  NOW_MS,
  type SessionParty,
  sessionParty,
  startedWith,
} from "./testing/session-party.ts";

const [alice, bob] = [sessionParty(ALICE, "session"), sessionParty(BOB, "session")];
const HELLO = toUtf8("hello");

/** Both records after a first message and its answer, and one more message of Alice's on its way. */
function acquainted() {
  const random = seededRandom("acquainted");
  const first = encrypted(alice, bob, startedWith(alice, bob, random), HELLO, random);
  const bobs = decrypted(bob, alice, undefined, first, random);
  const reply = encrypted(bob, alice, bobs.record, HELLO, random);
  const alices = decrypted(alice, bob, first.record, reply, random);
  const next = encrypted(alice, bob, alices.record, HELLO, random);
  return { first, bobs, alices: alices.record, bobsRecord: reply.record, next };
}

function decrypt(
  to: SessionParty,
  from: SessionParty,
  record: SessionRecord | undefined,
  { kind, message }: Parameters<typeof decrypted>[3],
  changes: Partial<DecryptOptions> = {},
) {
  const options = { preKeys: to.preKeys, isTrusted: () => true, requireAddresses: true, ...changes };
  const random = seededRandom("decrypt");
  return answer(decryptMessage(to.own, from.own.local, record, kind, message, options, random));
}

test("what one side encrypts, the other decrypts", () => {
  const { first, bobs, bobsRecord, next } = acquainted();

  expect(first.kind).toBe("prekey");
  expect(bobs.plaintext).toEqual(HELLO);
  expect(bobs.identityKey).toEqual(alice.own.identity.publicKey);
  expect(next.kind).toBe("whisper");
  expect(decrypted(bob, alice, bobsRecord, next, seededRandom("")).plaintext).toEqual(HELLO);
});

test("a first message tells which prekeys it used up, its repetition does not", () => {
  const random = seededRandom("used");
  const first = encrypted(alice, bob, startedWith(alice, bob, random), HELLO, random);
  const second = encrypted(alice, bob, first.record, HELLO, random);

  const { record, used } = decrypted(bob, alice, undefined, first, random);

  expect(used).toEqual({ oneTimeId: 0, signedId: 0, kyberId: 0, baseKey: record.current?.baseKey });
  expect(decrypted(bob, alice, record, second, random).used).toBeUndefined();
});

test("a replay of a last-resort key's first message is refused", () => {
  const { first, bobs } = acquainted();
  const remembered = new Set(bobs.used && [replayKeyOf(bobs.used)]);
  const preKeys = {
    ...bob.preKeys,
    isReplay: (use: Parameters<typeof replayKeyOf>[0]) => remembered.has(replayKeyOf(use)),
  };

  expect(decrypt(bob, alice, undefined, first, { preKeys })).toEqual({ ok: false, reason: "replayed" });
  expect(decrypt(bob, alice, undefined, first)).toMatchObject({ ok: true });
});

test("the same record and the same randomness give the same bytes, and leave the record as it was", () => {
  const { alices, bobsRecord, next } = acquainted();
  const before = structuredClone({ alices, bobsRecord });
  const twice = <Value>(step: () => Value) => [step(), step()] as const;

  const starts = twice(() => startedWith(alice, bob, seededRandom("start"), alices));
  const encryptions = twice(() => encrypted(alice, bob, alices, HELLO, seededRandom("encrypt")));
  const decryptions = twice(() => decrypted(bob, alice, bobsRecord, next, seededRandom("decrypt")));

  for (const [one, other] of [starts, encryptions, decryptions]) expect(other).toEqual(one);
  expect({ alices, bobsRecord }).toEqual(before);
  expect(encodeSessionRecord(starts[0])).toEqual(encodeSessionRecord(starts[1]));
});

test("a refusal leaves the record as it was, and the message is as good as before", () => {
  const { bobsRecord, next } = acquainted();
  const before = structuredClone(bobsRecord);
  const damaged = { ...next, message: next.message.with(-1, (next.message.at(-1) as number) ^ 1) };

  expect(decrypt(bob, alice, bobsRecord, damaged)).toEqual({ ok: false, reason: "forged" });
  expect(bobsRecord).toEqual(before);
  expect(decrypt(bob, alice, bobsRecord, next)).toMatchObject({ ok: true });
});

test("a message is read once", () => {
  const { bobsRecord, next } = acquainted();
  const { record } = decrypted(bob, alice, bobsRecord, next, seededRandom("once"));

  expect(decrypt(bob, alice, record, next)).toEqual({ ok: false, reason: "duplicate" });
});

test("nobody but the two can read it", () => {
  const { first, bobsRecord, next } = acquainted();
  const mallory = sessionParty({ ...BOB, accountId: "00000000-0000-8000-8000-000000000000" }, "mallory");

  expect(decrypt(mallory, alice, undefined, first)).toEqual({ ok: false, reason: "forged" });
  expect(decrypt(mallory, alice, bobsRecord, next)).toEqual({ ok: false, reason: "forged" });
  expect(decrypt(bob, mallory, undefined, first)).toEqual({ ok: false, reason: "forged" });
});

test("without a session there is nothing to encrypt or decrypt with", () => {
  const { next } = acquainted();
  const step = encryptMessage(alice.own, BOB, NO_SESSIONS, HELLO, NOW_MS, seededRandom(""));

  expect(answer(step)).toEqual({ ok: false, reason: "no-session" });
  expect(decrypt(bob, alice, undefined, next)).toEqual({ ok: false, reason: "no-session" });
  expect(decrypt(bob, alice, NO_SESSIONS, next)).toEqual({ ok: false, reason: "no-session" });
});

test("who does not trust an identity key does no work for its first message, and keeps no later one", () => {
  const { first, bobsRecord, next } = acquainted();
  const isTrusted = () => false;
  const preKeys = { ...bob.preKeys, signed: () => expect.unreachable("the key is not trusted") };

  expect(decrypt(bob, alice, undefined, first, { isTrusted, preKeys })).toEqual({ ok: false, reason: "untrusted" });
  expect(decrypt(bob, alice, bobsRecord, next, { isTrusted })).toEqual({ ok: false, reason: "untrusted" });
});

test("a repeated first message cannot claim another identity key, even one that is trusted", () => {
  const random = seededRandom("claim");
  const first = encrypted(alice, bob, startedWith(alice, bob, random), HELLO, random);
  const second = encrypted(alice, bob, first.record, HELLO, random);
  const { record } = decrypted(bob, alice, undefined, first, random);
  const honest = decodePreKeySignalMessage(second.message);
  if (honest === undefined) throw new Error("Alice's message is honest");
  const inner = concat(honest.message.body, honest.message.mac);
  const claimed = { ...honest, message: inner, identityKey: bob.own.identity.publicKey };

  const outcome = decrypt(bob, alice, record, { kind: "prekey", message: encodePreKeySignalMessage(claimed) });

  expect(outcome).toEqual({ ok: false, reason: "forged" });
  expect(decrypt(bob, alice, record, second)).toMatchObject({ ok: true });
});

test("an initiator waits thirty days for the first answer", () => {
  const started = startedWith(alice, bob, seededRandom("wait"));
  const sendAt = (nowMs: number) => answer(encryptMessage(alice.own, BOB, started, HELLO, nowMs, seededRandom("wait")));

  expect(sendAt(NOW_MS + 30 * DAY_MS)).toMatchObject({ ok: true });
  expect(sendAt(NOW_MS + 30 * DAY_MS + 1)).toEqual({ ok: false, reason: "no-session" });
  expect(sendAt(NOW_MS - 1)).toMatchObject({ ok: true });
});

test("a bundle of another device, or without its signature, starts nothing", () => {
  const start = (bundle: SessionParty["bundle"]) =>
    answer(startSession(alice.own, BOB, bundle, undefined, NOW_MS, seededRandom("start")));
  const unsigned = { ...bob.bundle.signedPreKey, signature: new Uint8Array(64) };

  expect(start(bob.bundle)).toMatchObject({ ok: true });
  expect(start({ ...bob.bundle, deviceId: 4 })).toEqual({ ok: false, reason: "malformed" });
  expect(start({ ...bob.bundle, signedPreKey: unsigned })).toEqual({ ok: false, reason: "bad-signature" });
});

test("an archived session follows a new ratchet key as far as it keeps skipped keys, the one in use further", () => {
  const random = seededRandom("archived jump");
  const { alices, bobsRecord } = acquainted();
  let record = alices;
  const sent = Array.from({ length: 2_002 }, () => {
    const message = encrypted(alice, bob, record, HELLO, random);
    record = message.record;
    return message;
  });
  const [atLimit, beyond] = [sent[2_000], sent[2_001]];
  if (atLimit === undefined || beyond === undefined) throw new Error("too few messages");
  const archived = startedWith(bob, alice, random, bobsRecord);

  expect(decrypt(bob, alice, bobsRecord, beyond).ok).toBe(true);
  expect(decrypt(bob, alice, archived, atLimit).ok).toBe(true);
  expect(decrypt(bob, alice, archived, beyond)).toEqual({ ok: false, reason: "forged" });
});
