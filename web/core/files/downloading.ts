import { checkChunk, checkList, type FileId } from "@tacit/crypto/file";
import { runAsync } from "@tacit/crypto/primitives";
import type { Bytes } from "@tacit/shared/bytes";
import { type FileShape, sealedRangeOf, shapeOf } from "@tacit/shared/file-shape";
import { KIB, SECOND_MS } from "@tacit/shared/limits";
import { ok, type Result } from "@tacit/shared/result";
import type { Core } from "../core.ts";
import { FILE, type FilePart } from "../kinds.ts";
import { hasRoomFor } from "../space-watch.ts";
import type { ContactId, FileFailure, MovingWay } from "../views.ts";
import { editFile, failFile, inState, messageOf } from "./file-rows.ts";
import type { Source, SourceFailure } from "./source.ts";
import type { Transfer, TransferOutcome } from "./transfers.ts";

const LIST_PART_BYTES = 1_024 * KIB;
/** What is written at once: about a megabyte of the relay's, three of a link's, which has more ready before it is needed. */
const CHUNKS_PER_PART = { relay: 16, direct: 48, relayed: 48 } as const;

const REACH_MS = 15 * SECOND_MS;
/** While a file comes, others take room as well: looked at again after so much of it. */
const LOOK_BYTES = 16 * 1_024 * KIB;

/** A chunk is kept only if the list names it, and the list only if the Content does: what is here is always the file. */
export async function download(core: Core, transfer: Transfer): Promise<TransferOutcome> {
  const { shelf } = transfer;
  const found = await core.change(async (work) => {
    const state = await work.get(FILE, shelf);
    const file = state && (await messageOf(core, work, state))?.row.file;
    return state && file && { file, contact: state.contact };
  });
  if (found === undefined) return "done";
  const { file, contact } = found;
  const { blob } = file;
  if (blob === undefined) return downloadDirectly(core, transfer, file, contact);
  const source: Source = { fetch: (start, end) => core.ports.relay.blobs.fetch(blob.id, start, end) };
  const outcome = await fetchAll(core, transfer, file, source);
  if (outcome !== "complete") return outcome;
  await keep(core, shelf);
  // It has arrived, and nobody else has a use for it.
  await core.ports.relay.blobs.remove(blob.id);
  return "done";
}

async function downloadDirectly(
  core: Core,
  transfer: Transfer,
  file: FilePart,
  contact: ContactId,
): Promise<TransferOutcome> {
  const { shelf } = transfer;
  const direct = await core.direct?.();
  const link = await direct?.reach(contact, REACH_MS);
  // Who cannot be reached holds nothing back.
  if (link === undefined) {
    core.heldByThem.delete(shelf);
    return "later";
  }
  if (transfer.isOver) return "stopped";
  const wanting = link.want(file.id, shapeOf(file.size).sealedBytes);
  transfer.whenOver(() => link.stop(wanting));
  try {
    const by = link.path === "relayed" ? "relayed" : "direct";
    const outcome = await fetchAll(core, transfer, file, wanting, by);
    if (outcome !== "complete") return outcome;
  } finally {
    link.stop(wanting);
  }
  await keep(core, shelf);
  // Where this is lost, the next offer of theirs is answered with it.
  link.send({ have: file.id });
  return "done";
}

async function keep(core: Core, shelf: string): Promise<void> {
  await core.change((work) => editFile(work, shelf, (before) => inState(before, "here")));
}

/** Fetches what is missing. "complete": all of it is here, checked. */
export async function fetchAll(
  core: Core,
  transfer: Transfer,
  file: FilePart,
  source: Source,
  by: MovingWay = "relay",
): Promise<TransferOutcome | "complete"> {
  const { shelf } = transfer;
  const shape = shapeOf(file.size);
  const id = file.id as FileId;
  const store = core.ports.shelf;
  if (!(await hasRoom(core, shape.sealedBytes - (await store.size(shelf))))) return refuse(core, shelf, "device-full");

  let list = await store.read(shelf, 0, shape.listBytes);
  if (!(await runAsync(checkList(id, shape, file.root, list), core.ports.bulk))) {
    const fetched = await fetchList(transfer, shape, source);
    if (fetched === "stopped" || transfer.isOver) return "stopped";
    if (!fetched.ok) return refuse(core, shelf, fetched.reason);
    list = fetched.value;
    if (!(await runAsync(checkList(id, shape, file.root, list), core.ports.bulk))) return refuse(core, shelf, "forged");
    if (!(await store.append(shelf, 0, list.slice())).ok) return refuse(core, shelf, "device-full");
  }

  // What came last is written while the next comes. After a fall of the machine a part may be missing in between: what is
  // here is counted by its digests.
  let keeping: Promise<Result<undefined, "full">> = Promise.resolve(ok(undefined));
  let lookedAt = 0;
  for (let index = await countKept(core, shelf, shape, list); index < shape.chunks; ) {
    if (transfer.isOver) break;
    const { start } = sealedRangeOf(shape, index);
    if (start - lookedAt >= LOOK_BYTES) {
      lookedAt = start;
      if (!(await hasRoom(core, shape.sealedBytes - start))) {
        // What is being written must not come after what is thrown away.
        await keeping;
        return refuse(core, shelf, "device-full");
      }
    }
    transfer.moved(start, by);
    const next = Math.min(index + CHUNKS_PER_PART[by], shape.chunks);
    const fetched = await source.fetch(start, sealedRangeOf(shape, next - 1).end);
    const isGood = fetched.ok && (await areListed(core, shape, list, index, fetched.value));
    if (!(await keeping).ok) return refuse(core, shelf, "device-full");
    if (transfer.isOver) return "stopped";
    if (!fetched.ok) return refuse(core, shelf, fetched.reason);
    if (!isGood) return refuse(core, shelf, "forged");
    keeping = store.append(shelf, start, fetched.value);
    // Awaited with the next part, or below.
    keeping.catch(() => undefined);
    index = next;
  }
  if (!(await keeping).ok) return refuse(core, shelf, "device-full");
  if (transfer.isOver) return "stopped";
  await store.settle(shelf);
  return transfer.isOver ? "stopped" : "complete";
}

/** Whether `sealed` begins with the `index`th chunk, and has nothing but chunks that the list names. */
async function areListed(core: Core, shape: FileShape, list: Bytes, index: number, sealed: Bytes): Promise<boolean> {
  const checks: Promise<boolean>[] = [];
  const { start } = sealedRangeOf(shape, index);
  for (let at = index, from = 0; from < sealed.length; at++) {
    const range = sealedRangeOf(shape, at);
    const chunk = sealed.subarray(from, range.end - start);
    checks.push(runAsync(checkChunk(shape, list, at, chunk), core.ports.bulk));
    from = range.end - start;
  }
  return (await Promise.all(checks)).every((isListed) => isListed);
}

async function fetchList(
  transfer: Transfer,
  { listBytes }: FileShape,
  source: Source,
): Promise<Result<Bytes, SourceFailure> | "stopped"> {
  const list = new Uint8Array(listBytes);
  for (let at = 0; at < listBytes; at += LIST_PART_BYTES) {
    if (transfer.isOver) return "stopped";
    const part = await source.fetch(at, Math.min(at + LIST_PART_BYTES, listBytes));
    if (!part.ok) return part;
    list.set(part.value, at);
  }
  return { ok: true, value: list };
}

async function hasRoom(core: Core, bytes: number): Promise<boolean> {
  return hasRoomFor(bytes, await core.ports.space.estimate().catch(() => undefined));
}

/** How many chunks at the start are here: a device that fell may have kept half of one, or nonsense at the end. */
async function countKept(core: Core, shelf: string, shape: FileShape, list: Bytes): Promise<number> {
  const size = await core.ports.shelf.size(shelf);
  let index = 0;
  for (; index < shape.chunks; index++) {
    const { start, end } = sealedRangeOf(shape, index);
    if (end > size) break;
    const chunk = await core.ports.shelf.read(shelf, start, end);
    if (!(await runAsync(checkChunk(shape, list, index, chunk), core.ports.bulk))) break;
  }
  return index;
}

async function refuse(core: Core, shelf: string, reason: SourceFailure | FileFailure): Promise<TransferOutcome> {
  if (reason === "held") core.heldByThem.add(shelf);
  else core.heldByThem.delete(shelf);
  const failure = toFailure(reason);
  if (failure === undefined) return "later";
  // What is forged is not kept, and what does not fit gives its room back.
  if (failure !== "expired") await core.ports.shelf.remove(shelf);
  await failFile(core, shelf, failure);
  return "done";
}

function toFailure(reason: SourceFailure | FileFailure): FileFailure | undefined {
  if (reason === "not-found") return "expired";
  if (reason === "malformed") return "forged";
  return reason === "forged" || reason === "device-full" || reason === "withdrawn" ? reason : undefined;
}
