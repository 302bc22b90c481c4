import type { Bytes } from "@tacit/shared/bytes";
import type { Result } from "@tacit/shared/result";
import { noblePrimitives } from "../noble-primitives.ts";
import { type RandomSource, run } from "../primitives.ts";
import { receiveSpqr, type SpqrRefusal, type SpqrRole, type SpqrState, sendSpqr, startSpqr } from "../spqr/spqr.ts";
import { seededRandom } from "./random.ts";

export type Sent = { readonly message: Bytes; readonly key: Bytes };

/** One end of an SPQR session that draws from `seed`. For tests only. */
export class Party {
  state: SpqrState;
  readonly #random: RandomSource;

  constructor(role: SpqrRole, seed: string, options?: { readonly maxJump?: number }) {
    this.state = startSpqr(role, seededRandom(`${seed} handshake`)(32), options);
    this.#random = seededRandom(`${seed} ${role}`);
  }

  send(): Sent {
    const { state, message, key } = run(sendSpqr(this.state, this.#random), noblePrimitives);
    if (key === undefined) throw new Error("a message without a key");
    this.state = state;
    return { message, key };
  }

  /** The message's key, or why it is refused; refused, it changes nothing. */
  receive(message: Bytes): Result<Bytes | undefined, SpqrRefusal> {
    const received = run(receiveSpqr(this.state, message), noblePrimitives);
    if (!received.ok) return received;
    this.state = received.value.state;
    return { ok: true, value: received.value.key };
  }
}

export function startPair(seed: string, options?: { readonly maxJump?: number }): readonly [Party, Party] {
  return [new Party("initiator", seed, options), new Party("responder", seed, options)];
}

/** States of a lively conversation, the last one of every phase, some with skipped keys and three epochs. */
export function statesOfEveryPhase(): readonly SpqrState[] {
  const roll = dice("states of every phase");
  const [alice, bob] = startPair("states of every phase");
  const last = new Map<string, SpqrState>();
  for (let i = 0; i < 2_000; i++) {
    const [from, to] = i % 2 === 0 ? [alice, bob] : [bob, alice];
    const { message } = from.send();
    // Half of one direction is lost, and after two hundred messages half of the other.
    const isLossy = (to === alice) === i % 400 < 200;
    if (!isLossy || roll(2) > 0) to.receive(message);
    for (const { state } of [alice, bob]) last.set(state.braid.phase, state);
  }
  return [...last.values()];
}

/** Whole numbers from 0 to `below` - 1 (at most 65,536), the same ones for the same seed. */
export function dice(seed: string): (below: number) => number {
  const random = seededRandom(seed);
  return (below) => {
    const [high = 0, low = 0] = random(2);
    return Math.floor(((high * 256 + low) / 65_536) * below);
  };
}
