/** Wall time and timers. */
export type Clock = {
  nowMs(): number;
  /** Calls back once after `ms`; the answer cancels. */
  after(ms: number, callback: () => void): () => void;
};
