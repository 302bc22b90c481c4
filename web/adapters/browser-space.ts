import type { Space } from "../core/ports/space.ts";

/** The quota of this origin, by the browser's own account. */
export const browserSpace: Space = {
  async estimate() {
    const { usage, quota } = await navigator.storage.estimate();
    return usage === undefined || quota === undefined ? undefined : { usedBytes: usage, quotaBytes: quota };
  },
  isPersisted: () => navigator.storage.persisted(),
  persist: () => navigator.storage.persist(),
};

const MIB = 2 ** 20;
/** No browser grants a place that lasts so little. */
const SMALL_QUOTA_BYTES = 300 * MIB;

/**
 * Whether this looks like a private window, which forgets everything when it closes. No browser says so. Firefox and
 * Safari keep no files for one; Chromium keeps its data in memory and grants less than twice the heap of a page.
 */
export async function looksFleeting(): Promise<boolean> {
  try {
    await navigator.storage.getDirectory();
  } catch {
    return true;
  }
  const { quota = Number.POSITIVE_INFINITY } = await navigator.storage.estimate();
  const { memory } = performance as { readonly memory?: { readonly jsHeapSizeLimit?: number } };
  return quota < Math.max(SMALL_QUOTA_BYTES, 2 * (memory?.jsHeapSizeLimit ?? 0));
}
