import type { Brand } from "./brand.ts";
import type { Bytes } from "./bytes.ts";

/** UUIDv8 text of SHA-256("tacit account" || identity key). docs/PROTOCOL.md §2. */
export type AccountId = Brand<string, "AccountId">;
/** 1..127. */
export type DeviceId = Brand<number, "DeviceId">;
/** 16 random bytes as base64url: what a person wrote, the exactly-once key together with its author. */
export type MessageId = Brand<string, "MessageId">;
/** 16 random bytes: one sealed copy for one device. */
export type EnvelopeId = Brand<Bytes, "EnvelopeId">;
/** 32 random bytes: the right to post to an account. Secret to its holder and the account; the relay keeps the hash. */
export type DeliveryKey = Brand<Bytes, "DeliveryKey">;
/** SHA-256 of a delivery key. */
export type DeliveryKeyHash = Brand<Bytes, "DeliveryKeyHash">;
/** Bearer token of a device: 32 random bytes as base64url. Secret. */
export type DeviceToken = Brand<string, "DeviceToken">;
/** `https://host[:port]` of a relay, as `URL.origin` writes it. */
export type RelayOrigin = Brand<string, "RelayOrigin">;
/** 32 random bytes in hexadecimal: where a relay keeps a sealed file, and the right to fetch and delete it. Secret. */
export type BlobId = Brand<string, "BlobId">;
