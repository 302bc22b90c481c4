import { ok } from "@tacit/shared/result";
import type { Files } from "../app/surroundings.ts";

/** Files that are there and gone with the page: a picked one opens as it was. */
const staged = new Map<string, Blob>();

export const fakeFiles: Files = {
  async stage(file, moved) {
    const shelf = `fake ${staged.size}`;
    staged.set(shelf, file);
    moved(file.size);
    const [id, key, root] = [new Uint8Array(16), new Uint8Array(32), new Uint8Array(32)];
    return ok({ shelf, id, key, root, size: file.size });
  },
  async open({ shelf }, mediaType) {
    const file = staged.get(shelf);
    if (file === undefined) throw new Error("this file is made up");
    return new Blob([file], { type: mediaType });
  },
  save: async () => "saved",
  remove: async (shelf) => void staged.delete(shelf),
};
