import { ENVELOPE_TTL_MS, HOUR_MS } from "@tacit/shared/limits";
import type { Db } from "../db/open.ts";

/** Hours in which the relay ran although its clock said that something is further off than any envelope lives. */
const MAX_HOURS_AHEAD = ENVELOPE_TTL_MS / HOUR_MS;

/**
 * Where in the queue of all mailboxes the time of expiry changes: about one row for each hour, which finds what is due
 * without an index over all envelopes, and whichever way the clock was set in between. A row counts for its sequence
 * number and all after it, up to the next row. Methods run inside a commit.
 */
export class Expiries {
  readonly #lastStatement;
  readonly #begin;
  readonly #due;
  readonly #within;
  readonly #age;
  readonly #prune;
  /** Of the last row, once it was read. */
  #last: number | undefined;

  constructor(db: Db) {
    const prepare = (source: string) => db.$client.prepare<unknown[]>(source);
    const next = `SELECT min(later.first_sequence) FROM expiries later WHERE later.first_sequence > expiries.first_sequence`;
    this.#lastStatement = prepare("SELECT expires_at_ms FROM expiries ORDER BY first_sequence DESC LIMIT 1").pluck();
    this.#begin = prepare("INSERT INTO expiries (first_sequence, expires_at_ms) VALUES (?, ?)");
    this.#due = prepare(
      `SELECT first_sequence, (${next}) FROM expiries WHERE expires_at_ms <= ? OR hours_ahead > ${MAX_HOURS_AHEAD}
       ORDER BY first_sequence`,
    ).raw();
    this.#within = prepare(
      "SELECT sequence FROM envelopes WHERE sequence >= ? AND sequence < ? ORDER BY sequence LIMIT ?",
    ).pluck();
    this.#age = prepare("UPDATE expiries SET hours_ahead = hours_ahead + 1 WHERE expires_at_ms > ?");
    this.#prune = prepare(
      `DELETE FROM expiries WHERE NOT EXISTS (
         SELECT 1 FROM envelopes WHERE sequence >= expiries.first_sequence AND sequence < ifnull((${next}), 1 << 62))`,
    );
  }

  /** An envelope was put at the end of the queue. */
  note(sequence: number, expiresAtMs: number): void {
    if (expiresAtMs === this.#last) return;
    if (expiresAtMs !== this.#lastStatement.get()) this.#begin.run(sequence, expiresAtMs);
    this.#last = expiresAtMs;
  }

  /** The sequence numbers of what is due, the oldest first, at most `limit`. */
  due(nowMs: number, limit: number): readonly number[] {
    const due: number[] = [];
    for (const [first, next] of this.#due.all(nowMs) as (readonly [number, number | null])[]) {
      if (due.length === limit) break;
      const end = next ?? Number.MAX_SAFE_INTEGER;
      due.push(...(this.#within.all(first, end, limit - due.length) as number[]));
    }
    return due;
  }

  /**
   * An hour has passed by the timer, which no clock moves. What came while the clock was ahead is counted by it: whether
   * the clock was wrong then or is now, so many hours are no less than the life of an envelope. Rows for which nothing
   * waits any more go, so that they tell nobody in which hours it came.
   */
  closeHour(nowMs: number): void {
    this.#age.run(nowMs + ENVELOPE_TTL_MS + HOUR_MS);
    this.#prune.run();
    this.#last = undefined;
  }

  /** A change was undone. */
  forget(): void {
    this.#last = undefined;
  }
}
