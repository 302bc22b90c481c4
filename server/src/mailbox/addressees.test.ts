import { toHex } from "@tacit/shared/bytes";
import type { DeliveryKey } from "@tacit/shared/ids";
import { expect, test } from "vitest";
import { MailboxStage } from "../testing/mailbox-stage.ts";

const OK = { status: "ok" };

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

test("devices may be named in any order", async () => {
  const stage = new MailboxStage([1, 2]);
  const envelopes = [stage.envelope(2), stage.envelope(1)];

  expect(await stage.mailboxes.post({ key: stage.contactKey, lane: "durable", envelopes })).toEqual(OK);
});

test("a post that names a device twice is malformed", async () => {
  const stage = new MailboxStage();
  const envelopes = [stage.envelope(1), stage.envelope(1)];

  expect(await stage.mailboxes.post({ key: stage.contactKey, lane: "durable", envelopes })).toEqual({
    status: "malformed",
  });
});
