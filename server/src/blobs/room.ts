import type { Bytes } from "@tacit/shared/bytes";
import { MIN_BLOB_COST_BYTES, UPLOAD_RESERVATION_MS } from "@tacit/shared/limits";
import { mapKey } from "../hash.ts";
import type { Clock } from "../ports.ts";

/** What a blob with so many bytes takes up. */
export function costOf(bytes: number): number {
  return bytes === 0 ? 0 : Math.max(bytes, MIN_BLOB_COST_BYTES);
}

type Upload = { readonly bytes: number; received: number; reservedUntilMs: number };

/**
 * What uploads that are not complete take up. Room is kept for the whole of one while its bytes come; when none have
 * come for `UPLOAD_RESERVATION_MS`, only what has come counts, so that nobody holds the disk by announcing. In memory: after a
 * restart each asks for its room again.
 */
export class Room {
  readonly #clock: Clock;
  readonly #uploads = new Map<string, Upload>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Keeps the rest of an upload free for a while. */
  reserve(hash: Bytes, bytes: number, received: number): void {
    const reservedUntilMs = this.#clock.nowMs() + UPLOAD_RESERVATION_MS;
    this.#uploads.set(mapKey(hash), { bytes, received, reservedUntilMs });
  }

  /** An upload of before this process: only what it has. */
  know(hash: Bytes, bytes: number, received: number): void {
    if (!this.#uploads.has(mapKey(hash))) this.#uploads.set(mapKey(hash), { bytes, received, reservedUntilMs: 0 });
  }

  isReserved(hash: Bytes): boolean {
    return (this.#uploads.get(mapKey(hash))?.reservedUntilMs ?? 0) > this.#clock.nowMs();
  }

  /** Complete, or gone. */
  forget(hash: Bytes): void {
    this.#uploads.delete(mapKey(hash));
  }

  /** What incomplete uploads take up, and what is kept free for them. */
  sums(): { readonly received: number; readonly promised: number } {
    const nowMs = this.#clock.nowMs();
    let [received, promised] = [0, 0];
    for (const upload of this.#uploads.values()) {
      received += costOf(upload.received);
      if (upload.reservedUntilMs > nowMs) promised += costOf(upload.bytes) - costOf(upload.received);
    }
    return { received, promised };
  }
}
