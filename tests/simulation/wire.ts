import type { Bytes } from "@tacit/shared/bytes";

/** What crosses: the bytes of one message, or the news that the connection is over. */
export type Frame = Bytes | "end";
export type Way = "up" | "down";
/** The two socket planes, and single requests. */
export type Plane = "device" | "delivery" | "request";

/** One direction of one connection: what was sent and has not arrived. */
export class Pipe {
  readonly waiting: Frame[] = [];
  /** Absent: nobody is there (any more), and what arrives is lost. */
  receiver: ((frame: Frame) => void) | undefined;

  push(frame: Frame): void {
    this.waiting.push(frame);
  }

  hasDelivered = false;

  deliver(): void {
    const frame = this.waiting.shift();
    this.hasDelivered = true;
    if (frame !== undefined) this.receiver?.(frame);
  }
}

/** One connection of one process to the relay. */
export class Wire {
  readonly plane: Plane;
  readonly up = new Pipe();
  readonly down = new Pipe();
  #isRelayGone = false;
  #isClientGone = false;

  constructor(plane: Plane) {
    this.plane = plane;
  }

  /** The client says something. */
  tell(frame: Frame): void {
    if (!this.#isClientGone) this.up.push(frame);
  }

  /** The relay says something. */
  say(frame: Frame): void {
    if (!this.#isRelayGone) this.down.push(frame);
  }

  /** The client's process is gone; what it said before may still arrive. */
  loseClient(): void {
    this.tell("end");
    this.#isClientGone = true;
    this.down.receiver = undefined;
  }

  /** The relay's process is gone; what it said before may still arrive, unless that is lost too. */
  loseRelay(losesSent: boolean): void {
    if (losesSent) this.down.waiting.length = 0;
    this.say("end");
    this.#isRelayGone = true;
    this.up.receiver = undefined;
  }

  /** Everything that was on its way is lost, and each side hears of it in its own time. */
  cut(): void {
    for (const pipe of [this.up, this.down]) {
      pipe.waiting.length = 0;
      pipe.push("end");
    }
  }

  /** Nothing is on its way, and one end is gone. */
  get isOver(): boolean {
    const isSilent = this.up.waiting.length + this.down.waiting.length === 0;
    return isSilent && (this.#isClientGone || this.#isRelayGone);
  }
}
