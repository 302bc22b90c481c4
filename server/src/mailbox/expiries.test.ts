import { toHex } from "@tacit/shared/bytes";
import { DAY_MS, ENVELOPE_TTL_MS, HOUR_MS, LIVE_TTL_MS, MAX_LIVE_ENVELOPES } from "@tacit/shared/limits";
import type { Post } from "@tacit/shared/wire/envelopes";
import { expect, test } from "vitest";
import { MailboxStage } from "../testing/mailbox-stage.ts";

const OK = { status: "ok" };
const FAR_MS = 400 * DAY_MS;
const idOf = (post: Post) => toHex(post.envelopes[0]?.id ?? new Uint8Array());

async function post(stage: MailboxStage): Promise<string> {
  const posted = stage.compose();
  expect(await stage.mailboxes.post(posted)).toEqual(OK);
  return idOf(posted);
}

/** What the relay does each hour. */
async function passHour({ mailboxes }: MailboxStage): Promise<void> {
  while (await mailboxes.expire(3));
  await mailboxes.closeHour();
}

async function passHours(stage: MailboxStage, hours: number): Promise<void> {
  for (let i = 0; i < hours; i++) {
    stage.clock.advance(HOUR_MS);
    await passHour(stage);
  }
}

function waiting(stage: MailboxStage): readonly string[] {
  const rows = stage.db.$client.prepare("SELECT hex(id) FROM envelopes ORDER BY sequence").pluck().all() as string[];
  return rows.map((id) => id.toLowerCase());
}

function runs(stage: MailboxStage): readonly unknown[] {
  return stage.db.$client.prepare("SELECT first_sequence, expires_at_ms FROM expiries ORDER BY 1").raw().all();
}

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

test("what is due goes, also from behind what came while the relay's clock was far ahead", async () => {
  const stage = new MailboxStage();
  await post(stage);
  stage.clock.jump(FAR_MS);
  const ahead = [await post(stage), await post(stage), await post(stage), await post(stage)];
  stage.clock.jump(-FAR_MS);
  await post(stage);
  await post(stage);

  stage.clock.advance(ENVELOPE_TTL_MS + HOUR_MS);
  const fresh = await post(stage);
  await passHour(stage);

  expect(waiting(stage)).toEqual([...ahead, fresh]);
});

test("what came while the clock was ahead goes when the relay has run for thirty days since, and not before", async () => {
  const stage = new MailboxStage();
  stage.clock.jump(FAR_MS);
  const ahead = await post(stage);
  stage.clock.jump(-FAR_MS);

  await passHours(stage, ENVELOPE_TTL_MS / HOUR_MS);
  expect(waiting(stage)).toEqual([ahead]);
  stage.restart();
  await passHours(stage, 2);

  expect(waiting(stage)).toEqual([]);
});

test("a clock that is behind for a while takes nothing away before its time", async () => {
  const stage = new MailboxStage();
  const early = await post(stage);
  stage.clock.jump(-FAR_MS);
  await passHours(stage, 48);
  stage.clock.jump(FAR_MS);

  stage.clock.advance(ENVELOPE_TTL_MS - 49 * HOUR_MS);
  await passHour(stage);
  expect(waiting(stage)).toEqual([early]);
  await passHours(stage, 2);

  expect(waiting(stage)).toEqual([]);
});

test("whatever the clock did, each envelope goes in the hour in which it is due", async () => {
  const stage = new MailboxStage();
  const due = new Map<string, number>();
  const steps = [0, 3, -2, 5, -4, 0, 90, -88, 1, 1, -30, 29, 0, -1, 1];
  for (const hours of steps) {
    stage.clock.jump(hours * HOUR_MS);
    for (let i = 0; i < 4; i++) due.set(await post(stage), stage.clock.nowMs() + ENVELOPE_TTL_MS);
    if (hours === 5) stage.restart();
  }

  for (let hours = 0; hours < 31 * 24 + 90; hours++) {
    await passHours(stage, 1);
    const left = [...due].filter(([, atMs]) => Math.ceil(atMs / HOUR_MS) * HOUR_MS > stage.clock.nowMs());
    expect(waiting(stage)).toEqual(left.map(([id]) => id));
  }
});

test("a disk that refused what came first in an hour hides nothing that comes after it", async () => {
  const stage = new MailboxStage();
  await post(stage);
  stage.clock.advance(2 * HOUR_MS);
  const pages = stage.db.$client.pragma("page_count", { simple: true });
  stage.db.$client.pragma(`max_page_count = ${pages}`);
  expect(await stage.mailboxes.post(stage.compose("durable", stage.contactKey, 64 * 1024))).toEqual({
    status: "retry",
  });
  stage.db.$client.pragma("max_page_count = 100000");
  const later = await post(stage);

  stage.clock.advance(ENVELOPE_TTL_MS - HOUR_MS);
  await passHour(stage);

  expect(waiting(stage)).toEqual([later]);
});

test("nothing on the disk says in which hours something came that is not there any more", async () => {
  const stage = new MailboxStage();
  const before = await post(stage);
  for (let hours = 0; hours < 5; hours++) {
    stage.clock.advance(HOUR_MS);
    await post(stage);
  }
  const bob = stage.connect();
  await bob.collect(bob.lastPage.slice(1).map(({ id }) => id));
  bob.disconnect();
  await passHour(stage);
  expect(waiting(stage)).toEqual([before]);
  expect(runs(stage)).toEqual([[1, expect.any(Number)]]);

  const after = await post(stage);
  stage.clock.advance(ENVELOPE_TTL_MS - 4 * HOUR_MS);
  await passHour(stage);

  expect(waiting(stage)).toEqual([after]);
});

test("what was collected is forgotten after its time, also where the clock was ahead when it was", async () => {
  const stage = new MailboxStage();
  const count = () => stage.db.$client.prepare("SELECT count(*) FROM collected").pluck().get();
  const collect = async () => {
    await post(stage);
    const bob = stage.connect();
    await bob.collect();
    bob.disconnect();
  };
  await collect();
  stage.clock.jump(FAR_MS);
  await passHour(stage);
  await collect();
  stage.clock.jump(-FAR_MS);
  await collect();
  expect(count()).toBe(2);

  await passHours(stage, 4 * 24);

  expect(count()).toBe(0);
});

test("live envelopes make room again, also behind those that came while the clock was ahead", async () => {
  const stage = new MailboxStage();
  stage.clock.jump(FAR_MS);
  await stage.post("live");
  stage.clock.jump(-FAR_MS);
  for (let i = 1; i < MAX_LIVE_ENVELOPES; i++) await stage.post("live");
  expect(await stage.post("live")).toEqual({ status: "full" });

  stage.clock.advance(2 * LIVE_TTL_MS);
  stage.mailboxes.expireLive();
  stage.clock.advance(LIVE_TTL_MS);

  expect(await stage.post("live")).toEqual(OK);
});
