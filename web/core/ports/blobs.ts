import type { Bytes } from "@tacit/shared/bytes";
import type { BlobId, DeliveryKey } from "@tacit/shared/ids";
import type { Result } from "@tacit/shared/result";
import type { BlobRefusal } from "@tacit/shared/wire/blobs";

/** "unreachable": no answer, or not an answer of a relay. */
export type BlobFailure = BlobRefusal | "unreachable";
export type Upload = { readonly offset: number; readonly expiresAtMs: number };

/** Sealed files at the relay, without any token: tus 1.0. docs/PROTOCOL.md §8.1. */
export type Blobs = {
  /** How long the largest sealed file may be that this relay takes. */
  limit(): Promise<Result<number, BlobFailure>>;
  /** `bytes`: of the whole sealed file. */
  create(key: DeliveryKey, bytes: number): Promise<Result<Upload & { readonly id: BlobId }, BlobFailure>>;
  /** How far an upload is. */
  look(id: BlobId): Promise<Result<Upload, BlobFailure>>;
  /** Resolves when the relay has the part durably; "unreachable" leaves open how much of it. */
  append(id: BlobId, offset: number, part: Bytes): Promise<Result<Upload, BlobFailure>>;
  /** Exactly the bytes from `start` up to `end`, exclusive. */
  fetch(id: BlobId, start: number, end: number): Promise<Result<Bytes, BlobFailure>>;
  /** Never rejects: what stays expires. */
  remove(id: BlobId): Promise<void>;
};
