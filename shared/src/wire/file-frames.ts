import * as z from "zod/mini";
import { type Bytes, concat } from "../bytes.ts";
import { decode, encode } from "../codec.ts";
import { FILE_CHUNK_BYTES, KIB, MAX_CHANNEL_MESSAGE_BYTES, MAX_FILE_BYTES } from "../limits.ts";
import { ok, type Result, refused } from "../result.ts";
import { bytes, u32, whole } from "./fields.ts";
import { exactMap } from "./maps.ts";

// What two devices say on a channel for files, inside DTLS: who has a sealed file gives the parts of it that the other
// end asks for. docs/PROTOCOL.md §5.10.

/** Of a sealed file, in one message. */
export const MAX_PART_BYTES = FILE_CHUNK_BYTES;
export const MAX_WANT_BYTES = KIB * KIB;
/** So many wants of one end may be without their last part. */
export const MAX_WANTS = 32;
export const MAX_OFFERED = 64;
/** The list of the largest file, and the tags of its chunks, are less than 1 % of it. */
const MAX_SEALED_FILE_BYTES = MAX_FILE_BYTES + MAX_FILE_BYTES / 64;

const PART_TAG = 0;
const PART_HEAD_BYTES = 1 + 4 + 8;

/** unknown: not offered to whoever asks. paused, withdrawn: by its sender. lost: not there any more. */
export type CannotWhy = "unknown" | "paused" | "withdrawn" | "lost";

export type FileFrame =
  /** These files can be had here now. Who has one as a whole says so; who is to fetch one goes on. */
  | { readonly offer: readonly Bytes[] }
  /** `ask` grows with each want of its sender. `from` up to `until`, exclusive, of the sealed file. */
  | { readonly want: Bytes; readonly ask: number; readonly from: number; readonly until: number }
  /** In order, from the first byte of its want to the last. */
  | { readonly ask: number; readonly at: number; readonly part: Bytes }
  /** Nothing more of this file, for now: wants that came before are forgotten. */
  | { readonly stop: Bytes }
  /** All of it is there, checked and durable. */
  | { readonly have: Bytes }
  /** The answer to every want of this file that has none. */
  | { readonly cannot: Bytes; readonly why: CannotWhy };

const fileId = bytes(16);
const place = whole(0, MAX_SEALED_FILE_BYTES);
type SpokenFrame = Exclude<FileFrame, { readonly part: Bytes }>;
const SpokenFrame: z.ZodMiniType<SpokenFrame> = z.union([
  exactMap({ offer: z.array(fileId).check(z.minLength(1), z.maxLength(MAX_OFFERED)) }),
  exactMap({ want: fileId, ask: u32, from: place, until: place }).check(
    z.refine(({ from, until }) => from < until && until - from <= MAX_WANT_BYTES),
  ),
  exactMap({ stop: fileId }),
  exactMap({ have: fileId }),
  exactMap({ cannot: fileId, why: z.enum(["unknown", "paused", "withdrawn", "lost"]) }),
]);

/** A part is `0x00 || ask (u32) || at (u64) || bytes`; everything else is a map, which begins with another byte. */
export function encodeFileFrame(frame: FileFrame): Bytes {
  if (!("part" in frame)) return encode(frame);
  const head = new Uint8Array(PART_HEAD_BYTES);
  const view = new DataView(head.buffer);
  view.setUint8(0, PART_TAG);
  view.setUint32(1, frame.ask);
  view.setBigUint64(5, BigInt(frame.at));
  return concat(head, frame.part);
}

/** The part of the answer is a view of `message`. */
export function decodeFileFrame(message: Bytes): Result<FileFrame, "malformed"> {
  if (message[0] === PART_TAG) return decodePart(message);
  const decoded = decode(message, MAX_CHANNEL_MESSAGE_BYTES);
  if (!decoded.ok) return refused("malformed");
  const frame = SpokenFrame.safeParse(decoded.value);
  return frame.success ? ok(frame.data) : refused("malformed");
}

function decodePart(message: Bytes): Result<FileFrame, "malformed"> {
  const part = message.subarray(PART_HEAD_BYTES);
  if (part.length === 0 || part.length > MAX_PART_BYTES) return refused("malformed");
  const view = new DataView(message.buffer, message.byteOffset, message.byteLength);
  const at = view.getBigUint64(5);
  if (at > BigInt(MAX_SEALED_FILE_BYTES)) return refused("malformed");
  return ok({ ask: view.getUint32(1), at: Number(at), part });
}
