import type { Ready } from "@tacit/shared/events";
import type { EnvelopeId } from "@tacit/shared/ids";
import { MINUTE_MS, SECOND_MS } from "@tacit/shared/limits";
import type { Envelope } from "@tacit/shared/wire/envelopes";
import type { PreKeyCount } from "@tacit/shared/wire/prekeys";
import type { Core } from "./core.ts";
import { isDamaged } from "./damage.ts";
import { EPOCH, META, RESTORED } from "./meta-kinds.ts";
import type { Mailbox, RelayFailure } from "./ports/relay.ts";

const FIRST_PAUSE_MS = SECOND_MS;
const LONGEST_PAUSE_MS = MINUTE_MS;

/** What stays so however often one tries, and the state that says it. */
const STATES = {
  unauthorized: "signed-out",
  epoch: "restored",
  damaged: "damaged",
  version: "outdated",
  disabled: "disabled",
} as const;
export type Refusal = keyof typeof STATES;

export type LineEvents = {
  /** Before the connection: what the relay has to know first. A failure puts it off. */
  prepare(): Promise<RelayFailure | undefined>;
  /** Before anything is sent: publishes what the relay lacks. A failure ends this connection. */
  ready(ready: Ready): Promise<RelayFailure | undefined>;
  /** Takes in one envelope, durably. */
  envelope(envelope: Envelope): Promise<void>;
  /** Everything that came while away is taken in. */
  drained(): void;
  prekeys(count: PreKeyCount): void;
  /** The connection is over, for whatever reason. */
  down(): void;
  /** The relay refuses this device until something changes, or this device holds itself back. */
  refused(reason: Refusal): void;
};

/** The connection to our mailbox: one at a time, each with a higher epoch, taken up again with growing pauses. */
export class Line {
  readonly #core: Core;
  readonly #events: LineEvents;
  #mailbox: Mailbox | undefined;
  #cancelPause: (() => void) | undefined;
  #pauseMs = FIRST_PAUSE_MS;
  #isWanted = false;
  /** Counts connections: what an older one still does is ignored. */
  #turn = 0;

  constructor(core: Core, events: LineEvents) {
    this.#core = core;
    this.#events = events;
  }

  start(): void {
    if (this.#isWanted) return;
    this.#isWanted = true;
    this.#pauseMs = FIRST_PAUSE_MS;
    void this.#connect();
  }

  stop(): void {
    this.#isWanted = false;
    this.#end();
    this.#core.setConnection("offline");
  }

  /** Tries at once instead of after the pause. */
  hurry(): void {
    if (this.#cancelPause === undefined) return;
    this.#cancelPause();
    this.#cancelPause = undefined;
    this.#pauseMs = FIRST_PAUSE_MS;
    void this.#connect();
  }

  async #connect(): Promise<void> {
    const core = this.#core;
    this.#turn += 1;
    const turn = this.#turn;
    core.setConnection("connecting");
    try {
      const { token } = core.account;
      if (token === undefined) return await this.#refuse("unauthorized");
      // Once is enough: each attempt of a copy would bring its epoch nearer to the real one.
      if (core.records.held(RESTORED, META.restored) !== undefined) return await this.#refuse("epoch");
      if (isDamaged(core)) return await this.#refuse("damaged");
      const failure = await this.#events.prepare();
      if (!this.#isCurrent(turn)) return;
      if (failure !== undefined) return this.#closed(turn, failure);
      const epoch = await core.change(async (work) => {
        const next = ((await work.get(EPOCH, META.epoch))?.epoch ?? 0) + 1;
        work.put(EPOCH, META.epoch, { epoch: next });
        return next;
      });
      if (!this.#isCurrent(turn)) return;
      this.#mailbox = core.ports.relay.connect({ token, epoch }, this.#eventsOf(turn));
    } catch {
      // The device cannot store the epoch: without it no connection may be made.
      this.#again(turn);
    }
  }

  #eventsOf(turn: number) {
    const core = this.#core;
    // Pages and the end of the queue are handled in the order in which they came.
    let last: Promise<unknown> = Promise.resolve();
    const inTurn = (action: () => Promise<void>) => {
      last = last.then(async () => {
        if (!this.#isCurrent(turn)) return;
        try {
          await action();
        } catch {
          this.#again(turn);
        }
      });
    };
    return {
      ready: (ready: Ready) => {
        if (this.#isCurrent(turn)) core.hearTime(ready.timeMs);
        inTurn(async () => {
          core.setConnection("draining");
          const failure = await this.#events.ready(ready);
          if (failure !== undefined) this.#closed(turn, failure);
        });
      },
      envelopes: (page: readonly Envelope[]) => inTurn(() => this.#take(turn, page)),
      drained: () =>
        inTurn(async () => {
          this.#pauseMs = FIRST_PAUSE_MS;
          core.setConnection("online");
          this.#events.drained();
        }),
      prekeys: (count: PreKeyCount) => this.#isCurrent(turn) && this.#events.prekeys(count),
      closed: (reason: RelayFailure) => this.#closed(turn, reason),
    };
  }

  /** Each envelope is durable before it is named as collected. */
  async #take(turn: number, page: readonly Envelope[]): Promise<void> {
    const collected: EnvelopeId[] = [];
    for (const envelope of page) {
      if (!this.#isCurrent(turn)) return;
      await this.#events.envelope(envelope);
      collected.push(envelope.id);
    }
    await this.#mailbox?.collected(collected);
  }

  #closed(turn: number, reason: RelayFailure): void {
    if (!this.#isCurrent(turn)) return;
    if (isRefusal(reason)) void this.#refuse(reason);
    else this.#again(turn);
  }

  async #refuse(reason: Refusal): Promise<void> {
    this.#isWanted = false;
    this.#end();
    const turn = this.#turn;
    // Before anything that may fail or take its time: nothing more is said by a copy.
    this.#events.refused(reason);
    try {
      if (reason === "epoch") await this.#rememberCopy();
    } catch {
      // The device cannot store it, and no epoch either: it is refused once more when it can.
      if (turn !== this.#turn) return;
      this.#isWanted = true;
      return this.#again(turn);
    }
    if (turn === this.#turn) this.#core.setConnection(STATES[reason]);
  }

  async #rememberCopy(): Promise<void> {
    const core = this.#core;
    await core.change(async (work) => {
      if ((await work.get(RESTORED, META.restored)) !== undefined) return;
      work.put(RESTORED, META.restored, { atMs: core.nowMs() });
    });
  }

  #again(turn: number): void {
    if (!this.#isCurrent(turn)) return;
    this.#end();
    this.#core.setConnection("offline");
    const [random = 0] = this.#core.ports.random(1);
    const pauseMs = this.#pauseMs * (0.5 + random / 512);
    this.#pauseMs = Math.min(this.#pauseMs * 2, LONGEST_PAUSE_MS);
    this.#cancelPause = this.#core.ports.clock.after(pauseMs, () => {
      this.#cancelPause = undefined;
      if (this.#isWanted) void this.#connect();
    });
  }

  #end(): void {
    this.#turn += 1;
    this.#cancelPause?.();
    this.#cancelPause = undefined;
    this.#mailbox?.close();
    this.#mailbox = undefined;
    this.#events.down();
  }

  #isCurrent(turn: number): boolean {
    return this.#isWanted && this.#turn === turn;
  }
}

function isRefusal(reason: RelayFailure): reason is RelayFailure & Refusal {
  return reason in STATES;
}
