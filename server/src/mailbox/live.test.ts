import { copyBytes, toHex } from "@tacit/shared/bytes";
import type { EnvelopeId } from "@tacit/shared/ids";
import { KIB, LIVE_TTL_MS, MAX_LIVE_BYTES } from "@tacit/shared/limits";
import fc from "fast-check";
import { expect, test } from "vitest";
import { digestOf } from "../hash.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { seededRandom } from "../testing/seeded-random.ts";
import { LiveLanes } from "./live.ts";
import { createMailboxId, type MailboxId } from "./mailbox-id.ts";

const ENVELOPE_BYTES = 2 * KIB;

function createStage(maxEnvelopes: number) {
  const clock = new FakeClock();
  const random = seededRandom("live");
  const lanes = new LiveLanes(clock, maxEnvelopes * ENVELOPE_BYTES);
  const put = (mailbox: MailboxId, bytes = ENVELOPE_BYTES): EnvelopeId => {
    const id = random(16) as EnvelopeId;
    const sealed = copyBytes(new Uint8Array(bytes));
    lanes.put(mailbox, { id, lane: "live", after: 0, sealed, digest: digestOf(id) });
    return id;
  };
  const waiting = (mailbox: MailboxId) => lanes.waiting(mailbox).map(({ id }) => toHex(id));
  return { clock, lanes, put, waiting, mailbox: () => createMailboxId(random) };
}

test("a mailbox takes four megabytes a minute, whether or not anybody collects them", () => {
  for (const isCollected of [true, false]) {
    const { clock, lanes, put, mailbox } = createStage(1_000_000);
    const bob = mailbox();

    for (let bytes = 0; bytes < MAX_LIVE_BYTES; bytes += 64 * KIB) {
      expect(lanes.hasRoom(bob, 64 * KIB)).toBe(true);
      const id = put(bob, 64 * KIB);
      if (isCollected) lanes.collected(bob, id);
    }

    expect(lanes.hasRoom(bob, 2 * KIB)).toBe(false);
    expect(lanes.hasRoom(mailbox(), 64 * KIB)).toBe(true);
    clock.advance(LIVE_TTL_MS);
    expect(lanes.hasRoom(bob, 64 * KIB)).toBe(true);
  }
});

test("who fills mailboxes of their own loses the oldest there, and nobody else loses anything", () => {
  const { lanes, put, waiting, mailbox } = createStage(100);
  const [mallorys, bobs] = [
    [mailbox(), mailbox(), mailbox()],
    [mailbox(), mailbox()],
  ];
  const first = bobs.map((bob) => toHex(put(bob)));

  const flood = mallorys.map((own) => Array.from({ length: 200 }, () => put(own)));
  const second = bobs.map((bob) => toHex(put(bob)));

  for (const [i, bob] of bobs.entries()) expect(waiting(bob)).toEqual([first[i], second[i]]);
  for (const [i, own] of mallorys.entries()) {
    const put = (flood[i] ?? []).map(toHex);
    expect(waiting(own)).toEqual(put.slice(put.length - waiting(own).length));
    // What was lost is still known: posted again, it does not take more room.
    expect(lanes.digestOf(own, flood[i]?.[0] as EnvelopeId)).toBeDefined();
  }
  const held = [...mallorys, ...bobs].flatMap(waiting).length;
  expect(held).toBeGreaterThan(80);
  expect(held).toBeLessThanOrEqual(100);
});

test("all mailboxes together never hold more than their limit, and nobody below an equal share loses anything", () => {
  const puts = fc.array(fc.nat(5), { minLength: 60, maxLength: 200 });
  fc.assert(
    fc.property(puts, (order) => {
      const { put, waiting, mailbox } = createStage(48);
      const all = Array.from({ length: 6 }, mailbox);
      const equalShare = (48 * 7) / 8 / all.length;

      for (const i of order) {
        put(all[i] as MailboxId);
        expect(all.flatMap(waiting).length).toBeLessThanOrEqual(48);
      }

      for (const [i, one] of all.entries()) {
        const count = order.filter((each) => each === i).length;
        expect(waiting(one).length).toBeGreaterThanOrEqual(Math.min(count, Math.floor(equalShare)));
      }
    }),
    { numRuns: 50 },
  );
});

test("what was collected, forgotten or has expired makes room for all", () => {
  const { clock, lanes, put, waiting, mailbox } = createStage(10);
  const [alice, bob, carol] = [mailbox(), mailbox(), mailbox()];
  const put10 = (one: MailboxId) => Array.from({ length: 10 }, () => toHex(put(one)));

  for (const id of Array.from({ length: 10 }, () => put(alice))) lanes.collected(alice, id);
  expect(put10(bob)).toEqual(waiting(bob));
  lanes.forget(bob);
  expect(put10(carol)).toEqual(waiting(carol));
  clock.advance(LIVE_TTL_MS);

  expect(put10(bob)).toEqual(waiting(bob));
});
