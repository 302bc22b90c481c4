import { generateFileSecret, rootOf, sealChunk } from "@tacit/crypto/file";
import { type AsyncPrimitives, runAsync } from "@tacit/crypto/primitives";
import { type Bytes, concat, toHex } from "@tacit/shared/bytes";
import { FILE_DIGEST_BYTES, fileBytesOf, shapeOf } from "@tacit/shared/file-shape";
import { FILE_CHUNK_BYTES } from "@tacit/shared/limits";
import { ok, type Result, refused } from "@tacit/shared/result";
import type { Random } from "../ports/random.ts";
import type { Shelf } from "../ports/shelf.ts";

const CHUNKS_PER_PART = 16;

/** Where a file is read from, a part at a time. Rejects where it cannot be read any more. */
export type FileSource = { readonly size: number; read(start: number, end: number): Promise<Bytes> };
/** A file on the shelf, sealed: what opens it and what proves it. */
export type StagedFile = {
  readonly shelf: string;
  readonly id: Bytes;
  readonly key: Bytes;
  readonly root: Bytes;
  readonly size: number;
};
export type StageFailure = "full" | "unreadable" | "cancelled";

type Ports = { readonly shelf: Shelf; readonly bulk: AsyncPrimitives; readonly random: Random };

/**
 * Reads a file once and puts it on the shelf, sealed under a new key. Nothing of it is left where that fails. `moved`
 * hears how much was read, and answers whether to go on.
 */
export async function stageFile(
  { shelf, bulk, random }: Ports,
  source: FileSource,
  moved: (bytes: number) => boolean = () => true,
): Promise<Result<StagedFile, StageFailure>> {
  const name = toHex(random(16));
  const secret = generateFileSecret(random);
  const shape = shapeOf(source.size);
  const list = new Uint8Array(shape.listBytes);

  async function giveUp(reason: StageFailure): Promise<Result<never, StageFailure>> {
    await shelf.remove(name);
    return refused(reason);
  }

  let written = shape.listBytes;
  if (!(await shelf.append(name, 0, list.slice())).ok) return giveUp("full");
  for (let index = 0; index < shape.chunks; index += CHUNKS_PER_PART) {
    const from = Math.min(index * FILE_CHUNK_BYTES, source.size);
    const until = Math.min((index + CHUNKS_PER_PART) * FILE_CHUNK_BYTES, source.size);
    const content = await source.read(from, until).catch(() => undefined);
    if (content?.length !== until - from) return giveUp("unreadable");
    const sealed: Bytes[] = [];
    for (let at = index; at < Math.min(index + CHUNKS_PER_PART, shape.chunks); at++) {
      const start = Math.min((at - index) * FILE_CHUNK_BYTES, content.length);
      const part = content.subarray(start, start + fileBytesOf(shape, at));
      const chunk = await runAsync(sealChunk(secret, shape, at, part), bulk);
      list.set(chunk.digest, at * FILE_DIGEST_BYTES);
      sealed.push(chunk.sealed);
    }
    const part = concat(...sealed);
    const end = written + part.length;
    if (!(await shelf.append(name, written, part)).ok) return giveUp("full");
    written = end;
    if (!moved(until)) return giveUp("cancelled");
  }
  await shelf.overwrite(name, 0, list);
  const root = await runAsync(rootOf(secret.id, shape, list), bulk);
  return ok({ shelf: name, id: secret.id, key: secret.key, root, size: source.size });
}
