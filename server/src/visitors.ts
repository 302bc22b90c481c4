import { toHex } from "@tacit/shared/bytes";
import { DAY_MS } from "@tacit/shared/limits";
import { digestOfText } from "./hash.ts";
import type { Clock, Random } from "./ports.ts";

/**
 * Addresses as rate limits count them: a keyed hash of the address, or of the network where a person has many (IPv6
 * /64). The key lives in memory for a day, so that no address can be found again and none is ever written.
 */
export class Visitors {
  readonly #clock: Clock;
  readonly #random: Random;
  #day = -1;
  #key: string | undefined;

  constructor(clock: Clock, random: Random) {
    this.#clock = clock;
    this.#random = random;
  }

  nameOf(address: string): string {
    const day = Math.floor(this.#clock.nowMs() / DAY_MS);
    if (this.#key === undefined || day !== this.#day) {
      this.#day = day;
      this.#key = toHex(this.#random(32));
    }
    // Nobody is shown a name, so that a key in front does as an HMAC would, at a tenth of the cost.
    return digestOfText(this.#key + networkOf(address));
  }
}

function networkOf(address: string): string {
  const plain = address.replace(/^::ffff:(?=\d+\.)/, "");
  if (!plain.includes(":")) return plain;
  const [head = "", tail = ""] = plain.split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === "" ? [] : tail.split(":");
  const zeros = plain.includes("::") ? Array<string>(Math.max(0, 8 - before.length - after.length)).fill("0") : [];
  return [...before, ...zeros, ...after].slice(0, 4).join(":");
}
