import type { Bytes } from "@tacit/shared/bytes";
import type { DeliveryKey, DeviceId, EnvelopeId } from "@tacit/shared/ids";
import { ENVELOPE_BUCKETS_BYTES, MAX_COLLECTED_PER_CALL, MAX_DEVICES } from "@tacit/shared/limits";
import type { Lane, OutgoingEnvelope, Post } from "@tacit/shared/wire/envelopes";
import { isMap } from "@tacit/shared/wire/maps";

// What the schemas of @tacit/shared say of the two requests that are made for each message, word for word, and without
// their copies: what is answered are views of the frame. parse-post.test.ts holds one against the other.

const KEY_BYTES = 32;
const ID_BYTES = 16;
const LANES: ReadonlySet<unknown> = new Set<Lane>(["durable", "live", "ring"]);
const MAX_DEVICE_ID = 127;
const MAX_REGISTRATION_ID = 16_380;

/** As `Post`; `undefined` for anything else. */
export function parsePost(value: unknown): Post | undefined {
  if (!hasFields(value, 3)) return undefined;
  const { key, lane, envelopes } = value;
  const deliveryKey = toBytes(key, KEY_BYTES) as DeliveryKey | undefined;
  if (deliveryKey === undefined || !LANES.has(lane) || !Array.isArray(envelopes)) return undefined;
  if (envelopes.length < 1 || envelopes.length > MAX_DEVICES) return undefined;
  const parsed: OutgoingEnvelope[] = [];
  for (const each of envelopes) {
    const envelope = parseEnvelope(each);
    if (envelope === undefined) return undefined;
    parsed.push(envelope);
  }
  return { key: deliveryKey, lane: lane as Lane, envelopes: parsed };
}

/** As `CollectedIds`; `undefined` for anything else. */
export function parseCollected(value: unknown): readonly EnvelopeId[] | undefined {
  if (!Array.isArray(value) || value.length < 1 || value.length > MAX_COLLECTED_PER_CALL) return undefined;
  const ids: EnvelopeId[] = [];
  for (const each of value) {
    const id = toBytes(each, ID_BYTES);
    if (id === undefined) return undefined;
    ids.push(id as EnvelopeId);
  }
  return ids;
}

function parseEnvelope(value: unknown): OutgoingEnvelope | undefined {
  if (!hasFields(value, 4)) return undefined;
  const { deviceId, registrationId } = value;
  const id = toBytes(value["id"], ID_BYTES);
  const sealed = toBytes(value["sealed"]);
  if (id === undefined || sealed === undefined || !ENVELOPE_BUCKETS_BYTES.includes(sealed.length)) return undefined;
  if (!isWhole(deviceId, MAX_DEVICE_ID) || !isWhole(registrationId, MAX_REGISTRATION_ID)) return undefined;
  return { deviceId: deviceId as DeviceId, registrationId, id: id as EnvelopeId, sealed };
}

/** With the names that are read all present, so many fields are those and no others. */
function hasFields(value: unknown, count: number): value is Readonly<Record<string, unknown>> {
  return isMap(value) && Object.keys(value).length === count;
}

function isWhole(value: unknown, max: number): value is number {
  return Number.isInteger(value) && (value as number) >= 1 && (value as number) <= max;
}

/** Bytes as a decoder gives them; of `length`, if that is given. */
function toBytes(value: unknown, length?: number): Bytes | undefined {
  const bytes = value instanceof ArrayBuffer ? new Uint8Array(value) : value;
  if (!(bytes instanceof Uint8Array)) return undefined;
  return length === undefined || bytes.length === length ? (bytes as Bytes) : undefined;
}
