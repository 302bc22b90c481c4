import type { Space } from "../ports/space.ts";

const GIB = 2 ** 30;

/** A place with room, that keeps what it has: for Node and tests. */
export const plentyOfSpace: Space = {
  estimate: async () => ({ usedBytes: 0, quotaBytes: 100 * GIB }),
  isPersisted: async () => true,
  persist: async () => true,
};
