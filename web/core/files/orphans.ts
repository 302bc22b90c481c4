import { DAY_MS } from "@tacit/shared/limits";
import type { Core } from "../core.ts";
import { FILE } from "../kinds.ts";

/** Deletes sealed files that no message has: one that was picked and never sent, one whose message was deleted. */
export async function sweepShelf(core: Core): Promise<void> {
  for (const { name, writtenAtMs } of await core.ports.shelf.list()) {
    // A younger one may be on its way into a message.
    if (core.nowMs() - writtenAtMs < DAY_MS || core.records.held(FILE, name) !== undefined) continue;
    await core.ports.shelf.remove(name);
  }
}
