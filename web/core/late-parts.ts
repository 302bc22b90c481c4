import type { Calls } from "./calls/calls.ts";
import type { Core } from "./core.ts";
import type { DirectFiles } from "./direct/direct-files.ts";
import type { Progress } from "./files/progress.ts";
import type { Transfers } from "./files/transfers.ts";
import type { GapWatch } from "./gaps.ts";
import { mayBeDirect } from "./links/allowed.ts";
import type { LiveLane } from "./live.ts";
import { loadOnce } from "./load-once.ts";
import type { TurnServers } from "./turn-servers.ts";

/** What these work with. */
type Beside = {
  readonly live: LiveLane;
  readonly turn: TurnServers;
  readonly progress: Progress;
  readonly transfers: Transfers;
};

/** The parts of a client that load when they are first needed: a page that only talks does without them. */
export class LateParts {
  readonly #core: Core;
  readonly #beside: Beside;
  /** From the first call on that is placed or heard of. */
  calls: Calls | undefined;
  /** From the first file on that may go directly. */
  direct: DirectFiles | undefined;
  /** From the first message on that is missed, here or by somebody, or the first contact who may not know their key. */
  gaps: GapWatch | undefined;
  readonly loadCalls: () => Promise<Calls> = loadOnce(() => this.#openCalls());
  readonly loadDirect: () => Promise<DirectFiles> = loadOnce(() => this.#openDirect());
  readonly loadGaps: () => Promise<GapWatch> = loadOnce(() => this.#openGaps());

  constructor(core: Core, beside: Beside) {
    this.#core = core;
    this.#beside = beside;
  }

  async #openCalls(): Promise<Calls> {
    const { Calls } = await import("./calls/calls.ts");
    const { live, turn } = this.#beside;
    this.calls = new Calls(this.#core, live, {
      servers: () => turn.now(),
      routing: (contact) => (mayBeDirect(this.#core, this.#core.contact(contact)) ? "direct" : "relayed"),
    });
    return this.calls;
  }

  async #openDirect(): Promise<DirectFiles> {
    const { DirectFiles } = await import("./direct/direct-files.ts");
    const { live, turn, progress, transfers } = this.#beside;
    this.direct = new DirectFiles(this.#core, live, turn, progress, {
      wake: (shelf) => transfers.wake(shelf),
      stop: (shelf) => transfers.stop(shelf),
    });
    return this.direct;
  }

  async #openGaps(): Promise<GapWatch> {
    const { GapWatch } = await import("./gaps.ts");
    this.gaps = new GapWatch(this.#core);
    return this.gaps;
  }
}
