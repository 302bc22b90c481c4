import { seededRandom } from "@tacit/crypto/testing/random";
import type { Bytes } from "@tacit/shared/bytes";
import type { Place } from "@tacit/shared/wire/content";
import { expect, test } from "vitest";
import type { OurRun, TheirRun } from "./kinds.ts";
import { givePlace, giveUpPlace, takePlace } from "./places.ts";

const RUN: Bytes = new Uint8Array(8).fill(1);
const STORIES = 200;
const STEPS = 80;

type Written = { place: Place | undefined; hasLeft: boolean };

/** Somebody who writes, a relay that does as it likes, and somebody who hears what it lets through. */
class Story {
  readonly #random;
  readonly #written: Written[] = [];
  #ours: OurRun | undefined;
  /** What is on its way. */
  readonly #copies: Place[] = [];
  #runs: readonly TheirRun[] = [];
  #nextOrder = 1;
  readonly #heard = new Map<number, number>();
  readonly #forgotten = new Set<number>();

  constructor(seed: string) {
    this.#random = seededRandom(seed);
  }

  #below(limit: number): number {
    return (this.#random(1)[0] ?? 0) % limit;
  }

  /** Throws where what is missed is not what did not come. */
  step(): void {
    const kind = this.#below(10);
    if (kind < 3) this.#sendAll(Array.from({ length: 1 + this.#below(4) }, () => this.#write()));
    else if (kind < 4 && this.#written.length > 0) this.#sendAll([this.#pick(this.#written)]);
    else if (kind < 5 && this.#copies.length > 0) this.#copies.splice(this.#below(this.#copies.length), 1);
    else if (kind < 6) this.#answerGaps();
    else if (this.#copies.length > 0) this.#hear(this.#pick(this.#copies), true);
    this.#checkMissed();
  }

  #pick<One>(all: readonly One[]): One {
    return all[this.#below(all.length)] as One;
  }

  #write(): Written {
    const written = { place: undefined, hasLeft: false };
    this.#written.push(written);
    return written;
  }

  /** All are encrypted; then each leaves, or is refused for good. */
  #sendAll(batch: readonly Written[]): void {
    for (const one of batch) {
      const given = givePlace(this.#ours, one.place, () => RUN);
      this.#ours = given.ours;
      one.place = given.place;
    }
    for (const one of batch.toReversed()) {
      const { place } = one;
      if (place === undefined) continue;
      if (this.#below(4) > 0) {
        one.hasLeft = true;
        this.#copies.push(place);
      } else if (!one.hasLeft) {
        this.#ours = giveUpPlace(this.#ours, place);
        one.place = undefined;
      }
    }
  }

  /** Whoever is asked says of what is no message that it is none. */
  #answerGaps(): void {
    const numbers = new Set(this.#written.map(({ place }) => place?.number));
    for (const { from, to } of this.#runs.flatMap(({ gaps }) => gaps)) {
      for (let number = from; number <= to; number++) {
        if (numbers.has(number)) continue;
        this.#hear({ run: RUN, number, before: number - 1 }, false);
        return;
      }
    }
  }

  #hear(place: Place, isMessage: boolean): void {
    const { runs, order, forgotten } = takePlace(this.#runs, place, () => this.#nextOrder++, 0);
    this.#runs = runs;
    for (const { from, to } of forgotten) for (let at = from; at <= to; at++) this.#forgotten.add(at);
    if (isMessage && !this.#heard.has(place.number)) this.#heard.set(place.number, order ?? this.#nextOrder++);
  }

  #checkMissed(): void {
    const gaps = this.#runs.flatMap((one) => one.gaps);
    const isMissed = (number: number) => gaps.some(({ from, to }) => from <= number && number <= to);
    const top = this.#runs[0]?.top ?? 0;
    for (const { place, hasLeft } of this.#written) {
      if (place === undefined || !hasLeft || place.number > top) continue;
      const { number } = place;
      const isKnown = this.#heard.has(number) || isMissed(number) || this.#forgotten.has(number);
      if (!isKnown) throw new Error(`${number} left, did not come, and is not missed`);
    }
    for (const number of this.#heard.keys()) if (isMissed(number)) throw new Error(`${number} came and is missed`);
  }

  checkOrder(): void {
    expect(new Set(this.#heard.values()).size).toBe(this.#heard.size);
    // What nobody waits for any longer stands where it came.
    if (this.#forgotten.size > 0) return;
    const shown = [...this.#heard].sort(([, a], [, b]) => a - b).map(([number]) => number);
    expect(shown).toEqual(shown.toSorted((a, b) => a - b));
  }
}

test("whatever is refused, dropped, doubled and overtaken, what left is heard or missed, and stands in its order", () => {
  for (let seed = 0; seed < STORIES; seed++) {
    const story = new Story(`places ${seed}`);
    try {
      for (let step = 0; step < STEPS; step++) story.step();
      story.checkOrder();
    } catch (cause) {
      throw new Error(`story ${seed}`, { cause });
    }
  }
});
