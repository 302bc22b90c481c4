import { shapeOf } from "@tacit/shared/file-shape";
import { MAX_FILE_BYTES, MAX_RELAYED_FILE_BYTES, MINUTE_MS, SECOND_MS } from "@tacit/shared/limits";
import { toBody } from "../conversations.ts";
import type { Core } from "../core.ts";
import { enqueue } from "../queueing.ts";
import type { ContactId } from "../views.ts";
import { editFile, inState, outgoing } from "./file-rows.ts";
import type { Transfer, TransferOutcome } from "./transfers.ts";

/** A file that the relay takes as well does not wait longer for a link than this. */
const REACH_MS = 8 * SECOND_MS;

/**
 * Tells the contact of a file that they fetch from here: they are there now, or it is larger than the relay takes.
 * "upload": it is for the relay.
 */
export async function offer(core: Core, { shelf }: Transfer): Promise<TransferOutcome | "upload"> {
  const found = await core.change((work) => outgoing(core, work, shelf));
  if (found === undefined) return "done";
  const { file, row, contact } = found;
  if (file.blob !== undefined || file.isDirect === true) return "upload";
  if (contact.status !== "accepted" || contact.hold !== undefined) return "later";
  const isRelayed = await fitsRelay(core, shapeOf(row.file.size).sealedBytes);
  if (isRelayed === undefined) return "later";
  if (isRelayed) {
    if (!isThere(core, file.contact)) return "upload";
    const direct = await core.direct?.();
    if ((await direct?.reach(file.contact, REACH_MS)) === undefined) return "upload";
  }
  if (!(await tell(core, shelf))) return "later";
  // Whoever is there fetches it at once; who is not, is looked for.
  (await core.direct?.())?.seen(file.contact);
  return "done";
}

/** How a file of so many bytes would go: also by the relay, only directly, or not at all. */
export async function wayOfFile(core: Core, bytes: number): Promise<"relay" | "direct" | "none"> {
  if (bytes > MAX_FILE_BYTES) return "none";
  const isRelayed = (await fitsRelay(core, shapeOf(bytes).sealedBytes)) ?? bytes <= MAX_RELAYED_FILE_BYTES;
  if (isRelayed) return "relay";
  return core.direct === undefined ? "none" : "direct";
}

/** Whether the relay takes a sealed file of this length; `undefined` while it does not say. It is asked once. */
export async function fitsRelay(core: Core, sealedBytes: number): Promise<boolean | undefined> {
  if (core.relayedBytes === undefined) {
    const limit = await core.ports.relay.blobs.limit();
    if (!limit.ok) return undefined;
    core.relayedBytes = limit.value;
  }
  return sealedBytes <= core.relayedBytes;
}

/** Without a sign of them nobody waits for a link. */
function isThere(core: Core, contact: ContactId): boolean {
  const seenMs = core.seenMs.get(contact) ?? Number.NEGATIVE_INFINITY;
  return core.carrier.isLinked(contact) || core.nowMs() - seenMs < MINUTE_MS;
}

/** Queues the Content that names the file without a copy at the relay. */
async function tell(core: Core, shelf: string): Promise<boolean> {
  return core.change(async (work) => {
    const found = await outgoing(core, work, shelf);
    if (found?.file.state !== "up" || found.contact.status !== "accepted") return false;
    const { file, row } = found;
    await editFile(work, shelf, (before) => ({
      ...inState(before, "offered"),
      id: row.file.id,
      isDirect: true,
      isPaused: before.isPaused,
    }));
    await enqueue(core, work, file.contact, { message: row.id, atMs: row.atMs, body: toBody(row) });
    return true;
  });
}
