const [ACKNOWLEDGED, DELIVERED] = [1, 2] as const;
const BOTH = ACKNOWLEDGED | DELIVERED;
const CAPACITY = 4_000_000;

/** Every message of a run by its number: when it left, whether it was acknowledged and came. */
export class Ledger {
  readonly #sentAtMs = new Float64Array(CAPACITY);
  readonly #states = new Uint8Array(CAPACITY);
  #next = 1;
  /** Deliveries of what had come before. */
  doubled = 0;
  onAcknowledged: ((number: number, afterMs: number) => void) | undefined;
  onDelivered: ((number: number, afterMs: number) => void) | undefined;
  /** Acknowledged and come. */
  onDone: ((number: number, afterMs: number) => void) | undefined;

  get next(): number {
    return this.#next;
  }

  begin(): number {
    const number = this.#next++;
    if (number >= CAPACITY) throw new Error("more messages than a run has");
    this.#sentAtMs[number] = performance.now();
    return number;
  }

  acknowledged(number: number): void {
    this.#reach(number, ACKNOWLEDGED, this.onAcknowledged);
  }

  delivered(number: number): void {
    if (((this.#states[number] ?? 0) & DELIVERED) !== 0) this.doubled++;
    else this.#reach(number, DELIVERED, this.onDelivered);
  }

  forgetListeners(): void {
    this.onAcknowledged = undefined;
    this.onDelivered = undefined;
    this.onDone = undefined;
  }

  /** Of the messages from `first` on: how many did not come. */
  undeliveredSince(first: number): number {
    const states = this.#states.subarray(first, this.#next);
    return states.reduce((sum, state) => ((state & DELIVERED) === 0 ? sum + 1 : sum), 0);
  }

  #reach(number: number, state: number, tell: ((number: number, afterMs: number) => void) | undefined): void {
    const reached = (this.#states[number] ?? 0) | state;
    this.#states[number] = reached;
    if (tell === undefined && this.onDone === undefined) return;
    const afterMs = performance.now() - (this.#sentAtMs[number] ?? 0);
    tell?.(number, afterMs);
    if (reached === BOTH) this.onDone?.(number, afterMs);
  }
}
