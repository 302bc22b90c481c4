import { toHex } from "@tacit/shared/bytes";
import { LIVE_TTL_MS, MAX_LIVE_ENVELOPES } from "@tacit/shared/limits";
import type { Post } from "@tacit/shared/wire/envelopes";
import { expect, test } from "vitest";
import { MailboxStage } from "../testing/mailbox-stage.ts";

const OK = { status: "ok" };
const idOf = (post: Post) => toHex(post.envelopes[0]?.id ?? new Uint8Array());

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
