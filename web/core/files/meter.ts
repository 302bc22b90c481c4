import { SECOND_MS } from "@tacit/shared/limits";

/** The weight of the newest part in the speed that is shown. */
const NEWEST_WEIGHT = 0.25;
/** Parts come in bursts: a speed is told of what moved in so much time, at the least. */
const SPAN_MS = SECOND_MS / 4;

/** How fast something moves, by how far it is. */
export class Meter {
  #before: { readonly bytes: number; readonly atMs: number } | undefined;
  #bytesPerSecond: number | undefined;

  /** Answers whether it is further than before. */
  moved(bytes: number, atMs: number): boolean {
    const before = this.#before;
    if (before === undefined || bytes < before.bytes) {
      this.#before = { bytes, atMs };
      return false;
    }
    if (bytes === before.bytes) return false;
    if (atMs - before.atMs < SPAN_MS) return true;
    const newest = ((bytes - before.bytes) * SECOND_MS) / (atMs - before.atMs);
    this.#bytesPerSecond =
      this.#bytesPerSecond === undefined
        ? newest
        : this.#bytesPerSecond + NEWEST_WEIGHT * (newest - this.#bytesPerSecond);
    this.#before = { bytes, atMs };
    return true;
  }

  get bytesPerSecond(): number | undefined {
    return this.#bytesPerSecond;
  }
}
