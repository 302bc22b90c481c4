import { type Bytes, equalBytes } from "@tacit/shared/bytes";
import { KIB, SECOND_MS } from "@tacit/shared/limits";
import { ok, type Result, refused } from "@tacit/shared/result";
import { type CannotWhy, type FileFrame, MAX_PART_BYTES, MAX_WANT_BYTES } from "@tacit/shared/wire/file-frames";
import type { Source, SourceFailure } from "../files/source.ts";
import type { Clock } from "../ports/clock.ts";

/** So much may be on its way before it is needed: enough for 100 ms at 80 MB/s, and all that is held of a file. */
const AHEAD_BYTES = 12 * KIB * KIB;
/** Without a byte this long the link is of no use. */
const STALL_MS = 30 * SECOND_MS;

const FAILURES: Readonly<Record<CannotWhy, SourceFailure>> = {
  unknown: "withdrawn",
  paused: "held",
  withdrawn: "withdrawn",
  lost: "withdrawn",
};

export type WantingPorts = {
  readonly clock: Clock;
  /** Grows with each call. */
  nextAsk(): number;
  send(frame: FileFrame): boolean;
  /** Nothing has come for too long. */
  stalled(): void;
};

type Asked = { readonly ask: number; at: number; readonly until: number };

/**
 * One file from the other end of a link: asks for more than is needed at once, in order, and hands it over in the order in
 * which it is fetched. What comes is not checked here: see `fetchAll`.
 */
export class Wanting implements Source {
  readonly file: Bytes;
  readonly #ports: WantingPorts;
  readonly #sealedBytes: number;
  readonly #asked: Asked[] = [];
  readonly #parts: Bytes[] = [];
  /** What `#parts` begin and end with, and up to where it was asked for. */
  #start = 0;
  #end = 0;
  #wanted = 0;
  #failure: SourceFailure | undefined;
  #waiting: (() => void) | undefined;

  constructor(ports: WantingPorts, file: Bytes, sealedBytes: number) {
    this.#ports = ports;
    this.file = file;
    this.#sealedBytes = sealedBytes;
  }

  /** Ends at most `AHEAD_BYTES` behind `start`, which is where the last one ended, or anywhere for the first. */
  async fetch(start: number, end: number): Promise<Result<Bytes, SourceFailure>> {
    if (this.#wanted === 0) this.#start = this.#end = this.#wanted = start;
    if (start !== this.#start) return refused("unreachable");
    this.#ask(start);
    while (this.#end < end && this.#failure === undefined) await this.#more();
    if (this.#failure !== undefined) return refused(this.#failure);
    return ok(this.#take(end));
  }

  /** Whether this is what was asked for, and next. */
  part(ask: number, at: number, part: Bytes): boolean {
    const asked = this.#asked[0];
    if (asked?.ask !== ask || asked.at !== at) return false;
    // As long as it may be: many short ones would cost more than the file.
    if (part.length !== Math.min(MAX_PART_BYTES, asked.until - at)) return false;
    asked.at += part.length;
    if (asked.at === asked.until) this.#asked.shift();
    // Stale: it was on its way when the file was not wanted any more.
    if (this.#failure !== undefined) return true;
    this.#parts.push(part);
    this.#end += part.length;
    this.#waiting?.();
    return true;
  }

  /** The other end does not give this file, if it is this one. */
  answerIf(file: Bytes, why: CannotWhy): void {
    if (equalBytes(file, this.file)) this.fail(FAILURES[why]);
  }

  /** The link is gone, or the file is not wanted any more. */
  fail(failure: SourceFailure): void {
    this.#failure ??= failure;
    this.#parts.length = 0;
    this.#waiting?.();
  }

  /** No room to ask just now: once there is. */
  writable(): void {
    if (this.#failure === undefined && this.#wanted > 0) this.#ask(this.#start);
  }

  #ask(start: number): void {
    while (this.#wanted < Math.min(start + AHEAD_BYTES, this.#sealedBytes)) {
      const from = this.#wanted;
      const until = Math.min(from + MAX_WANT_BYTES, this.#sealedBytes);
      const ask = this.#ports.nextAsk();
      if (!this.#ports.send({ want: this.file, ask, from, until })) return;
      this.#asked.push({ ask, at: from, until });
      this.#wanted = until;
    }
  }

  async #more(): Promise<void> {
    const cancelStall = this.#ports.clock.after(STALL_MS, () => this.#ports.stalled());
    await new Promise<void>((resolve) => {
      this.#waiting = resolve;
    });
    cancelStall();
  }

  #take(end: number): Bytes {
    const taken = new Uint8Array(end - this.#start);
    for (let at = 0; at < taken.length; ) {
      const part = this.#parts[0] as Bytes;
      const fitting = part.subarray(0, taken.length - at);
      taken.set(fitting, at);
      at += fitting.length;
      if (fitting.length === part.length) this.#parts.shift();
      else this.#parts[0] = part.subarray(fitting.length);
    }
    this.#start = end;
    return taken;
  }
}
