import type { Bytes } from "@tacit/shared/bytes";

// What the relay needs of the world besides its database and its sockets. The same shapes as the messenger's ports, so
// that one fake clock moves a whole scenario.

/** Wall time and timers. */
export type Clock = {
  nowMs(): number;
  /** Calls back once after `ms`; the answer cancels. */
  after(ms: number, callback: () => void): () => void;
};

/** `length` bytes from a cryptographic source; a seeded one in tests. */
export type Random = (length: number) => Bytes;
