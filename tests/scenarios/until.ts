import { setImmediate } from "node:timers/promises";

const PATIENCE_MS = 60_000;

/** Waits for a condition by looking at it, never for a time; says what it waited for when it never came. */
export async function until<Value>(what: string, look: () => Value | undefined | false): Promise<Value> {
  const endMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const seen = look();
    if (seen !== undefined && seen !== false) return seen;
    if (performance.now() > endMs) throw new Error(`waited in vain: ${what}`);
    await setImmediate();
  }
}
