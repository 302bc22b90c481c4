import type { Bytes } from "@tacit/shared/bytes";
import type { Result } from "@tacit/shared/result";
import type { BlobFailure } from "../ports/blobs.ts";

/** held: its sender has paused it. withdrawn: its sender gives it no more, or never did. */
export type SourceFailure = BlobFailure | "held" | "withdrawn";

/** Where the bytes of a sealed file come from: a relay, or its sender directly. */
export type Source = { fetch(start: number, end: number): Promise<Result<Bytes, SourceFailure>> };
