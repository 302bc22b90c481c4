import type { Bytes } from "@tacit/shared/bytes";

/** `length` bytes from a cryptographic source. */
export type Random = (length: number) => Bytes;
