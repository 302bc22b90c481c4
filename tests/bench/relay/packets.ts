import { randomBytes } from "node:crypto";
import { encode } from "@tacit/shared/codec";
import { DELIVERY_PLANE, DEVICE_PLANE } from "@tacit/shared/events";
import type { Recipient } from "./people.ts";

// What our clients say on the two planes, as prepared bytes: docs/PROTOCOL.md §5.2 and §7. Each packet is a map of type,
// namespace, number and data, whose data are the name of the event and its one argument.

const ID_BYTES = 16;
const ID_HEAD = Buffer.from([0xc4, ID_BYTES]);
const NUMBER_AT = ID_BYTES - 4;
/** 1 KiB of content fills the smallest envelope. */
const SEALED_BYTES = 2_048;
const [CONNECT, EVENT] = [0, 2] as const;

/** One post to one recipient; its envelope's id is written in before it leaves. */
export type PreparedPost = { readonly bytes: Buffer; readonly idAt: number };

export function preparePost({ key, deviceId, registrationId }: Recipient): PreparedPost {
  const id = randomBytes(ID_BYTES);
  const sealed = randomBytes(SEALED_BYTES);
  const envelope = { deviceId, registrationId, id, sealed };
  const post = encode({ key: Buffer.from(key, "base64url"), lane: "durable", envelopes: [envelope] });
  const bytes = Buffer.from(post.buffer);
  return { bytes, idAt: bytes.indexOf(id) };
}

/** `numbers` are of the messages in `posts`: they come back in the ids of the envelopes. */
export function postPacket(packet: number, posts: readonly PreparedPost[], numbers: readonly number[]): Buffer {
  const head = eventHead(DELIVERY_PLANE, "post", packet, posts.length);
  const whole = Buffer.allocUnsafe(posts.reduce((sum, { bytes }) => sum + bytes.length, head.length));
  let at = head.copy(whole);
  for (const [i, { bytes, idAt }] of posts.entries()) {
    bytes.copy(whole, at);
    writeId(whole, at + idAt, numbers[i] as number);
    at += bytes.length;
  }
  return whole;
}

export function collectedPacket(packet: number, ids: readonly Buffer[]): Buffer {
  const parts = ids.flatMap((id) => [ID_HEAD, id]);
  return Buffer.concat([eventHead(DEVICE_PLANE, "collected", packet, ids.length), ...parts]);
}

export function connectPacket(namespace: string, auth: object): Buffer {
  return Buffer.from(encode({ type: CONNECT, nsp: namespace, data: auth }).buffer);
}

export function numberOf(id: Buffer): number {
  return id.readUInt32BE(NUMBER_AT);
}

/** Random but for the number: an index finds no order in them, as in no others. */
function writeId(whole: Buffer, at: number, number: number): void {
  for (let i = 0; i < NUMBER_AT; i += 4) whole.writeUInt32BE(Math.floor(Math.random() * 2 ** 32), at + i);
  whole.writeUInt32BE(number, at + NUMBER_AT);
}

/** All of an event up to the values of its one argument, an array of `count`. */
function eventHead(namespace: string, event: string, packet: number, count: number): Buffer {
  const whole = encode({ type: EVENT, nsp: namespace, id: 0, data: [event, []] });
  const [idAt, emptyAt] = [whole.length - event.length - 9, whole.length - 1];
  const head = Buffer.alloc(whole.length + 6);
  head.set(whole.subarray(0, idAt));
  head[idAt] = 0xce;
  head.writeUInt32BE(packet, idAt + 1);
  head.set(whole.subarray(idAt + 1, emptyAt), idAt + 5);
  head[emptyAt + 4] = 0xdc;
  head.writeUInt16BE(count, emptyAt + 5);
  return head;
}
