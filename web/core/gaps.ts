import { type Bytes, equalBytes } from "@tacit/shared/bytes";
import { MINUTE_MS } from "@tacit/shared/limits";
import type { Body, MissingPlaces } from "@tacit/shared/wire/content";
import { Allowances } from "./allowances.ts";
import { getContact, isAnswered, nameOfMissing, putContact, sayMissing, toBody } from "./conversations.ts";
import type { Core } from "./core.ts";
import { type Gap, JOB, MESSAGE, type OurRun, type TextMessage, type TheirRun } from "./kinds.ts";
import { hasOpenGap } from "./places.ts";
import { enqueue, newJob, outboxIndex } from "./queueing.ts";
import type { Received } from "./received.ts";
import { isWatched, repeatHello } from "./rekeying.ts";
import type { ContactId } from "./views.ts";
import type { Work } from "./work.ts";

// What becomes of a message that has not come although later ones have. docs/PROTOCOL.md §5.11.

const LOOK_EVERY_MS = MINUTE_MS;
/** Looks that a gap has to outlast. No clock is asked: the time that counts is the one spent online. */
const LOOKS = { noticed: 2, asked: 5 } as const;
/** How far back the message may lie that is read as unreadable, or that is asked for again. */
const LOOKED_AT = 1_000;
const MAX_ASKED = 256;
const MAX_ASKED_GAPS = 16;
const ASKED_OF_US = {
  each: { atOnce: 10, everyMs: MINUTE_MS },
  all: { atOnce: 100, everyMs: MINUTE_MS / 10 },
};

/** Watches over gaps, and over hellos that nobody heard, while there is a connection that has said all it had. */
export class GapWatch {
  readonly #core: Core;
  /** How many looks each gap has outlasted that was there at the last one. */
  #looks = new Map<string, number>();
  readonly #asked = new Allowances(ASKED_OF_US);
  #cancel: (() => void) | undefined;

  constructor(core: Core) {
    this.#core = core;
  }

  start(): void {
    if (this.#cancel !== undefined) return;
    this.#cancel = this.#core.ports.clock.after(LOOK_EVERY_MS, () => void this.#look());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#looks.clear();
  }

  async #look(): Promise<void> {
    const core = this.#core;
    const cancel = this.#cancel;
    const before = this.#looks;
    this.#looks = new Map();
    for (const [id, contact] of core.contacts()) {
      // What the device cannot store is looked at again with the next look.
      if (hasOpenGap(contact)) await core.change((work) => this.#goOn(work, id, before)).catch(() => undefined);
      await repeatHello(core, id).catch(() => undefined);
    }
    if (this.#cancel !== cancel) return;
    this.#cancel = undefined;
    if (core.contacts().some(([, contact]) => isWatched(contact))) this.start();
    else this.#looks.clear();
  }

  /** One step for each gap of a contact that has waited long enough for it. */
  async #goOn(work: Work, id: ContactId, before: ReadonlyMap<string, number>): Promise<void> {
    const core = this.#core;
    const contact = await getContact(work, id);
    const asks: MissingPlaces[] = [];
    const theirRuns: TheirRun[] = [];
    for (const one of contact.theirRuns ?? []) {
      const gaps: Gap[] = [];
      for (const gap of one.gaps) {
        const after = await this.#step(work, id, one, gap, before);
        if (after?.state === "asked" && gap.state === "noticed") {
          asks.push({ run: one.run, from: Math.max(gap.from, gap.to - MAX_ASKED + 1), to: gap.to });
        }
        if (after !== undefined) gaps.push(after);
      }
      theirRuns.push({ ...one, gaps });
    }
    putContact(work, id, { ...contact, theirRuns });
    if (asks.length === 0 || !isAnswered(contact)) return;
    await enqueue(core, work, id, newJob(core, { type: "missing", gaps: asks.slice(-MAX_ASKED_GAPS) }));
  }

  /** The gap as it is from now on; nothing where something else says already that a message is not there. */
  async #step(
    work: Work,
    id: ContactId,
    run: TheirRun,
    gap: Gap,
    before: ReadonlyMap<string, number>,
  ): Promise<Gap | undefined> {
    if (gap.state === "said") return gap;
    const name = `${id} ${nameOfMissing(run, gap)} ${gap.state}`;
    const looks = (before.get(name) ?? 0) + 1;
    this.#looks.set(name, looks);
    if (looks < LOOKS[gap.state]) return gap;
    const isSaidOtherwise = (await countUnreadable(this.#core, work, id, gap)) > gap.to - gap.from;
    if (gap.state === "noticed" && isSaidOtherwise) return looks < LOOKS.noticed + LOOKS.asked ? gap : undefined;
    this.#looks.delete(name);
    if (gap.state === "noticed") return { ...gap, state: "asked" };
    if (isSaidOtherwise) return undefined;
    await sayMissing(this.#core, work, id, run, gap);
    return { ...gap, state: "said" };
  }

  /**
   * Sends again what a contact says it never got: only messages of the run that is written to this very account now, each
   * of them once, at the place they had. What was taken back is said to be nothing.
   */
  async receive(work: Work, { contactId }: Received, { gaps }: Extract<Body, { type: "missing" }>): Promise<void> {
    const core = this.#core;
    const contact = await getContact(work, contactId);
    const { ourRun } = contact;
    if (ourRun === undefined || !isAnswered(contact)) return;
    if (this.#asked.take(contactId, core.nowMs()) !== "taken") return;
    const { rows, isNothing } = await ownRows(core, work, contactId, ourRun.run);
    /** The first of numbers that follow each other and stand for nothing. */
    let nothingFrom: number | undefined;
    const wanted = numbersOf(gaps, ourRun);
    for (const [at, number] of wanted.entries()) {
      const row = rows.get(number);
      if (isNothing(number)) {
        nothingFrom ??= number;
        if (wanted[at + 1] === number + 1 && isNothing(number + 1)) continue;
        const place = { run: ourRun.run, number, before: nothingFrom - 1 };
        await enqueue(core, work, contactId, { ...newJob(core, { type: "hello" }), place });
        nothingFrom = undefined;
      } else if (row !== undefined && row.value.mark !== "waiting" && row.value.isSentAgain !== true) {
        work.put(MESSAGE, row.id, { ...row.value, isSentAgain: true });
        const { id: message, atMs, place } = row.value;
        await enqueue(core, work, contactId, { message, atMs, body: toBody(row.value), place });
      }
    }
  }
}

/** Each number once, in order, of those that were given. */
function numbersOf(gaps: readonly MissingPlaces[], { run, top }: OurRun): readonly number[] {
  const numbers = new Set<number>();
  for (const { from, to } of gaps.filter((gap) => equalBytes(gap.run, run))) {
    for (let number = Math.max(1, from); number <= Math.min(to, top) && numbers.size < MAX_ASKED; number++) {
      numbers.add(number);
    }
  }
  return [...numbers].sort((a, b) => a - b);
}

/** Our messages of a run by their numbers, and whether a number certainly has none that they are meant to see. */
async function ownRows(core: Core, work: Work, id: ContactId, run: Bytes) {
  const listed = await newestRows(core, work, id);
  const rows = new Map<number, { readonly id: string; readonly value: TextMessage }>();
  for (const { id: rowId, value } of listed) {
    if (value.kind !== "text" || value.place === undefined || !equalBytes(value.place.run, run)) continue;
    rows.set(value.place.number, { id: rowId, value });
  }
  // What is in the outbox has its place there.
  const jobs = await work.list(JOB, { index: await outboxIndex(core, id) });
  const leaving = new Set(jobs.map(({ value }) => value.place?.number));
  const oldest = listed.length < LOOKED_AT ? 0 : Math.min(...rows.keys());
  const isNothing = (number: number) => {
    const row = rows.get(number);
    return row === undefined ? number > oldest && !leaving.has(number) : row.value.mark === "failed";
  };
  return { rows, isNothing };
}

/** Rows for what came and could not be read, since the message before a gap: a message is not said to be lost twice. */
async function countUnreadable(core: Core, work: Work, id: ContactId, { first }: Gap): Promise<number> {
  let count = 0;
  for (const { value, order = 0 } of await newestRows(core, work, id)) {
    if (order < first && value.kind === "text" && !value.isMine) break;
    if (value.kind === "unreadable") count += 1;
  }
  return count;
}

async function newestRows(core: Core, work: Work, id: ContactId) {
  const index = await core.conversationIndex(id);
  return work.list(MESSAGE, { index, descending: true, limit: LOOKED_AT });
}
