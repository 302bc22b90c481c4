// Sealed files at the relay: tus 1.0 (core, creation, expiration, termination) on the anonymous plane.
// docs/PROTOCOL.md §8.1.

export const BLOBS_PATH = "/v1/blobs";
export const TUS_VERSION = "1.0.0";
export const TUS_EXTENSIONS = "creation,expiration,termination";
export const TUS_BODY_TYPE = "application/offset+octet-stream";
/** At creation: the recipient's contact key, base64url. */
export const DELIVERY_KEY_HEADER = "tacit-delivery-key";

/**
 * Why the relay refused. unknown-key: no contact key, or not any more. budget: this key or its account has no bytes left
 * today. too-large: more than this relay takes. full: its disk has no room. offset: the upload is elsewhere, ask where.
 * not-found: never was, expired, deleted, or not complete. unavailable: could not store now; try the same again.
 */
export const BLOB_STATUS = {
  malformed: 400,
  unauthorized: 401,
  "unknown-key": 403,
  "not-found": 404,
  offset: 409,
  "too-large": 413,
  version: 412,
  budget: 429,
  unavailable: 503,
  full: 507,
} as const;
export type BlobRefusal = keyof typeof BLOB_STATUS;
