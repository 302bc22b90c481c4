import { concat } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import { decodeSessionRecord, encodeSessionRecord } from "./session-codec.ts";
import { NO_SESSIONS, type SessionRecord } from "./session-record.ts";
import { eachBitFlipped, eachTruncation } from "./testing/damage.ts";
import { seededRandom } from "./testing/random.ts";
import { ALICE, BOB, decrypted, encrypted, sessionParty, startedWith } from "./testing/session-party.ts";

const random = seededRandom("session codec");
const [alice, bob] = [sessionParty(ALICE, "codec"), sessionParty(BOB, "codec")];

/** Records of every shape: waiting, answered, with skipped seeds, with an archive, and empty. */
function recordsOfEveryShape(): Readonly<Record<string, SessionRecord>> {
  const waiting = startedWith(alice, bob, random);
  const first = encrypted(alice, bob, waiting, random(3), random);
  const second = encrypted(alice, bob, first.record, random(3), random);
  const skipping = decrypted(bob, alice, undefined, second, random).record;
  const answer = encrypted(bob, alice, skipping, random(3), random);
  const answered = decrypted(alice, bob, second.record, answer, random).record;
  const restarted = startedWith(alice, bob, random, answered);
  return { waiting, skipping, answered, restarted, empty: NO_SESSIONS };
}

const records = recordsOfEveryShape();

test("the records are of the shapes that they are named for", () => {
  expect(records["waiting"]?.current?.pending).toBeDefined();
  expect(records["skipping"]?.current?.ratchet.receivers[0]?.skipped).toHaveLength(1);
  expect(records["answered"]?.current?.pending).toBeUndefined();
  expect(records["restarted"]?.archived).toHaveLength(1);
});

test.each(Object.entries(records))("decoding undoes encoding: %s", (_, record) => {
  expect(decodeSessionRecord(encodeSessionRecord(record))).toEqual(record);
});

test.each(Object.entries(records))(
  "a record that is cut short, has a tail, or is of another version is none: %s",
  (_, record) => {
    const bytes = encodeSessionRecord(record);

    expect([...eachTruncation(bytes)].filter((cut) => decodeSessionRecord(cut) !== undefined)).toEqual([]);
    expect(decodeSessionRecord(concat(bytes, Uint8Array.of(0)))).toBeUndefined();
    expect(decodeSessionRecord(bytes.with(0, 2))).toBeUndefined();
  },
);

test("a record with a flipped bit is another record or none, and never throws", () => {
  const bytes = encodeSessionRecord(records["skipping"] as SessionRecord);
  let refused = 0;

  for (const damaged of eachBitFlipped(bytes)) {
    const decoded = decodeSessionRecord(damaged);
    if (decoded === undefined) refused++;
    else expect(encodeSessionRecord(decoded)).toHaveLength(bytes.length);
  }

  expect(refused).toBeGreaterThan(0);
});

test("random bytes are no record", () => {
  for (let length = 0; length < 400; length++) {
    expect(decodeSessionRecord(concat(Uint8Array.of(1), random(length)))).toBeUndefined();
  }
});
