import { setImmediate } from "node:timers/promises";
import { NAMES, type Name, type Resident } from "./resident.ts";
import type { Step, Story } from "./story.ts";

const PATIENCE_MS = 4 * 24 * 60 * 60 * 1000;
/** Receipts, retries and reconnections that are due come within so long. */
const QUIET_MS = 10 * 60 * 1000;
/** How often people try again. */
const RETRY_MS = 60 * 1000;
const MAX_RETRIES = 20;
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
  await apply("roomy");
  for (const name of NAMES) await apply(`open ${name}`);
  const endMs = story.clock.nowMs() + PATIENCE_MS;
  let quietSinceMs: number | undefined;
  let triedMs = Number.NEGATIVE_INFINITY;
  while (story.clock.nowMs() < endMs) {
    await flow();
    const nowMs = story.clock.nowMs();
    const isTrying = nowMs - triedMs >= RETRY_MS;
    if (isTrying) triedMs = nowMs;
    quietSinceMs = (await isDrained(story, isTrying, apply)) ? (quietSinceMs ?? nowMs) : undefined;
    if (quietSinceMs !== undefined && nowMs - quietSinceMs >= QUIET_MS) break;
    // What people did just now is under way before any time goes by: the next timer may be the end of their patience.
    await flow();
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

/**
 * Whether nothing waits anywhere. Does on the way what people do: come back, talk again with whom they had blocked, look
 * at a changed key again, try again what failed.
 */
async function isDrained(story: Story, isTrying: boolean, apply: (step: Step) => Promise<void>): Promise<boolean> {
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
    await apply(`recover ${name}`);
    for (const other of NAMES) {
      if (other === name) continue;
      const contact = story.contactOf(name, other);
      const details = await resident.show({ view: "contact", contact });
      if (details?.status === "blocked") {
        isDone = false;
        await apply(`unblock ${name} ${other}`);
      }
      if (details?.hold !== undefined) {
        isDone = false;
        story.coverage.note("a contact was held");
        await client.tryAgain(contact);
      }
      for (const text of await textsOf(story, name, other)) {
        if (!text.isMine || (text.mark !== "failed" && text.mark !== "expired")) continue;
        const tries = story.ledger.retried.get(text.text) ?? 0;
        if (tries >= MAX_RETRIES) continue;
        isDone = false;
        if (!isTrying) continue;
        story.ledger.retried.set(text.text, tries + 1);
        await client.retry(contact, text.id);
      }
    }
  }
  return isDone;
}

/** What the present device of one shows of the other. */
export function textsOf(story: Story, name: Name, other: Name) {
  return textsOn(story.residents[name], story.contactOf(name, other));
}

export async function textsOn(resident: Resident, contact: string) {
  const page = await resident.show({ view: "messages", contact, limit: 1_000 });
  return (page?.rows ?? []).flatMap((row) => (row.kind === "text" ? [row] : []));
}
