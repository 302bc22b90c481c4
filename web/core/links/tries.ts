import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@tacit/shared/limits";
import type { ContactId } from "../views.ts";

const FIRST_PAUSE_MS = MINUTE_MS;
const LONGEST_PAUSE_MS = 16 * MINUTE_MS;
/** A sign of life shortens a pause, but not below this. */
const SIGN_PAUSE_MS = 10 * SECOND_MS;
const MAX_ANSWERED_PER_MINUTE = 6;

type Tried = { readonly atMs: number; readonly pauseMs: number; readonly wasShortened: boolean };

/** How often we offer a link, and how often we answer an offer. */
export class Tries {
  readonly #tried = new Map<ContactId, Tried>();
  readonly #shunned = new Map<ContactId, { readonly untilMs: number; readonly pauseMs: number }>();
  readonly #answered = new Map<string, readonly number[]>();
  readonly #maxAnswered: number;

  constructor(maxAnswered = MAX_ANSWERED_PER_MINUTE) {
    this.#maxAnswered = maxAnswered;
  }

  /** Takes the turn where it is one. An offer that nobody answers is not repeated for a minute, then two, then four. */
  mayOffer(contact: ContactId, nowMs: number): boolean {
    if (this.isShunned(contact, nowMs)) return false;
    const before = this.#tried.get(contact);
    if (before !== undefined && nowMs < before.atMs + before.pauseMs) return false;
    const pauseMs = before === undefined ? FIRST_PAUSE_MS : Math.min(before.pauseMs * 2, LONGEST_PAUSE_MS);
    this.#tried.set(contact, { atMs: nowMs, pauseMs, wasShortened: before?.wasShortened ?? false });
    return true;
  }

  /** They are there now: one pause ends early for it. */
  seen(contact: ContactId): void {
    const before = this.#tried.get(contact);
    if (before === undefined || before.wasShortened) return;
    this.#tried.set(contact, { ...before, pauseMs: Math.min(before.pauseMs, SIGN_PAUSE_MS), wasShortened: true });
  }

  /** A link opened: the next offer begins anew. */
  opened(contact: ContactId): void {
    this.#tried.delete(contact);
  }

  /** They sent what no client sends: no link for a minute, then two, then four. An hour without it forgets it. */
  backOff(contact: ContactId, nowMs: number): void {
    const before = this.#shunned.get(contact);
    const isAgain = before !== undefined && nowMs < before.untilMs + HOUR_MS;
    const pauseMs = isAgain ? Math.min(before.pauseMs * 2, LONGEST_PAUSE_MS) : FIRST_PAUSE_MS;
    this.#shunned.set(contact, { untilMs: nowMs + pauseMs, pauseMs });
  }

  isShunned(contact: ContactId, nowMs: number): boolean {
    return nowMs < (this.#shunned.get(contact)?.untilMs ?? 0);
  }

  mayAnswer(device: string, nowMs: number): boolean {
    const lately = (this.#answered.get(device) ?? []).filter((atMs) => nowMs - atMs < MINUTE_MS);
    if (lately.length >= this.#maxAnswered) return false;
    this.#answered.set(device, [...lately, nowMs]);
    return true;
  }
}
