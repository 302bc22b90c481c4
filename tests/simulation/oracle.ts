import { setImmediate } from "node:timers/promises";
import { copyDisk } from "@tacit/web/core/testing/memory-store";
import type { Mark } from "@tacit/web/core/views";
import { CANARY, type Ledger } from "./ledger.ts";
import { NAMES, type Name, Resident } from "./resident.ts";
import { textsOn } from "./settle.ts";
import type { Story } from "./story.ts";

type Graves = Readonly<Record<Name, readonly Resident[]>>;

/** What must hold once everything has settled. Answers what does not, in sentences. */
export async function judge(story: Story): Promise<readonly string[]> {
  await openTheRest(story);
  const found = [...new Set(story.ledger.violations)];
  const graves = {
    Alice: await open(story, "Alice"),
    Bob: await open(story, "Bob"),
    Carol: await open(story, "Carol"),
  };
  for (const from of NAMES) {
    found.push(...(await judgeDevice(story, from)));
    for (const to of NAMES) if (to !== from) found.push(...(await judgePair(story, graves, from, to)));
  }
  const isNothingLost =
    story.ledger.hurt.size + story.ledger.blocked.size === 0 && Object.values(graves).flat().length === 0;
  if (story.ledger.asked > 0 && isNothingLost) found.push("somebody asked for what never came, and nothing was lost");
  for (const grave of NAMES.flatMap((name) => graves[name])) grave.crash();
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

async function judgePair(story: Story, graves: Graves, from: Name, to: Name): Promise<readonly string[]> {
  const { ledger } = story;
  const found: string[] = [];
  const pair = `${from} to ${to}`;
  const senders = [...graves[from], story.residents[from]];
  const readers = [...graves[to], story.residents[to]];

  const marks = new Map<string, Mark | undefined>();
  for (const sender of senders) {
    const mine = (await textsOn(sender, story.contactOf(from, to))).filter(({ isMine }) => isMine);
    for (const { text, mark } of mine) {
      if (marks.has(text)) found.push(`${pair}: the sender has "${text}" twice`);
      marks.set(text, mark);
    }
  }
  const shown = new Map<string, number>();
  for (const reader of readers) {
    const theirs = (await textsOn(reader, story.contactOf(to, from))).filter(({ isMine }) => !isMine);
    const texts = theirs.map(({ text }) => text);
    for (const [text, times] of countOf(texts)) {
      shown.set(text, (shown.get(text) ?? 0) + times);
      if (times > 1) found.push(`${pair}: "${text}" is shown ${times} times`);
      const written = ledger.written.get(text);
      if (written?.from !== from || written.to !== to)
        found.push(`${pair}: "${text}" is shown where it does not belong`);
    }
    found.push(...outOfOrder(pair, ledger, texts));
  }

  const wasBlocked = ledger.blocked.has(`${to} ${from}`);
  // Whom somebody has blocked and whose device is another one since cannot say so: they meet when the other one writes.
  const isUnknown = (wasBlocked || ledger.blocked.has(`${from} ${to}`)) && senders.length + readers.length > 2;
  for (const [text, written] of ledger.written) {
    if (written.from !== from || written.to !== to) continue;
    const mark = marks.get(text);
    const isShown = shown.has(text);
    const isWithSender = written.device === story.residents[from].left.length;
    if (mark === undefined && written.isCertain) found.push(`${pair}: the sender has lost "${text}"`);
    if (mark === undefined && isShown) found.push(`${pair}: "${text}" is shown, and its sender has it no more`);
    // What waits on a device that somebody lost waits there.
    if (isWithSender && (mark === "waiting" || (mark === "failed" && !isUnknown) || mark === "expired")) {
      found.push(`${pair}: "${text}" is still ${mark} at the end`);
    }
    if (ledger.seenSent.has(text) && mark === "waiting") found.push(`${pair}: "${text}" was sent and waits again`);
    if (isShown || mark === undefined || mark === "waiting" || mark === "failed") continue;
    const isExcused =
      mark === "sent" &&
      // Spoilt on its way, or dropped by somebody who has blocked the sender; and who has lost a device has nothing to
      // send again, where the reader could not read, or has lost the device that it was for.
      (ledger.hurt.has(text) || wasBlocked || isUnknown || !isWithSender);
    if (!isExcused) found.push(`${pair}: "${text}" is ${mark} and not shown`);
  }

  const contact = story.contactOf(to, from);
  const page = await story.residents[to].show({ view: "messages", contact, limit: 1_000 });
  for (const row of page?.rows ?? []) {
    if (row.kind === "notice" && row.notice === "key-accepted") found.push(`${pair}: another key was accepted`);
    const isExplained = ledger.hurt.size > 0 || senders.length > 1 || readers.length > 1;
    if (row.kind === "missing" && !isExplained)
      found.push(`${pair}: a message is said to be missing, and none was lost`);
    if (row.kind !== "unreadable") continue;
    if (!isExplained) found.push(`${pair}: a message stays unreadable`);
  }
  const details = await story.residents[to].show({ view: "contact", contact });
  if (details?.account !== story.cast.accounts[from]) found.push(`${pair}: the contact is another account now`);
  if (details?.status !== "accepted") found.push(`${pair}: the contact is ${details?.status} now`);
  return found;
}

function outOfOrder(pair: string, ledger: Ledger, texts: readonly string[]): readonly string[] {
  const found: string[] = [];
  // What was spoilt may come once more as it was, after what followed it.
  const isLate = (text: string) => ledger.isRepeated(text) || ledger.retried.has(text) || ledger.hurt.has(text);
  const strict = texts.filter((text) => !isLate(text));
  const orders = strict.map((text) => ledger.written.get(text)?.order ?? 0);
  for (const [at, order] of orders.entries()) {
    if (at > 0 && order < (orders[at - 1] ?? 0)) found.push(`${pair}: "${strict[at]}" comes after "${strict[at - 1]}"`);
  }
  return found;
}

/** The devices that were lost, looked at once more, without a network. */
async function open(story: Story, name: Name): Promise<readonly Resident[]> {
  const { cast, clock, residents } = story;
  const surroundings = {
    clock,
    seed: "afterwards",
    makeKeys: cast.crypto.makeKeys,
    accept: () => undefined,
    onPost: () => undefined,
  };
  const found: Resident[] = [];
  for (const { disk, deviceKey } of residents[name].left) {
    const resident = new Resident(name, copyDisk(disk), deviceKey, surroundings);
    resident.isAway = true;
    resident.open();
    for (let turn = 0; turn < 100 && resident.client === undefined; turn++) await setImmediate();
    found.push(resident);
  }
  return found;
}

function judgeRelay({ relay }: Story): readonly string[] {
  // Whatever it logs above "info" is a fault of ours, for everything that happens here is foreseen.
  const found = relay.log.filter((line) => !line.startsWith("info")).map((line) => `the relay says ${line}`);
  if (relay.log.join().includes(CANARY)) found.push("the relay's log has a plaintext");
  if (relay.disk.bytes().some((bytes) => bytes.includes(CANARY))) found.push("the relay's store has a plaintext");
  return found;
}

function countOf(texts: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return counts;
}
