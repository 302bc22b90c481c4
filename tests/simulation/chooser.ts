import { Chance } from "./chance.ts";
import { NAMES, type Name } from "./resident.ts";
import type { Step, Story } from "./story.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** What may go wrong. A story has some of these, so that each comes up among few others, too. */
export const FAULTS = [
  "cut",
  "away",
  "lose",
  "twice",
  "swap",
  "spoil",
  "crash",
  "die",
  "full",
  "deaf",
  "takeover",
  "haunt",
  "kill",
  "jump",
  "night",
  "drain",
  "pose",
  "crowd",
  "snap",
  "part",
  "replace",
  "block",
] as const;
export type Fault = (typeof FAULTS)[number];

/** Chooses what happens next, by a seed and by what can happen. */
export class Chooser {
  readonly faults: readonly Fault[];
  readonly #chance: Chance;

  constructor(seed: string, faults?: readonly Fault[]) {
    this.#chance = new Chance(`${seed} chooser`);
    const drawn = FAULTS.filter(() => this.#chance.isOneIn(3));
    // A new device makes others ask for its keys: what goes wrong with keys goes with it.
    const isAboutKeys = drawn.includes("pose") || drawn.includes("drain");
    this.faults = faults ?? (isAboutKeys && !drawn.includes("replace") ? [...drawn, "replace"] : drawn);
  }

  next(story: Story): Step {
    const lot = this.#chance.below(100);
    if (lot < 4 && this.faults.length > 0) return this.#fault(story, this.#chance.pick(this.faults));
    if (lot < 14) return this.#action();
    if (lot < 17) return "tick";
    if (lot < 20) return this.#recovery(story);
    const waiting = [...story.waiting(), ...(story.relay.isCommitWaiting ? ["commit"] : [])];
    return waiting.length > 0 ? this.#chance.pick(waiting) : this.#idle(story);
  }

  #name(): Name {
    return this.#chance.pick(NAMES);
  }

  #pair(): string {
    const from = this.#name();
    return `${from} ${this.#chance.pick(NAMES.filter((name) => name !== from))}`;
  }

  #idle(story: Story): Step {
    const ms = story.clock.msToNext();
    return ms !== undefined && ms <= HOUR_MS ? "tick" : this.#action();
  }

  #action(): Step {
    if (this.#chance.isOneIn(30)) return `rename ${this.#name()} ${this.#chance.below(100)}`;
    const lot = this.#chance.below(10);
    const verb = lot < 6 ? "say" : lot < 7 ? "type" : lot < 8 ? "read" : lot < 9 ? "leave" : "look";
    return `${verb} ${this.#pair()}`;
  }

  /** Most of what went wrong ends after a while. */
  #recovery(story: Story): Step {
    if (!story.relay.isUp) return "start";
    if (story.relay.isFull && this.#chance.isOneIn(3)) return "roomy";
    const name = this.#name();
    const resident = story.residents[name];
    if (!resident.isRunning) return `open ${name}`;
    if (resident.isAway) return `back ${name}`;
    if (resident.hasGhosts && this.#chance.isOneIn(2)) return `exorcise ${name}`;
    if (resident.left.length > 0 && this.#chance.isOneIn(2)) return `recover ${name}`;
    if (this.faults.includes("part") && this.#chance.isOneIn(2)) return `mend ${name}`;
    return this.faults.includes("block") && this.#chance.isOneIn(3) ? `unblock ${this.#pair()}` : "tick";
  }

  #fault(story: Story, fault: Fault): Step {
    const chance = this.#chance;
    const name = this.#name();
    const pipes = () => {
      const waiting = story.waiting();
      return waiting.length > 0 ? chance.pick(waiting) : undefined;
    };
    switch (fault) {
      case "cut":
        return `cut ${name} ${chance.pick(["device", "delivery", "request"])}`;
      case "lose":
      case "twice":
      case "swap":
      case "spoil": {
        const pipe = pipes();
        return pipe === undefined ? "tick" : `${fault} ${pipe}`;
      }
      case "die":
        return `die ${name} ${chance.pick(["before", "after"])} ${1 + chance.below(6)}`;
      case "full":
      case "deaf":
        return `${fault} ${name} ${1 + chance.below(4)}`;
      case "crowd":
        return "crowd";
      case "replace":
        // A person loses few devices in the time of a story.
        return chance.isOneIn(2) ? `replace ${name} ${chance.pick(["lost", "kept"])}` : `recover ${name}`;
      case "block":
        return `block ${this.#pair()}`;
      case "kill":
        return `kill ${chance.pick(["keep", "lose"])}`;
      case "jump":
        return `jump ${name} ${chance.pick([-1, 1]) * chance.pick([MINUTE_MS, HOUR_MS, 24 * HOUR_MS, 40 * 24 * HOUR_MS])}`;
      case "night":
        return chance.pick([`pass ${MINUTE_MS}`, `pass ${HOUR_MS}`, `sleep ${8 * HOUR_MS}`, `sleep ${72 * HOUR_MS}`]);
      case "away":
      case "crash":
      case "takeover":
      case "haunt":
      case "drain":
      case "pose":
      case "snap":
      case "part":
        return `${fault} ${name}`;
    }
  }
}
