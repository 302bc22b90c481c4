import { shapeOf } from "@tacit/shared/file-shape";
import type { BlobId } from "@tacit/shared/ids";
import { KIB } from "@tacit/shared/limits";
import { toBody } from "../conversations.ts";
import type { Core } from "../core.ts";
import { FILE, MESSAGE } from "../kinds.ts";
import type { BlobFailure } from "../ports/blobs.ts";
import { enqueue } from "../queueing.ts";
import type { FileFailure } from "../views.ts";
import { editFile, failFile, inState, outgoing } from "./file-rows.ts";
import type { Transfer, TransferOutcome } from "./transfers.ts";

/** Small enough for a slow line within the relay's patience, large enough for a fast one. */
const PART_BYTES = 512 * KIB;

const FAILURES: Partial<Record<BlobFailure, FileFailure>> = {
  "unknown-key": "gone",
  budget: "budget",
  "too-large": "too-large",
  full: "relay-full",
  malformed: "too-large",
};

/**
 * Leaves a sealed file at the relay, from wherever the last attempt ended, and then queues the Content that names it, in
 * the commit that ends the upload.
 */
export async function upload(core: Core, transfer: Transfer): Promise<TransferOutcome> {
  const { shelf } = transfer;
  const begun = await begin(core, shelf);
  if (typeof begun === "string") return begun;
  const { id, sealedBytes } = begun;
  const { blobs } = core.ports.relay;

  let looked = await blobs.look(id);
  let before = -1;
  while (looked.ok && looked.value.offset < sealedBytes) {
    if (transfer.isOver) return "stopped";
    const { offset } = looked.value;
    // A relay that gets no further, whatever it says, is not sent the same again and again.
    if (offset <= before) return "later";
    before = offset;
    transfer.moved(offset);
    const part = await core.ports.shelf.read(shelf, offset, Math.min(offset + PART_BYTES, sealedBytes));
    if (part.length === 0) return fail(core, shelf, "lost");
    const appended = await blobs.append(id, offset, part);
    looked = !appended.ok && appended.reason === "offset" ? await blobs.look(id) : appended;
  }
  if (looked.ok && !begun.isComplete) {
    // The last byte may have arrived just before the relay fell: this makes it complete.
    looked = await blobs.append(id, sealedBytes, new Uint8Array(0));
  }
  if (transfer.isOver) return "stopped";
  if (!looked.ok) return refuse(core, shelf, looked.reason);
  await complete(core, shelf, { id, expiresAtMs: looked.value.expiresAtMs });
  return "done";
}

type Begun = { readonly id: BlobId; readonly sealedBytes: number; readonly isComplete: boolean };

/** The upload as it is, or a new one. */
async function begin(core: Core, shelf: string): Promise<Begun | TransferOutcome> {
  const found = await core.change((work) => outgoing(core, work, shelf));
  if (found === undefined) return "done";
  const { file, contact } = found;
  const { sealedBytes } = shapeOf(found.row.file.size);
  if (file.blob !== undefined) return { id: file.blob.id, sealedBytes, isComplete: false };
  if (contact.sendKey === undefined || contact.status !== "accepted" || contact.hold !== undefined) return "later";
  const created = await core.ports.relay.blobs.create(contact.sendKey, sealedBytes);
  if (!created.ok) return refuse(core, shelf, created.reason);
  const { id, expiresAtMs } = created.value;
  await core.change((work) => editFile(work, shelf, (before) => ({ ...before, blob: { id, expiresAtMs } })));
  return { id, sealedBytes, isComplete: false };
}

async function complete(core: Core, shelf: string, blob: { id: BlobId; expiresAtMs: number }): Promise<void> {
  await core.change(async (work) => {
    const found = await outgoing(core, work, shelf);
    if (found?.file.state !== "up" || found.contact.status !== "accepted") return;
    const { file } = found;
    const row = { ...found.row, file: { ...found.row.file, blob } };
    work.put(MESSAGE, found.rowId, row);
    await editFile(work, shelf, (before) => inState(before, "here"));
    await enqueue(core, work, file.contact, { message: row.id, atMs: row.atMs, body: toBody(row) });
  });
}

async function refuse(core: Core, shelf: string, reason: BlobFailure): Promise<TransferOutcome> {
  if (reason === "too-large" && (await offerInstead(core, shelf))) return "done";
  const failure = FAILURES[reason];
  if (failure !== undefined) return fail(core, shelf, failure);
  if (reason === "not-found") {
    // It expired, or the relay lost it: begin anew.
    await core.change((work) => editFile(work, shelf, (file) => ({ ...file, blob: undefined })));
  }
  return "later";
}

/** One that they were told of already is still to be had from here. */
async function offerInstead(core: Core, shelf: string): Promise<boolean> {
  return core.change(async (work) => {
    const file = await work.get(FILE, shelf);
    if (file?.state !== "up" || file.isDirect !== true) return false;
    await editFile(work, shelf, (before) => inState(before, "offered"));
    return true;
  });
}

async function fail(core: Core, shelf: string, failure: FileFailure): Promise<TransferOutcome> {
  await failFile(core, shelf, failure);
  return "done";
}
