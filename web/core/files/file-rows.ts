import { nameOfText } from "../conversations.ts";
import type { Core } from "../core.ts";
import { CONTACT, FILE, type FilePart, type FileState, MESSAGE, type TextMessage } from "../kinds.ts";
import type { FileFailure } from "../views.ts";
import { TOPIC } from "../watching.ts";
import type { Work } from "../work.ts";

/** Changes what is known of a file, where it is known. */
export async function editFile(work: Work, shelf: string, edit: (file: FileState) => FileState): Promise<void> {
  const before = await work.get(FILE, shelf);
  if (before === undefined) return;
  work.put(FILE, shelf, edit(before));
  work.touch(TOPIC.messages(before.contact));
}

/** A file of ours that is to leave, with its message and whom it is for. */
export async function outgoing(core: Core, work: Work, shelf: string) {
  const file = await work.get(FILE, shelf);
  const message = file && (await messageOf(core, work, file));
  const contact = file && (await work.get(CONTACT, file.contact));
  return message && contact && { file, ...message, contact };
}

/** The same file in another state, and going on where it was paused or had failed. */
export function inState({ contact, message, isMine, id, isDirect }: FileState, state: FileState["state"]): FileState {
  return { contact, message, isMine, id, isDirect, state };
}

/** A file stops, for a reason that the person is told. */
export async function failFile(core: Core, shelf: string, failure: FileFailure): Promise<void> {
  await core.change((work) => editFile(work, shelf, (file) => ({ ...file, failure })));
}

/** With the message that had it: its bytes go once that is committed. */
export function dropFile(core: Core, work: Work, shelf: string): void {
  work.remove(FILE.table, shelf);
  // What is left where this fails is swept up later.
  work.afterwards(() => void core.ports.shelf.remove(shelf).catch(() => undefined));
}

export type FileMessage = TextMessage & { readonly file: FilePart };

/** The message of a file, and the id of its row. `undefined` where it was deleted. */
export async function messageOf(
  core: Core,
  work: Work,
  { contact, message, isMine }: FileState,
): Promise<{ readonly rowId: string; readonly row: FileMessage } | undefined> {
  const rowId = await core.messageRowId(contact, nameOfText(isMine ? "me" : "them", message));
  const row = await work.get(MESSAGE, rowId);
  if (row?.kind !== "text" || row.file === undefined) return undefined;
  return { rowId, row: { ...row, file: row.file } };
}
