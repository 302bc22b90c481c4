import { shapeOf } from "@tacit/shared/file-shape";
import type { Core } from "../core.ts";
import { FILE, type FileState, MESSAGE, type TextMessage } from "../kinds.ts";
import type { ContactId } from "../views.ts";
import { TOPIC } from "../watching.ts";
import type { FileMessage } from "./file-rows.ts";

const PAGE = 200;

/**
 * Rows of files that cannot be read say nothing that the message and the bytes do not say as well: they are written anew
 * from these. One without a message goes.
 */
export async function healFiles(core: Core): Promise<void> {
  const damaged = new Set(core.records.unreadIds(FILE.table));
  for (const [contact] of core.contacts()) await healThose(core, contact, damaged);
  if (damaged.size === 0) return;
  await core.change(async (work) => {
    for (const shelf of damaged) work.remove(FILE.table, shelf);
  });
}

/** Takes from `damaged` what was found in this conversation. */
async function healThose(core: Core, contact: ContactId, damaged: Set<string>): Promise<void> {
  const index = await core.conversationIndex(contact);
  let before: number | undefined;
  while (damaged.size > 0) {
    const page = await core.records.listAll(MESSAGE, { index, before, descending: true, limit: PAGE });
    for (const { value } of page) {
      if (value?.kind !== "text" || value.file === undefined || !damaged.delete(value.file.shelf)) continue;
      await heal(core, contact, { ...value, file: value.file });
    }
    before = page.at(-1)?.order;
    if (page.length < PAGE) return;
  }
}

async function heal(core: Core, contact: ContactId, message: FileMessage): Promise<void> {
  const { id, isMine, file } = message;
  const isWhole = (await core.ports.shelf.size(file.shelf)) >= shapeOf(file.size).sealedBytes;
  const known = { contact, message: id, isMine, id: file.id };
  const state: FileState = isMine
    ? { ...known, ...stateOfMine(message), ...(!isWhole && { failure: "lost" }) }
    : { ...known, isDirect: file.blob === undefined, state: isWhole ? "here" : "absent" };
  await core.change(async (work) => {
    work.put(FILE, file.shelf, state);
    work.touch(TOPIC.messages(contact));
    work.afterwards(() => core.onFile?.(file.shelf));
  });
}

/** With a copy at the relay it has left; without one it is still to leave, or is fetched from here. */
function stateOfMine({ mark, file }: TextMessage & FileMessage): Pick<FileState, "state" | "isDirect"> {
  if (file.blob !== undefined) return { state: "here" };
  return mark === "waiting" ? { state: "up" } : { state: "offered", isDirect: true };
}
