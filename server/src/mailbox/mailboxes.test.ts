import { toHex } from "@tacit/shared/bytes";
import type { DeliveryKey } from "@tacit/shared/ids";
import {
  CARD_KEY_QUEUE,
  CONTACT_KEY_POSTS_PER_DAY,
  DAY_MS,
  ENVELOPE_TTL_MS,
  HOUR_MS,
  LIVE_TTL_MS,
  MAILBOX_PAGE,
  MAX_LIVE_ENVELOPES,
  MAX_MAILBOX_BYTES,
  MAX_MAILBOX_ENVELOPES,
  MAX_POST_BYTES,
  MINUTE_MS,
} from "@tacit/shared/limits";
import type { Post } from "@tacit/shared/wire/envelopes";
import { expect, test } from "vitest";
import { Gate } from "../testing/gate.ts";
import { MailboxStage, tampered } from "../testing/mailbox-stage.ts";
import { COLLECTED_MEMORY_MS } from "./mailboxes.ts";

const OK = { status: "ok" };
const idOf = (post: Post) => toHex(post.envelopes[0]?.id ?? new Uint8Array());

test("a message sent while the recipient is away waits for them", async () => {
  const stage = new MailboxStage();
  const post = stage.compose();

  expect(await stage.mailboxes.post(post)).toEqual(OK);
  stage.restart();
  const bob = stage.connect();

  expect(bob.heard).toEqual([idOf(post)]);
  expect(bob.lastPage[0]).toMatchObject({ lane: "durable", sealed: post.envelopes[0]?.sealed });
});

test("the queue is handed over oldest first, a page at a time, then drained is said once", async () => {
  const stage = new MailboxStage();
  const posts = Array.from({ length: MAILBOX_PAGE * 2 + 1 }, () => stage.compose());
  await Promise.all(posts.map((post) => stage.mailboxes.post(post)));

  const bob = stage.connect();
  expect(bob.pages.map((page) => page.length)).toEqual([MAILBOX_PAGE]);
  await bob.collect();
  await bob.collect();
  await bob.collect();
  await stage.post();
  await bob.collect();

  expect(bob.pages.map((page) => page.length)).toEqual([MAILBOX_PAGE, MAILBOX_PAGE, 1, 1]);
  expect(bob.heard.slice(0, -1)).toEqual([...posts.map(idOf), "drained"]);
});

test("a page does not wait until the one before it is deleted, and nothing comes twice for it", async () => {
  const gate = new Gate();
  const stage = new MailboxStage([1], ":memory:", gate.schedule);
  const posts = Array.from({ length: MAILBOX_PAGE + 1 }, () => stage.compose());
  await Promise.all(posts.map((post) => stage.mailboxes.post(post)));
  const bob = stage.connect();
  gate.shut();

  const done: number[] = [];
  const first = bob.collect().then(() => done.push(1));
  expect(bob.heard).toEqual(posts.map(idOf));
  const second = bob.collect().then(() => done.push(2));
  const again = stage.connect();
  expect([done, bob.heard.length, again.heard]).toEqual([[], MAILBOX_PAGE + 1, []]);

  gate.open();
  await Promise.all([first, second]);
  await expect.poll(() => again.heard).toEqual(["drained"]);
});

test("what could not be deleted comes again", async () => {
  const stage = new MailboxStage();
  const post = stage.compose();
  await stage.mailboxes.post(post);
  stage.db.$client.exec(
    "CREATE TEMP TRIGGER refuse BEFORE INSERT ON collected BEGIN SELECT raise(ROLLBACK, 'no'); END",
  );

  await expect(stage.connect().collect()).rejects.toThrow();

  expect(stage.connect().heard).toEqual([idOf(post)]);
  stage.db.$client.exec("DROP TRIGGER refuse");
});

test("after a disk that refused, what is collected is deleted again", async () => {
  const stage = new MailboxStage();
  const post = stage.compose();
  await stage.mailboxes.post(post);

  stage.db.$client.pragma("query_only = ON");
  await expect(stage.connect().collect()).rejects.toThrow();
  // The relay knows by now: not even the work is begun.
  await expect(stage.connect().collect()).rejects.toThrow();
  stage.db.$client.pragma("query_only = OFF");
  await stage.connect().collect();

  expect(stage.connect().heard).toEqual(["drained"]);
});

test("a page with large envelopes is shorter", async () => {
  const stage = new MailboxStage();
  for (let i = 0; i < 20; i++) await stage.mailboxes.post(stage.compose("durable", stage.contactKey, 64 * 1024));

  expect(stage.connect().lastPage).toHaveLength(16);
});

test("the next page waits until every envelope of this one is collected", async () => {
  const stage = new MailboxStage();
  await Promise.all(Array.from({ length: MAILBOX_PAGE + 1 }, () => stage.post()));
  const bob = stage.connect();
  const ids = bob.lastPage.map(({ id }) => id);

  await bob.collect(ids.slice(1));
  expect(bob.pages).toHaveLength(1);
  await bob.collect(ids.slice(0, 1));

  expect(bob.pages).toHaveLength(2);
});

test("what is collected is gone, and what is not comes again", async () => {
  const stage = new MailboxStage();
  const [first, second] = [stage.compose(), stage.compose()];
  await Promise.all([first, second].map((post) => stage.mailboxes.post(post)));

  const before = stage.connect();
  await before.collect(before.lastPage.slice(0, 1).map(({ id }) => id));
  const after = stage.connect();

  expect(before.isEnded).toBe(true);
  expect(after.heard).toEqual([idOf(second)]);
});

test("a connection that another one replaced does not end the other when it leaves", async () => {
  const stage = new MailboxStage();
  const before = stage.connect();
  const after = stage.connect();

  before.disconnect();
  await stage.post();

  expect(after.heard).toHaveLength(2);
});

test("the same post again is ok and delivered once, before and after it was collected", async () => {
  const stage = new MailboxStage();
  const post = stage.compose();

  await stage.mailboxes.post(post);
  expect(await stage.mailboxes.post(post)).toEqual(OK);
  const bob = stage.connect();
  await bob.collect();
  expect(await stage.mailboxes.post(post)).toEqual(OK);

  expect(bob.heard).toEqual([idOf(post), "drained"]);
});

test("a collected envelope is remembered for two days, also by a relay that restarts", async () => {
  const stage = new MailboxStage();
  const post = stage.compose();
  await stage.mailboxes.post(post);
  await stage.connect().collect();

  stage.clock.advance(COLLECTED_MEMORY_MS - MINUTE_MS);
  await stage.mailboxes.expire(100);
  stage.restart();
  const bob = stage.connect();
  await stage.mailboxes.post(post);
  expect(bob.heard).toEqual(["drained"]);
  stage.clock.advance(DAY_MS);
  await stage.mailboxes.expire(100);
  await stage.mailboxes.post(post);

  expect(bob.heard).toEqual(["drained", idOf(post)]);
});

test.each(["durable", "live"] as const)("other bytes under a known id of the %s lane are id-taken", async (lane) => {
  const stage = new MailboxStage();
  const post = stage.compose(lane);
  await stage.mailboxes.post(post);
  const taken = { status: "id-taken", taken: [post.envelopes[0]?.id] };

  expect(await stage.mailboxes.post(tampered(post))).toEqual(taken);
  await stage.connect().collect();
  expect(await stage.mailboxes.post(tampered(post))).toEqual(taken);
});

test("a fan-out with one taken id stores nothing at all", async () => {
  const stage = new MailboxStage([1, 2]);
  const first = stage.compose();
  await stage.mailboxes.post(first);
  const second = stage.compose();
  const mixed = {
    ...second,
    envelopes: [tampered(first).envelopes[0], second.envelopes[1]].filter((e) => e !== undefined),
  };

  expect(await stage.mailboxes.post(mixed)).toMatchObject({ status: "id-taken" });

  expect(stage.connect(1).heard).toEqual([toHex(first.envelopes[1]?.id ?? new Uint8Array())]);
});

test("a fan-out reaches every device of the account", async () => {
  const stage = new MailboxStage([1, 2, 7]);
  const post = stage.compose();

  expect(await stage.mailboxes.post(post)).toEqual(OK);

  const heard = [0, 1, 2].map((index) => stage.connect(index).heard[0]);
  expect(heard).toEqual(post.envelopes.map(({ id }) => toHex(id)));
});

test("a contact is told which devices are missing, extra and stale; nothing is stored", async () => {
  const stage = new MailboxStage([1, 2]);
  const stale = { ...stage.envelope(1), registrationId: 9 };
  const extra = stage.envelope(3);

  const answer = await stage.mailboxes.post({ key: stage.contactKey, lane: "durable", envelopes: [stale, extra] });

  expect(answer).toEqual({ status: "devices", missing: [2], extra: [3], stale: [1] });
  expect(stage.connect().heard).toEqual(["drained"]);
});

test("a stranger with a card is told no details of devices", async () => {
  const stage = new MailboxStage([1, 2]);

  const answer = await stage.mailboxes.post({ key: stage.cardKey, lane: "durable", envelopes: [stage.envelope(1)] });

  expect(answer).toEqual({ status: "refetch" });
});

test("a key that nobody gave out, and a one-time card that was not claimed, post nothing", async () => {
  const stage = new MailboxStage();
  const unknown = stage.random(32) as DeliveryKey;

  expect(await stage.post("durable", unknown)).toEqual({ status: "unknown-key" });
  expect(await stage.post("durable", stage.onceKey)).toEqual({ status: "unknown-key" });
});

test.each(["live", "ring"] as const)("a card key may not use the %s lane", async (lane) => {
  const stage = new MailboxStage();

  expect(await stage.post(lane, stage.cardKey)).toEqual({ status: "lane" });
});

test("twenty posts of a card wait at a time; the twenty-first is full until one is collected", async () => {
  const stage = new MailboxStage([1, 2]);
  for (let i = 0; i < CARD_KEY_QUEUE; i++) expect(await stage.post("durable", stage.cardKey)).toEqual(OK);
  expect(await stage.post("durable", stage.cardKey)).toEqual({ status: "full" });

  const [one, two] = [stage.connect(0), stage.connect(1)];
  await one.collect(one.lastPage.slice(0, 1).map(({ id }) => id));
  expect(await stage.post("durable", stage.cardKey)).toEqual({ status: "full" });
  await two.collect(two.lastPage.slice(0, 1).map(({ id }) => id));

  expect(await stage.post("durable", stage.cardKey)).toEqual(OK);
  expect(await stage.post("durable", stage.cardKey)).toEqual({ status: "full" });
});

test("twenty-one posts of a card that come at once are not more than twenty", async () => {
  const stage = new MailboxStage();

  const answers = await Promise.all(
    Array.from({ length: CARD_KEY_QUEUE + 1 }, () => stage.post("durable", stage.cardKey)),
  );

  expect(answers.filter(({ status }) => status === "ok")).toHaveLength(CARD_KEY_QUEUE);
});

test("a repeat of what a full queue holds is still ok", async () => {
  const stage = new MailboxStage();
  const post = stage.compose("durable", stage.cardKey);
  await stage.mailboxes.post(post);
  for (let i = 1; i < CARD_KEY_QUEUE; i++) await stage.post("durable", stage.cardKey);

  expect(await stage.mailboxes.post(post)).toEqual(OK);
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

test("a post that names a device twice is malformed", async () => {
  const stage = new MailboxStage();
  const envelopes = [stage.envelope(1), stage.envelope(1)];

  expect(await stage.mailboxes.post({ key: stage.contactKey, lane: "durable", envelopes })).toEqual({
    status: "malformed",
  });
});

test("a live envelope is kept for a minute and comes again until it is collected", async () => {
  const stage = new MailboxStage();
  const post = stage.compose("live");
  await stage.mailboxes.post(post);

  expect(stage.connect().heard).toEqual(["drained", idOf(post)]);
  stage.clock.advance(LIVE_TTL_MS - 1);
  expect(stage.connect().heard).toEqual(["drained", idOf(post)]);
  stage.clock.advance(1);
  expect(stage.connect().heard).toEqual(["drained"]);
});

test("a live envelope that was collected does not come again, and its repeat is ok", async () => {
  const stage = new MailboxStage();
  const post = stage.compose("ring");
  await stage.mailboxes.post(post);
  const before = stage.connect();
  expect(before.lastPage[0]?.lane).toBe("ring");
  await before.collect();

  expect(await stage.mailboxes.post(post)).toEqual(OK);

  expect(stage.connect().heard).toEqual(["drained"]);
});

test("nothing live is handed over before the durable queue was empty", async () => {
  const stage = new MailboxStage();
  const live = stage.compose("live");
  const durable = stage.compose();
  await stage.mailboxes.post(live);
  await stage.mailboxes.post(durable);

  const bob = stage.connect();
  expect(bob.heard).toEqual([idOf(durable)]);
  await bob.collect();

  expect(bob.heard).toEqual([idOf(durable), "drained", idOf(live)]);
});

test("a connected device gets both lanes in the order in which they came", async () => {
  const stage = new MailboxStage();
  const bob = stage.connect();
  const first = stage.compose();
  await stage.mailboxes.post(first);
  const lanes = ["durable", "live", "durable", "live", "live", "durable"] as const;
  const posts = lanes.map((lane) => stage.compose(lane));
  await Promise.all(posts.map((post) => stage.mailboxes.post(post)));

  await bob.collect();

  expect(bob.heard).toEqual(["drained", idOf(first), ...posts.map(idOf)]);
});

test("a live envelope that expires uncollected does not hold up the queue", async () => {
  const stage = new MailboxStage();
  const bob = stage.connect();
  await stage.post("live");
  const durable = stage.compose();
  await stage.mailboxes.post(durable);
  expect(bob.heard).toHaveLength(2);

  stage.clock.advance(LIVE_TTL_MS);
  stage.mailboxes.expireLive();

  expect(bob.heard.at(-1)).toBe(idOf(durable));
});

test("five hundred live envelopes a minute fit, whether or not anybody collects them", async () => {
  const answersOf = async (isConnected: boolean) => {
    const stage = new MailboxStage();
    const bob = isConnected ? stage.connect() : undefined;
    const statuses: string[] = [];
    for (let i = 0; i < MAX_LIVE_ENVELOPES + 1; i++) {
      statuses.push((await stage.post("live")).status);
      await bob?.collect();
    }
    stage.clock.advance(LIVE_TTL_MS);
    statuses.push((await stage.post("live")).status);
    return statuses;
  };

  const away = await answersOf(false);

  expect(away.slice(-3)).toEqual(["ok", "full", "ok"]);
  expect(await answersOf(true)).toEqual(away);
});

test("an envelope that nobody collects expires after thirty days, within an hour", async () => {
  const stage = new MailboxStage();
  const post = stage.compose();
  await stage.mailboxes.post(post);

  stage.clock.advance(ENVELOPE_TTL_MS - 1);
  await stage.mailboxes.expire(100);
  expect(stage.connect().heard).toEqual([idOf(post)]);
  stage.clock.advance(HOUR_MS);
  await stage.mailboxes.expire(100);

  expect(stage.connect().heard).toEqual(["drained"]);
});

test("expiry takes small bites, the oldest first, and says when there may be more", async () => {
  const stage = new MailboxStage();
  for (let i = 0; i < 5; i++) await stage.post();
  stage.clock.advance(ENVELOPE_TTL_MS + HOUR_MS);
  const fresh = stage.compose();
  await stage.mailboxes.post(fresh);

  expect(await stage.mailboxes.expire(3)).toBe(true);
  expect(await stage.mailboxes.expire(3)).toBe(false);

  expect(stage.connect().heard).toEqual([idOf(fresh)]);
});

test("an expired post of a card gives its place back", async () => {
  const stage = new MailboxStage();
  for (let i = 0; i < CARD_KEY_QUEUE; i++) await stage.post("durable", stage.cardKey);

  stage.clock.advance(ENVELOPE_TTL_MS + HOUR_MS);
  await stage.mailboxes.expire(100);

  expect(await stage.post("durable", stage.cardKey)).toEqual(OK);
});

test("a disk that is full answers retry, and the same post is ok when there is room again", async () => {
  const stage = new MailboxStage();
  const pages = stage.db.$client.pragma("page_count", { simple: true });
  stage.db.$client.pragma(`max_page_count = ${pages}`);
  const post = stage.compose("durable", stage.cardKey, 64 * 1024);
  for (let i = 0; i <= CARD_KEY_QUEUE; i++) expect(await stage.mailboxes.post(post)).toEqual({ status: "retry" });

  stage.db.$client.pragma("max_page_count = 100000");

  expect(await stage.mailboxes.post(post)).toEqual(OK);
  expect(stage.connect().heard).toEqual([idOf(post)]);
});

test("a post of a card does not wait for a device that was removed", async () => {
  const stage = new MailboxStage([1, 2]);
  for (let i = 0; i < CARD_KEY_QUEUE; i++) await stage.post("durable", stage.cardKey);

  stage.mailboxes.remove(stage.mailbox(1));
  const bob = stage.connect(0);
  await bob.collect();

  expect(await stage.post("durable", stage.cardKey)).toEqual(OK);
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

test("what a removed device had is gone, and its connection ends", async () => {
  const stage = new MailboxStage();
  const bob = stage.connect();
  await stage.post("live");

  stage.mailboxes.remove(stage.mailbox());

  expect(bob.isEnded).toBe(true);
  expect(stage.connect().heard).toEqual(["drained"]);
});

test("ids that a mailbox does not hold are collected without effect", async () => {
  const stage = new MailboxStage([1, 2]);
  const post = stage.compose();
  await stage.mailboxes.post(post);

  await stage.connect(1).collect(post.envelopes.slice(0, 1).map(({ id }) => id));

  expect(stage.connect(0).heard).toEqual([idOf(post)]);
});

test("devices may be named in any order", async () => {
  const stage = new MailboxStage([1, 2]);
  const envelopes = [stage.envelope(2), stage.envelope(1)];

  expect(await stage.mailboxes.post({ key: stage.contactKey, lane: "durable", envelopes })).toEqual(OK);
});
