import { type Bytes, equalBytes } from "@tacit/shared/bytes";
import { MINUTE_MS } from "@tacit/shared/limits";
import { hasLeadingZeros, workInput } from "@tacit/shared/proof-of-work";
import type { Work, WorkProof } from "@tacit/shared/wire/accounts";
import { hmacSha256, sha256 } from "../hash.ts";
import type { Clock, Random } from "../ports.ts";

const SLOT_MS = 15 * MINUTE_MS;

/**
 * Challenges for whoever registers at an open relay. None is stored: a challenge is a keyed hash of the quarter of an hour,
 * good in that and in the next; the key lives in memory. A solution names its account, so it makes no second one.
 */
export class RegistrationWork {
  readonly #clock: Clock;
  readonly #key: Bytes;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#key = random(32);
  }

  ask(bits: number): Work {
    return { challenge: this.#challenge(0), bits };
  }

  isDone(proof: WorkProof | undefined, identityKey: Bytes, bits: number): boolean {
    if (proof === undefined) return false;
    const { challenge, nonce } = proof;
    const isOurs = [0, -1].some((slot) => equalBytes(challenge, this.#challenge(slot)));
    return isOurs && hasLeadingZeros(sha256(workInput(challenge, identityKey, nonce)), bits);
  }

  #challenge(slot: number): Bytes {
    return hmacSha256(this.#key, String(Math.floor(this.#clock.nowMs() / SLOT_MS) + slot));
  }
}
