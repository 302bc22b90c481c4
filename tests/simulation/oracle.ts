import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { NAMES, type Name } from "./resident.ts";
import { textsOf } from "./settle.ts";
import type { Story } from "./story.ts";

const CANARY = "kanari";

/** What must hold once everything has settled. Answers what does not, in sentences. */
export async function judge(story: Story): Promise<readonly string[]> {
  await openTheRest(story);
  const found = [...new Set(story.ledger.violations)];
  for (const from of NAMES) {
    found.push(...(await judgeDevice(story, from)));
    for (const to of NAMES) if (to !== from) found.push(...(await judgePair(story, from, to)));
  }
  found.push(...judgeRelay(story));
  return found;
}

/** Every key that left counts, those of envelopes that arrived nowhere too. */
async function openTheRest({ ledger, residents, cast, clock }: Story): Promise<void> {
  for (const name of NAMES) {
    const { keys } = residents[name];
    for (const sealed of ledger.unopened(cast.accounts[name])) {
      if (keys !== undefined) await ledger.listen(keys.keyholder).openEnvelope(sealed, clock.nowMs());
    }
  }
}

async function judgeDevice({ residents }: Story, name: Name): Promise<readonly string[]> {
  const found: string[] = [];
  const connection = await residents[name].show({ view: "connection" });
  if (connection === undefined) return [`${name} has no client any more`];
  if (connection.state !== "online") found.push(`${name} does not come online: ${connection.state}`);
  if (connection.waiting > 0) found.push(`${connection.waiting} messages of ${name} wait for ever`);
  const rows = (await residents[name].show({ view: "conversations" })) ?? [];
  if (rows.length !== NAMES.length - 1) found.push(`${name} has ${rows.length} conversations`);
  return found;
}

async function judgePair(story: Story, from: Name, to: Name): Promise<readonly string[]> {
  const { ledger } = story;
  const found: string[] = [];
  const pair = `${from} to ${to}`;
  const mine = (await textsOf(story, from, to)).filter(({ isMine }) => isMine);
  const shown = (await textsOf(story, to, from)).filter(({ isMine }) => !isMine).map(({ text }) => text);

  const counts = countOf(shown);
  const marks = new Map(mine.map(({ text, mark }) => [text, mark]));
  if (marks.size !== mine.length) found.push(`${pair}: the sender has a message twice`);
  for (const [text, { from: author, to: reader, isCertain }] of ledger.written) {
    if (author !== from || reader !== to) continue;
    const mark = marks.get(text);
    const times = counts.get(text) ?? 0;
    const isHurt = ledger.hurt.has(text);
    if (mark === undefined && isCertain) found.push(`${pair}: the sender has lost "${text}"`);
    if (mark === undefined && times > 0) found.push(`${pair}: "${text}" is shown, and its sender has it no more`);
    if (times > 1) found.push(`${pair}: "${text}" is shown ${times} times`);
    if (mark === "waiting" || mark === "failed" || mark === "expired") {
      found.push(`${pair}: "${text}" is still ${mark} at the end`);
    }
    if (ledger.seenSent.has(text) && mark === "waiting") found.push(`${pair}: "${text}" was sent and waits again`);
    const hasLeft = mark !== undefined && mark !== "waiting";
    if (hasLeft && times === 0 && (!isHurt || mark === "delivered" || mark === "read")) {
      found.push(`${pair}: "${text}" is ${mark} and not shown`);
    }
  }
  for (const text of shown) {
    const written = ledger.written.get(text);
    if (written?.from !== from || written.to !== to) found.push(`${pair}: "${text}" is shown where it does not belong`);
  }

  const strict = shown.filter((text) => !ledger.isRepeated(text));
  const orders = strict.map((text) => ledger.written.get(text)?.order ?? 0);
  for (const [at, order] of orders.entries()) {
    if (at > 0 && order < (orders[at - 1] ?? 0)) found.push(`${pair}: "${strict[at]}" comes after "${strict[at - 1]}"`);
  }

  const contact = story.contactOf(to, from);
  const page = await story.residents[to].show({ view: "messages", contact, limit: 1_000 });
  for (const row of page?.rows ?? []) {
    if (row.kind === "notice" && row.notice === "key-accepted") found.push(`${pair}: another key was accepted`);
    if (row.kind === "unreadable" && ledger.hurt.size === 0) found.push(`${pair}: a message stays unreadable`);
  }
  const details = await story.residents[to].show({ view: "contact", contact });
  if (details?.account !== story.cast.accounts[from]) found.push(`${pair}: the contact is another account now`);
  if (details?.status !== "accepted") found.push(`${pair}: the contact is ${details?.status} now`);
  return found;
}

function judgeRelay({ relay }: Story): readonly string[] {
  // Whatever it logs above "info" is a fault of ours, for everything that happens here is foreseen.
  const found = relay.log.filter((line) => !line.startsWith("info")).map((line) => `the relay says ${line}`);
  if (relay.log.join().includes(CANARY)) found.push("the relay's log has a plaintext");
  for (const file of ["relay.db", "relay.db-wal"]) {
    const path = join(relay.dataDir, file);
    if (!existsSync(path)) continue;
    const bytes = readFileSync(path);
    if (bytes.includes(CANARY)) found.push(`the relay's ${file} has a plaintext`);
  }
  return found;
}

function countOf(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}
