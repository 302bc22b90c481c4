import { setTimeout as pause } from "node:timers/promises";
import type { Result } from "@tacit/shared/result";

const PAUSE_MS = 5_000;
const PATIENCE_MS = 300_000;

/** Does it again while it is refused, as a person does whose network is bad. Throws when it never works. */
export async function tried(what: string, task: () => Promise<Result<unknown, string>>): Promise<void> {
  const endMs = performance.now() + PATIENCE_MS;
  for (;;) {
    const answer = await task();
    if (answer.ok) return;
    if (performance.now() > endMs) throw new Error(`${what}: ${answer.reason}`);
    await pause(PAUSE_MS);
  }
}
