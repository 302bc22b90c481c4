import { type Bytes, equalBytes } from "@tacit/shared/bytes";
import { type CannotWhy, type FileFrame, MAX_PART_BYTES, MAX_WANTS } from "@tacit/shared/wire/file-frames";

/** A megabyte each. A disk that is busy answers late, and the channel is not to run dry. */
const WANTS_READ_AHEAD = 3;

type Want = Extract<FileFrame, { readonly want: Bytes }>;
type Queued = Want & { isOver: boolean; bytes?: Promise<Bytes> | undefined };

export type ServingPorts = {
  /** False, and nothing is sent, while there is no room. */
  send(frame: FileFrame): boolean;
  /** The name of the sealed bytes, if whoever is at the other end may have them now. */
  find(file: Bytes): string | { readonly why: CannotWhy };
  /** Fewer bytes where they are not there any more. */
  read(shelf: string, start: number, end: number): Promise<Bytes>;
  /** They asked for all before this, so they have it. */
  moved(shelf: string, bytes: number): void;
  /** Resolves once it was looked into; never rejects. */
  missed(shelf: string): Promise<void>;
};

/**
 * Gives the other end of a link the parts that it asks for, one want after the other, no faster than they leave. While
 * one leaves, the next ones are read.
 */
export class Serving {
  readonly #ports: ServingPorts;
  readonly #wants: Queued[] = [];
  #isRunning = false;
  #isEnded = false;
  #wake: (() => void) | undefined;

  constructor(ports: ServingPorts) {
    this.#ports = ports;
  }

  /** False: more wants than anybody may have. */
  want(want: Want): boolean {
    if (this.#wants.length >= MAX_WANTS) return false;
    this.#wants.push({ ...want, isOver: false });
    void this.#run();
    return true;
  }

  /** All that was wanted of one file is forgotten. */
  stop(file: Bytes): void {
    const [current, ...later] = this.#wants;
    if (current === undefined) return;
    current.isOver ||= equalBytes(current.want, file);
    this.#wants.splice(1, later.length, ...later.filter(({ want }) => !equalBytes(want, file)));
  }

  /** There is room again. */
  writable(): void {
    this.#wake?.();
  }

  end(): void {
    this.#isEnded = true;
    this.#wake?.();
  }

  async #run(): Promise<void> {
    if (this.#isRunning) return;
    this.#isRunning = true;
    for (let want = this.#wants[0]; want !== undefined && !this.#isEnded; want = this.#wants[0]) {
      if (!want.isOver) await this.#answer(want);
      this.#wants.shift();
    }
    this.#isRunning = false;
  }

  async #answer(want: Queued): Promise<void> {
    const { ask, from, until } = want;
    // Asked anew for each want: it may have been taken back meanwhile.
    const shelf = this.#ports.find(want.want);
    if (typeof shelf !== "string") return this.#refuse(want.want, shelf.why);
    const bytes = await this.#read(want, shelf);
    if (bytes.length !== until - from) {
      // One at a time: whoever asks for what is nowhere does not fill the device's queue.
      await this.#ports.missed(shelf);
      return this.#refuse(want.want, "lost");
    }
    this.#readAhead();
    this.#ports.moved(shelf, from);
    for (let at = 0; at < bytes.length && !want.isOver; at += MAX_PART_BYTES) {
      await this.#send({ ask, at: from + at, part: bytes.subarray(at, at + MAX_PART_BYTES) });
    }
  }

  #read(want: Queued, shelf: string): Promise<Bytes> {
    // What cannot be read is as good as not there.
    want.bytes ??= this.#ports.read(shelf, want.from, want.until).catch(() => new Uint8Array(0));
    return want.bytes;
  }

  #readAhead(): void {
    for (const next of this.#wants.slice(1, 1 + WANTS_READ_AHEAD)) {
      const shelf = next.isOver ? undefined : this.#ports.find(next.want);
      if (typeof shelf === "string") void this.#read(next, shelf);
    }
  }

  async #refuse(file: Bytes, why: CannotWhy): Promise<void> {
    this.stop(file);
    await this.#send({ cannot: file, why });
  }

  async #send(frame: FileFrame): Promise<void> {
    while (!this.#isEnded && !this.#ports.send(frame)) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
