import { checkList, openChunk, toFileSecret } from "@tacit/crypto/file";
import { type AsyncPrimitives, runAsync } from "@tacit/crypto/primitives";
import type { Bytes } from "@tacit/shared/bytes";
import { sealedRangeOf, shapeOf } from "@tacit/shared/file-shape";
import type { Shelf } from "../ports/shelf.ts";
import type { StagedFile } from "./staging.ts";

/** Asking for a part costs more than the part. */
const CHUNKS_PER_READ = 16;

type Ports = { readonly shelf: Shelf; readonly bulk: AsyncPrimitives };

/** What lies on the shelf is not the file: damaged, cut, or not all of it here. */
export class NotTheFile extends Error {
  override readonly name = "NotTheFile";
}

/** The file, in parts of at most 64 KiB, each checked before it is decrypted. Throws `NotTheFile`. */
export async function* openFile({ shelf, bulk }: Ports, file: StagedFile): AsyncGenerator<Bytes, void, undefined> {
  const secret = toFileSecret(file.id, file.key);
  const shape = shapeOf(file.size);
  const list = await shelf.read(file.shelf, 0, shape.listBytes);
  if (!(await runAsync(checkList(secret.id, shape, file.root, list), bulk)))
    throw new NotTheFile("the list is another");
  for (let index = 0; index < shape.chunks; index += CHUNKS_PER_READ) {
    const next = Math.min(index + CHUNKS_PER_READ, shape.chunks);
    const from = sealedRangeOf(shape, index).start;
    const sealed = await shelf.read(file.shelf, from, sealedRangeOf(shape, next - 1).end);
    for (let at = index; at < next; at++) {
      const { start, end } = sealedRangeOf(shape, at);
      const opened = await runAsync(openChunk(secret, shape, list, at, sealed.slice(start - from, end - from)), bulk);
      if (!opened.ok) throw new NotTheFile("a chunk is another");
      if (opened.value.length > 0) yield opened.value;
    }
  }
}
