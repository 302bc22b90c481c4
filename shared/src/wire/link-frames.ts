import * as z from "zod/mini";
import type { Bytes } from "../bytes.ts";
import { decode, encode } from "../codec.ts";
import type { EnvelopeId } from "../ids.ts";
import { MAX_CHANNEL_MESSAGE_BYTES } from "../limits.ts";
import { ok, type Result, refused } from "../result.ts";
import { Lane, Sealed } from "./envelopes.ts";
import { envelopeId } from "./fields.ts";
import { exactMap } from "./maps.ts";

// What two linked devices say on their channel, inside DTLS: the very envelopes that a mailbox would have had.
// docs/PROTOCOL.md §5.9.

/** At most so many envelopes wait for their `got` at once. */
export const MAX_UNACKNOWLEDGED = 256;

export type LinkFrame =
  | { readonly envelope: EnvelopeId; readonly lane: "durable" | "live"; readonly sealed: Bytes }
  /** These were taken in, durably, by whichever way they came. */
  | { readonly got: readonly EnvelopeId[] }
  /** Say `got` once this one was taken in: it went to the mailbox, and what follows it waits for that. */
  | { readonly after: EnvelopeId };
const LinkFrame: z.ZodMiniType<LinkFrame> = z.union([
  exactMap({
    envelope: envelopeId,
    lane: Lane.check(z.refine((lane) => lane !== "ring", "nobody is rung over a link")) as z.ZodMiniType<
      "durable" | "live"
    >,
    sealed: Sealed,
  }),
  exactMap({ got: z.array(envelopeId).check(z.minLength(1), z.maxLength(MAX_UNACKNOWLEDGED)) }),
  exactMap({ after: envelopeId }),
]);

export function encodeLinkFrame(frame: LinkFrame): Bytes {
  return encode(frame);
}

export function decodeLinkFrame(message: Bytes): Result<LinkFrame, "malformed"> {
  const decoded = decode(message, MAX_CHANNEL_MESSAGE_BYTES);
  if (!decoded.ok) return refused("malformed");
  const frame = LinkFrame.safeParse(decoded.value);
  return frame.success ? ok(frame.data) : refused("malformed");
}
