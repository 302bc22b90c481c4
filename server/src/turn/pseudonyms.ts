import type { Bytes } from "@tacit/shared/bytes";
import type { AccountId } from "@tacit/shared/ids";
import { HOUR_MS } from "@tacit/shared/limits";
import { hmacSha256 } from "../hash.ts";
import type { Clock, Random } from "../ports.ts";

const PSEUDONYM_BYTES = 16;

/**
 * What a TURN server knows an account by: the same for an hour, so that its quota binds the account and not each
 * credential, and nothing that leads to the account or to the next hour. The key lives in memory for that hour.
 */
export class Pseudonyms {
  readonly #clock: Clock;
  readonly #random: Random;
  #hour = -1;
  #key: Bytes = new Uint8Array();

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  of(account: AccountId): Bytes {
    const hour = Math.floor(this.#clock.nowMs() / HOUR_MS);
    if (hour !== this.#hour) {
      this.#hour = hour;
      this.#key = this.#random(32);
    }
    return hmacSha256(this.#key, account).slice(0, PSEUDONYM_BYTES);
  }
}
