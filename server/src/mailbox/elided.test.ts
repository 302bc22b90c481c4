import type { EnvelopeId } from "@tacit/shared/ids";
import { HOUR_MS } from "@tacit/shared/limits";
import { expect, test } from "vitest";
import { digestOf } from "../hash.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { seededRandom } from "../testing/seeded-random.ts";
import { Elided } from "./elided.ts";
import { createMailboxId } from "./mailbox-id.ts";

function createStage() {
  const clock = new FakeClock();
  const random = seededRandom("elided");
  const elided = new Elided(clock, HOUR_MS);
  const mailbox = createMailboxId(random);
  const digest = digestOf(random(16));
  const add = (of = mailbox) => {
    const id = random(16) as EnvelopeId;
    elided.add(of, id, digest);
    return id;
  };
  return { clock, elided, mailbox, digest, add, other: createMailboxId(random) };
}

test("what was collected is known in its mailbox, for its time", () => {
  const { clock, elided, mailbox, digest, add, other } = createStage();
  const id = add();

  expect([elided.digestOf(mailbox, id), elided.digestOf(other, id)]).toEqual([digest, undefined]);
  clock.advance(HOUR_MS);
  expect(elided.digestOf(mailbox, id)).toBeUndefined();
});

test("of too many the oldest are forgotten", () => {
  const { elided, mailbox, add } = createStage();
  const first = add();
  for (let i = 1; i < 15_000; i++) add();
  const newer = add();
  expect(elided.digestOf(mailbox, first)).toBeDefined();

  for (let i = 0; i < 15_000; i++) add();

  expect(elided.digestOf(mailbox, first)).toBeUndefined();
  expect(elided.digestOf(mailbox, newer)).toBeDefined();
});

test("a mailbox that is no more takes its own with it, and nobody else's", () => {
  const { elided, mailbox, add, other } = createStage();
  const [own, theirs] = [add(), add(other)];

  elided.forget(mailbox);

  expect(elided.digestOf(mailbox, own)).toBeUndefined();
  expect(elided.digestOf(other, theirs)).toBeDefined();
});
