import { toHex } from "@tacit/shared/bytes";
import { CARD_KEY_QUEUE, DAY_MS, MINUTE_MS } from "@tacit/shared/limits";
import type { Post } from "@tacit/shared/wire/envelopes";
import { expect, test } from "vitest";
import { MailboxStage, tampered } from "../testing/mailbox-stage.ts";
import { COLLECTED_MEMORY_MS } from "./mailboxes.ts";

const OK = { status: "ok" };
const idOf = (post: Post) => toHex(post.envelopes[0]?.id ?? new Uint8Array());

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

test.each([0, 1])("a fan-out whose envelope %i has a taken id stores nothing at all", async (taken) => {
  const stage = new MailboxStage([1, 2]);
  const first = stage.compose();
  await stage.mailboxes.post(first);
  const second = stage.compose();
  const envelopes = second.envelopes.map((envelope, i) => (i === taken ? tampered(first).envelopes[i] : envelope));
  const mixed = { ...second, envelopes: envelopes.filter((envelope) => envelope !== undefined) };

  expect(await stage.mailboxes.post(mixed)).toMatchObject({ status: "id-taken" });

  for (const device of [0, 1]) {
    expect(stage.connect(device).heard).toEqual([toHex(first.envelopes[device]?.id ?? new Uint8Array())]);
  }
});

test("a fan-out that one device has and the other has not comes to the other", async () => {
  const stage = new MailboxStage([1, 2]);
  const first = stage.compose();
  await stage.mailboxes.post(first);
  const second = stage.compose();
  const envelopes = [second.envelopes[0], first.envelopes[1]].filter((envelope) => envelope !== undefined);

  expect(await stage.mailboxes.post({ ...second, envelopes })).toEqual(OK);

  expect(stage.connect(0).heard).toEqual([idOf(first), idOf(second)]);
  expect(stage.connect(1).heard).toEqual([toHex(first.envelopes[1]?.id ?? new Uint8Array())]);
});

test("a repeat takes nothing from its key's allowance, also where it is in one commit with others", async () => {
  const stage = new MailboxStage();
  const post = stage.compose("durable", stage.cardKey);
  await stage.mailboxes.post(post);
  for (let i = 2; i < CARD_KEY_QUEUE; i++) await stage.post("durable", stage.cardKey);

  const answers = await Promise.all([stage.mailboxes.post(post), stage.post("durable", stage.cardKey)]);

  expect(answers).toEqual([OK, OK]);
  expect(await stage.post("durable", stage.cardKey)).toEqual({ status: "full" });
});

test("a repeat of what a full queue holds is still ok", async () => {
  const stage = new MailboxStage();
  const post = stage.compose("durable", stage.cardKey);
  await stage.mailboxes.post(post);
  for (let i = 1; i < CARD_KEY_QUEUE; i++) await stage.post("durable", stage.cardKey);

  expect(await stage.mailboxes.post(post)).toEqual(OK);
});
