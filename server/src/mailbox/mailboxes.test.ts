import { toHex } from "@tacit/shared/bytes";
import { CARD_KEY_QUEUE, MAILBOX_PAGE } from "@tacit/shared/limits";
import type { Post } from "@tacit/shared/wire/envelopes";
import { expect, test } from "vitest";
import { Gate } from "../testing/gate.ts";
import { MailboxStage } from "../testing/mailbox-stage.ts";

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
