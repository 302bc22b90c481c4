import { setImmediate } from "node:timers/promises";
import { NAMES, type Name } from "./resident.ts";
import type { Step, Story } from "./story.ts";

const PATIENCE_MS = 4 * 24 * 60 * 60 * 1000;
/** Receipts, retries and reconnections that are due come within so long. */
const QUIET_MS = 10 * 60 * 1000;
const TURNS = 12;

/**
 * Ends every fault, and lets everything go its way until nothing moves any more: each queue is empty, or has had four
 * days for it. Answers how many things happened.
 */
export async function settle(story: Story): Promise<number> {
  let steps = 0;
  const apply = async (step: Step) => {
    if (await story.apply(step)) steps += 1;
  };
  for (const name of NAMES) {
    const resident = story.residents[name];
    resident.offsetMs = 0;
    for (const step of [`exorcise ${name}`, `back ${name}`, `crash ${name}`]) await apply(step);
  }
  await flow();
  await apply("start");
  for (const name of NAMES) await apply(`open ${name}`);
  const endMs = story.clock.nowMs() + PATIENCE_MS;
  let quietSinceMs: number | undefined;
  while (story.clock.nowMs() < endMs) {
    await flow();
    const nowMs = story.clock.nowMs();
    quietSinceMs = (await isDrained(story)) ? (quietSinceMs ?? nowMs) : undefined;
    if (quietSinceMs !== undefined && nowMs - quietSinceMs >= QUIET_MS) break;
    const ms = story.clock.msToNext() ?? QUIET_MS;
    story.clock.advance(Math.min(ms, QUIET_MS));
    steps += 1;
  }
  return steps;

  async function flow(): Promise<void> {
    for (let idle = 0; idle < TURNS; ) {
      const waiting = story.waiting();
      const isCommitWaiting = story.relay.isCommitWaiting;
      if (isCommitWaiting) await apply("commit");
      for (const step of waiting) await apply(step);
      idle = waiting.length > 0 || isCommitWaiting ? 0 : idle + 1;
      if (idle > 0) await setImmediate();
    }
  }
}

/** Whether nothing waits anywhere. Does on the way what people do: look at a changed key again, try again what failed. */
async function isDrained(story: Story): Promise<boolean> {
  let isDone = story.relay.countEnvelopes() === 0;
  for (const name of NAMES) {
    const resident = story.residents[name];
    const { client } = resident;
    const connection = await resident.show({ view: "connection" });
    if (client === undefined || connection?.state !== "online" || connection.waiting > 0) isDone = false;
    if (client === undefined) {
      resident.open();
      continue;
    }
    for (const other of NAMES) {
      if (other === name) continue;
      const contact = story.contactOf(name, other);
      const details = await resident.show({ view: "contact", contact });
      if (details?.hold !== undefined) {
        isDone = false;
        await client.tryAgain(contact);
      }
      for (const text of await textsOf(story, name, other)) {
        if (!text.isMine || (text.mark !== "failed" && text.mark !== "expired")) continue;
        isDone = false;
        await client.retry(contact, text.id);
      }
    }
  }
  return isDone;
}

export async function textsOf(story: Story, name: Name, other: Name) {
  const page = await story.residents[name].show({
    view: "messages",
    contact: story.contactOf(name, other),
    limit: 1_000,
  });
  return (page?.rows ?? []).flatMap((row) => (row.kind === "text" ? [row] : []));
}
