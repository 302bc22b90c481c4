import type { Secrets } from "@tacit/server/accounts/secrets";
import { type App, type AppOptions, buildApp } from "@tacit/server/app";
import type { Clock } from "@tacit/web/core/ports/clock";
import { Chance } from "./chance.ts";
import { answerRequest, PlaneStandIn } from "./planes.ts";
import type { RelayDisk } from "./relay-disk.ts";
import type { Wire } from "./wire.ts";

type Running = {
  readonly app: App;
  readonly planes: { readonly device: PlaneStandIn; readonly delivery: PlaneStandIn };
  readonly wires: Set<Wire>;
  readonly die: () => void;
};

/** The real relay on a disk of its own, one process after the other. Its commits run when the story says so. */
export class RelayHost {
  readonly disk: RelayDisk;
  readonly #clock: Clock;
  readonly #seed: string;
  readonly #secrets: Secrets;
  readonly #ending: Promise<void>[] = [];
  /** What a living relay has logged. */
  readonly log: string[] = [];
  /** Its disk has no room. */
  isFull = false;
  #running: Running | undefined;
  #flush: (() => void) | undefined;
  #deaths = 0;

  constructor(options: {
    readonly disk: RelayDisk;
    readonly clock: Clock;
    readonly seed: string;
    readonly secrets: Secrets;
  }) {
    this.disk = options.disk;
    this.#clock = options.clock;
    this.#seed = options.seed;
    this.#secrets = options.secrets;
  }

  get isUp(): boolean {
    return this.#running !== undefined;
  }

  get isCommitWaiting(): boolean {
    return this.#flush !== undefined;
  }

  async start(): Promise<void> {
    const { clock, die, isAlive } = mortal(this.#clock);
    const planes = { device: new PlaneStandIn(), delivery: new PlaneStandIn() };
    const app = await buildApp({
      ...this.disk.use(new Chance(`${this.#seed} store ${this.#deaths}`).bytes),
      freeBytes: () => (this.isFull ? 0 : Number.POSITIVE_INFINITY),
      secrets: this.#secrets,
      clock,
      random: new Chance(`${this.#seed} relay ${this.#deaths}`).bytes,
      // What a dead process still asks for is not done, and not in the place of what its successor asks for.
      schedule: (flush) => {
        if (isAlive()) this.#flush = flush;
      },
      log: (level, sentence, failure) => {
        if (isAlive()) this.log.push(`${level}: ${sentence}${failure === undefined ? "" : ` (${failure})`}`);
      },
      // The stand-ins have all that the relay uses of a namespace, and nothing else.
      planes: planes as unknown as NonNullable<AppOptions["planes"]>,
    });
    this.#running = { app, planes, wires: new Set(), die };
  }

  accept(wire: Wire): void {
    const { plane } = wire;
    const running = this.#running;
    running?.wires.add(wire);
    if (running === undefined) wire.cut();
    else if (plane === "request") answerRequest(running.app, wire);
    else running.planes[plane].accept(wire);
  }

  commit(): void {
    const flush = this.#flush;
    this.#flush = undefined;
    flush?.();
  }

  /** The process is gone in this moment: what was not committed never will be. `losesSent`: nor does what it said arrive. */
  kill(losesSent: boolean): void {
    const running = this.#running;
    if (running === undefined) return;
    this.#running = undefined;
    this.#flush = undefined;
    running.die();
    this.#deaths += 1;
    this.disk.survive();
    for (const wire of running.wires) wire.loseRelay(losesSent);
    this.#ending.push(running.app.close());
  }

  /** How many envelopes lie in the mailboxes. */
  countEnvelopes(): number {
    const counted = this.disk.look((client) => client.prepare("select count(*) as held from envelopes").get());
    return (counted as { readonly held: number }).held;
  }

  /** What the mailboxes tell that they must not: an account or an identity key in any row, or what was said. */
  tells(identities: ReadonlyMap<string, string>, canary: string): "a sender" | "a plaintext" | undefined {
    const query = "select mailbox, id, digest, sealed from envelopes";
    const held = this.disk
      .look((client) => client.prepare(query).raw().all() as Buffer[][])
      .map((row) => Buffer.concat(row));
    if (held.some((row) => row.includes(canary))) return "a plaintext";
    const names = [...identities].flatMap(([account, key]) => [account, Buffer.from(key, "hex").subarray(1)]);
    return names.some((name) => held.some((row) => row.includes(name))) ? "a sender" : undefined;
  }

  /** Every mailbox loses what is in it: what no relay may do. */
  rob(): void {
    this.disk.look((client) => client.exec("delete from envelopes"));
  }

  async close(): Promise<void> {
    if (this.#running !== undefined) {
      this.#running.die();
      this.#ending.push(this.#running.app.close());
    }
    await Promise.all(this.#ending);
  }
}

/** A clock whose timers end with the process that set them. */
export function mortal(clock: Clock): {
  readonly clock: Clock;
  readonly die: () => void;
  readonly isAlive: () => boolean;
} {
  let isAlive = true;
  return {
    clock: {
      nowMs: () => clock.nowMs(),
      // Whole milliseconds, as real clocks count.
      after: (ms, callback) => clock.after(Math.ceil(ms), () => isAlive && callback()),
    },
    die: () => {
      isAlive = false;
    },
    isAlive: () => isAlive,
  };
}
