import type { Space } from "../core/ports.ts";

/** The quota of this origin, by the browser's own account. */
export const browserSpace: Space = {
  async estimate() {
    const { usage, quota } = await navigator.storage.estimate();
    return usage === undefined || quota === undefined ? undefined : { usedBytes: usage, quotaBytes: quota };
  },
  isPersisted: () => navigator.storage.persisted(),
  persist: () => navigator.storage.persist(),
};
