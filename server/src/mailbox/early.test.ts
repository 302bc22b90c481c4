import { toHex } from "@tacit/shared/bytes";
import { sql } from "drizzle-orm";
import { expect, test } from "vitest";
import { Gate } from "../testing/gate.ts";
import { MailboxStage } from "../testing/mailbox-stage.ts";

/** Devices that have everything, and a disk that is reached only when the gate is open. */
function stage(devices: readonly number[] = [1]) {
  const gate = new Gate();
  const mailboxes = new MailboxStage(devices, ":memory:", gate.schedule);
  const listeners = devices.map((_, index) => mailboxes.connect(index));
  const stored = () => mailboxes.db.get<{ n: number }>(sql`SELECT count(*) AS n FROM envelopes`).n;
  return { gate, mailboxes, listeners, stored };
}

test("a device that has everything is handed what is not on the disk yet, and its collecting is the answer", async () => {
  const { gate, mailboxes, listeners, stored } = stage();
  const [bob] = listeners;
  gate.shut();
  const post = mailboxes.compose();

  const answer = mailboxes.mailboxes.post(post);
  await expect.poll(() => bob?.pages).toHaveLength(1);
  await bob?.collect();

  expect(await answer).toEqual({ status: "ok" });
  gate.open();
  expect(await mailboxes.mailboxes.post(post)).toEqual({ status: "ok" });
  expect([bob?.heard, stored()]).toEqual([["drained", ...post.envelopes.map(({ id }) => toHex(id))], 0]);
});

test("what was handed over and not collected is on the disk before its sender is answered, and comes again", async () => {
  const { gate, mailboxes, listeners, stored } = stage();
  gate.shut();
  const answers: string[] = [];
  const posting = mailboxes.post().then(({ status }) => answers.push(status));
  await expect.poll(() => listeners[0]?.pages).toHaveLength(1);
  listeners[0]?.disconnect();
  const next = mailboxes.connect();
  expect([answers, next.heard]).toEqual([[], []]);

  gate.open();
  await posting;

  expect([answers, stored(), next.heard]).toEqual([["ok"], 1, listeners[0]?.heard.slice(1)]);
  await next.collect();
  expect([stored(), next.heard.at(-1)]).toEqual([0, "drained"]);
});

test("of two devices the one that collected early is not asked for again", async () => {
  const { gate, mailboxes, listeners, stored } = stage([1, 2]);
  const [phone, laptop] = listeners;
  gate.shut();
  const answer = mailboxes.post();
  await expect.poll(() => [phone?.pages.length, laptop?.pages.length]).toEqual([1, 1]);
  await phone?.collect();

  gate.open();

  expect(await answer).toEqual({ status: "ok" });
  expect(stored()).toBe(1);
  await laptop?.collect();
  expect([stored(), mailboxes.connect(0).heard, mailboxes.connect(1).heard]).toEqual([0, ["drained"], ["drained"]]);
});

test("the same post again, while the first is on its way, is delivered once", async () => {
  const { gate, mailboxes, listeners, stored } = stage();
  const [bob] = listeners;
  gate.shut();
  const post = mailboxes.compose();
  const first = mailboxes.mailboxes.post(post);
  await expect.poll(() => bob?.pages).toHaveLength(1);
  const again = mailboxes.mailboxes.post(post);

  gate.open();

  expect(await Promise.all([first, again])).toEqual([{ status: "ok" }, { status: "ok" }]);
  await bob?.collect();
  expect([bob?.pages.length, stored()]).toEqual([1, 0]);
});

test("what comes after something that goes by the disk does not overtake it", async () => {
  const { gate, mailboxes, listeners } = stage();
  const [bob] = listeners;
  gate.shut();
  const posts = [mailboxes.compose(), mailboxes.compose("live"), mailboxes.compose()];
  const answers = posts.map((post) => mailboxes.mailboxes.post(post));

  gate.open();
  await Promise.all(answers);

  while ((bob?.heard.length ?? 0) < 4) await bob?.collect();
  expect(bob?.heard.slice(1)).toEqual(posts.flatMap(({ envelopes }) => envelopes.map(({ id }) => toHex(id))));
});

test("a stranger's post waits for the disk", async () => {
  const { gate, mailboxes, listeners } = stage();
  gate.shut();
  const answer = mailboxes.post("durable", mailboxes.cardKey);

  expect(listeners[0]?.pages).toEqual([]);
  gate.open();
  await answer;
  expect(listeners[0]?.pages).toHaveLength(1);
});

test("a contact's key that was taken back in the meantime posts nothing", async () => {
  const { mailboxes, listeners } = stage();
  await mailboxes.post();
  await listeners[0]?.collect();

  mailboxes.db.run(sql`DELETE FROM delivery_keys WHERE class = 'contact'`);

  expect(await mailboxes.post()).toEqual({ status: "unknown-key" });
  expect(listeners[0]?.pages).toHaveLength(1);
});
