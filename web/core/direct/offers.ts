import { type Bytes, equalBytes } from "@tacit/shared/bytes";
import { shapeOf } from "@tacit/shared/file-shape";
import type { CannotWhy } from "@tacit/shared/wire/file-frames";
import type { Core } from "../core.ts";
import { editFile, inState, messageOf } from "../files/file-rows.ts";
import { FILE, type FileState } from "../kinds.ts";
import type { ContactId } from "../views.ts";
import type { FileLink } from "./file-link.ts";

type Known = { readonly id: string; readonly value: FileState };

/** Files of ours that this contact knows of and does not have yet, as far as is known. */
export function offeredTo(core: Core, contact: ContactId): readonly Bytes[] {
  return filesWith(core, contact, true).flatMap(({ value }) =>
    isOffered(value) && value.isPaused !== true && value.failure === undefined && value.id !== undefined
      ? [value.id]
      : [],
  );
}

/** Told to them, without a copy at the relay that is complete. */
export function isOffered({ state, isDirect }: FileState): boolean {
  return state === "offered" || (state === "up" && isDirect === true);
}

/** Where the sealed bytes of a file lie that this contact may have: one that was sent to them, and not taken back. */
export function serve(core: Core, contact: ContactId, file: Bytes): string | { readonly why: CannotWhy } {
  const known = find(core, contact, file, true);
  if (known === undefined) return { why: "unknown" };
  const { failure, isPaused, state } = known.value;
  // One that has not been told of cannot be known there; whoever asks for it guesses.
  if (!isOffered(known.value) && state !== "here") return { why: "unknown" };
  if (failure === "withdrawn" || failure === "lost") return { why: failure };
  return isPaused === true ? { why: "paused" } : known.id;
}

/** The other end has these for us: they go on, or are told that we have them. */
export async function offeredHere(
  core: Core,
  contact: ContactId,
  files: readonly Bytes[],
  link: FileLink,
  wake: (shelf: string) => void,
): Promise<void> {
  for (const file of files) {
    const known = find(core, contact, file, false);
    if (known === undefined) continue;
    const { id: shelf, value } = known;
    if (value.state === "here") link.send({ have: file });
    core.heldByThem.delete(shelf);
    if (value.failure === "withdrawn") {
      await core.change((work) => editFile(work, shelf, (before) => inState(before, "down")));
    }
    wake(shelf);
  }
}

/** The contact has all of it. */
export async function had(
  core: Core,
  contact: ContactId,
  file: Bytes,
  stop: (shelf: string) => Promise<void>,
): Promise<void> {
  const known = find(core, contact, file, true);
  if (known === undefined || !isOffered(known.value)) return;
  await stop(known.id);
  const blob = await core.change(async (work) => {
    const before = await work.get(FILE, known.id);
    if (before === undefined || !isOffered(before)) return undefined;
    await editFile(work, known.id, (state) => inState(state, "here"));
    return before.blob;
  });
  if (blob !== undefined) await core.ports.relay.blobs.remove(blob.id);
}

/** What they asked for was not there: the file is lost if it is not whole, and not because somebody says where it ends. */
export async function missed(core: Core, shelf: string): Promise<void> {
  await core.change(async (work) => {
    const file = await work.get(FILE, shelf);
    const message = file && (await messageOf(core, work, file));
    if (message === undefined) return;
    const { sealedBytes } = shapeOf(message.row.file.size);
    const isWhole = (await core.ports.shelf.size(shelf)) >= sealedBytes;
    if (!isWhole) await editFile(work, shelf, (before) => ({ ...before, failure: "lost" }));
  });
}

function find(core: Core, contact: ContactId, file: Bytes, isMine: boolean): Known | undefined {
  return filesWith(core, contact, isMine).find(({ value }) => value.id !== undefined && equalBytes(value.id, file));
}

function filesWith(core: Core, contact: ContactId, isMine: boolean): readonly Known[] {
  return core.records.allHeld(FILE).filter(({ value }) => value.contact === contact && value.isMine === isMine);
}
