import {
  CARD_KEY_QUEUE,
  CONTACT_KEY_POSTS_PER_DAY,
  DAY_MS,
  ENVELOPE_TTL_MS,
  HOUR_MS,
  LIVE_TTL_MS,
  MAX_LIVE_ENVELOPES,
  MAX_MAILBOX_BYTES,
  MAX_MAILBOX_ENVELOPES,
  MAX_POST_BYTES,
} from "@tacit/shared/limits";
import { expect, test } from "vitest";
import { Gate } from "../testing/gate.ts";
import { MailboxStage } from "../testing/mailbox-stage.ts";

const OK = { status: "ok" };

test("twenty posts of a card wait at a time; the twenty-first is full until one was collected and the hour is over", async () => {
  const stage = new MailboxStage([1, 2]);
  for (let i = 0; i < CARD_KEY_QUEUE; i++) expect(await stage.post("durable", stage.cardKey)).toEqual(OK);
  expect(await stage.post("durable", stage.cardKey)).toEqual({ status: "full" });

  const [one, two] = [stage.connect(0), stage.connect(1)];
  await one.collect(one.lastPage.slice(0, 1).map(({ id }) => id));
  expect(await stage.post("durable", stage.cardKey)).toEqual({ status: "full" });
  await two.collect(two.lastPage.slice(0, 1).map(({ id }) => id));
  expect(await stage.post("durable", stage.cardKey)).toEqual({ status: "full" });
  stage.clock.advance(HOUR_MS);

  expect(await stage.post("durable", stage.cardKey)).toEqual(OK);
  expect(await stage.post("durable", stage.cardKey)).toEqual({ status: "full" });
});

test("by a card nobody learns within an hour whether its owner is connected, and floods nobody who is", async () => {
  const answersOf = async (isConnected: boolean) => {
    const stage = new MailboxStage();
    const bob = isConnected ? stage.connect() : undefined;
    const answers: string[] = [];
    for (let i = 0; i <= 2 * CARD_KEY_QUEUE; i++) {
      answers.push((await stage.post("durable", stage.cardKey)).status);
      await bob?.collect();
    }
    return answers;
  };

  const answers = await answersOf(true);

  expect(answers).toEqual(await answersOf(false));
  expect(answers.filter((status) => status === "ok")).toHaveLength(CARD_KEY_QUEUE);
});

test("a clock that is set back keeps no place of a card", async () => {
  const stage = new MailboxStage();
  const bob = stage.connect();
  for (let i = 0; i < CARD_KEY_QUEUE; i++) {
    await stage.post("durable", stage.cardKey);
    await bob.collect();
  }

  stage.clock.advance(-DAY_MS);

  expect(await stage.post("durable", stage.cardKey)).toEqual(OK);
});

test("twenty-one posts of a card that come at once are not more than twenty", async () => {
  const stage = new MailboxStage();

  const answers = await Promise.all(
    Array.from({ length: CARD_KEY_QUEUE + 1 }, () => stage.post("durable", stage.cardKey)),
  );

  expect(answers.filter(({ status }) => status === "ok")).toHaveLength(CARD_KEY_QUEUE);
});

test("an expired post of a card gives its place back", async () => {
  const stage = new MailboxStage();
  for (let i = 0; i < CARD_KEY_QUEUE; i++) await stage.post("durable", stage.cardKey);

  stage.clock.advance(ENVELOPE_TTL_MS + HOUR_MS);
  await stage.mailboxes.expire(100);
  stage.clock.advance(HOUR_MS);

  expect(await stage.post("durable", stage.cardKey)).toEqual(OK);
});

test("a post of a card does not wait for a device that was removed", async () => {
  const stage = new MailboxStage([1, 2]);
  for (let i = 0; i < CARD_KEY_QUEUE; i++) await stage.post("durable", stage.cardKey);

  stage.mailboxes.remove(stage.mailbox(1));
  const bob = stage.connect(0);
  await bob.collect();
  stage.clock.advance(HOUR_MS);

  expect(await stage.post("durable", stage.cardKey)).toEqual(OK);
});

test("a contact key posts twenty thousand times a day and no more; the next day again", async () => {
  const stage = new MailboxStage();
  for (let posted = 0; posted < CONTACT_KEY_POSTS_PER_DAY; posted += MAX_LIVE_ENVELOPES) {
    const answers = await Promise.all(Array.from({ length: MAX_LIVE_ENVELOPES }, () => stage.post("live")));
    expect(answers.filter(({ status }) => status !== "ok")).toEqual([]);
    stage.clock.advance(LIVE_TTL_MS);
  }

  expect(await stage.post()).toEqual({ status: "budget" });
  stage.clock.advance(DAY_MS);
  expect(await stage.post()).toEqual(OK);
});

test("a post is at most 384 KiB over all its devices", async () => {
  const stage = new MailboxStage([1, 2, 3, 4, 5, 6, 7]);
  const fitting = { ...stage.compose("durable", stage.contactKey, 32 * 1024) };
  const atLimit = { ...fitting, envelopes: [1, 2, 3, 4, 5].map((id) => stage.envelope(id, 64 * 1024)) };
  const rest = [stage.envelope(6, 32 * 1024), stage.envelope(7, 32 * 1024)];
  const over = { ...atLimit, envelopes: [...atLimit.envelopes, stage.envelope(6, 64 * 1024), stage.envelope(7)] };

  const whole = { ...atLimit, envelopes: [...atLimit.envelopes, ...rest] };
  expect(whole.envelopes.reduce((sum, { sealed }) => sum + sealed.length, 0)).toBe(MAX_POST_BYTES);
  expect(await stage.mailboxes.post(whole)).toEqual(OK);
  expect(await stage.mailboxes.post(over)).toEqual({ status: "malformed" });
});

test("a mailbox takes twenty thousand envelopes and no more, until one is collected", async () => {
  const stage = new MailboxStage();
  const fill = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) ";
  const rows = "SELECT ?, randomblob(16), randomblob(32), 9e15, zeroblob(8) FROM n";
  stage.db.$client
    .prepare(`${fill} INSERT INTO envelopes (mailbox, id, digest, expires_at_ms, sealed) ${rows}`)
    .run(MAX_MAILBOX_ENVELOPES - 1, stage.mailbox());

  expect(await stage.post()).toEqual(OK);
  expect(await stage.post()).toEqual({ status: "full" });
  expect(await stage.post("live")).toEqual(OK);
  const bob = stage.connect();
  await bob.collect(bob.lastPage.slice(0, 1).map(({ id }) => id));

  expect(await stage.post()).toEqual(OK);
});

test("what is collected and posted in one commit counts once, also where nobody had counted before", async () => {
  const gate = new Gate();
  const stage = new MailboxStage([1], ":memory:", gate.schedule);
  const fill = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?) ";
  const rows = "SELECT ?, randomblob(16), randomblob(32), 9e15, zeroblob(8) FROM n";
  stage.db.$client
    .prepare(`${fill} INSERT INTO envelopes (mailbox, id, digest, expires_at_ms, sealed) ${rows}`)
    .run(MAX_MAILBOX_ENVELOPES, stage.mailbox());
  const bob = stage.connect();
  gate.shut();
  const collected = bob.collect(bob.lastPage.slice(0, 1).map(({ id }) => id));
  const posted = stage.post();
  gate.open();

  await collected;
  expect(await posted).toEqual(OK);
  expect(await stage.post()).toEqual({ status: "full" });
});

test("a mailbox takes 128 MiB and not a byte more", async () => {
  const stage = new MailboxStage();
  stage.db.$client
    .prepare("INSERT INTO envelopes (mailbox, id, digest, expires_at_ms, sealed) VALUES (?, ?, ?, 9e15, zeroblob(?))")
    .run(stage.mailbox(), stage.random(16), stage.random(32), MAX_MAILBOX_BYTES - 4096);

  expect(await stage.mailboxes.post(stage.compose("durable", stage.contactKey, 8192))).toEqual({ status: "full" });
  expect(await stage.mailboxes.post(stage.compose("durable", stage.contactKey, 4096))).toEqual(OK);
  expect(await stage.post()).toEqual({ status: "full" });
});
