import { createHash, createHmac } from "node:crypto";
import { isIPv4 } from "node:net";

// The few messages of STUN (RFC 8489) and TURN (RFC 8656) that a client sends to find out whether a server relays.

export const METHOD = { binding: 0x001, allocate: 0x003, refresh: 0x004, permit: 0x008, bindChannel: 0x009 } as const;
export type Method = keyof typeof METHOD;
const SUCCESS = 0x0100;
const ERROR = 0x0110;

export const ATTRIBUTE = {
  username: 0x0006,
  integrity: 0x0008,
  error: 0x0009,
  channel: 0x000c,
  lifetime: 0x000d,
  peer: 0x0012,
  realm: 0x0014,
  nonce: 0x0015,
  relayed: 0x0016,
  family: 0x0017,
  transport: 0x0019,
} as const;
export type Attribute = readonly [type: number, value: Buffer];

const COOKIE = 0x2112a442;
const HEADER_BYTES = 20;
const INTEGRITY_BYTES = 24;
export const UDP_TRANSPORT = Buffer.from([17, 0, 0, 0]);
export const IPV6_FAMILY = Buffer.from([2, 0, 0, 0]);

/** A whole answer to the request of this id, or what is not one. */
export type StunAnswer = {
  readonly id: string;
  readonly outcome: "success" | "error";
  readonly attributes: ReadonlyMap<number, Buffer>;
};

/** A request. `key`: it is signed by HMAC-SHA-1, RFC 8489 §14.5. `id`: 12 random bytes. */
export function encodeRequest(method: Method, id: Buffer, attributes: readonly Attribute[], key?: Buffer): Buffer {
  const body = Buffer.concat(attributes.map(encodeAttribute));
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(METHOD[method], 0);
  header.writeUInt32BE(COOKIE, 4);
  id.copy(header, 8);
  // The signature covers a header that counts the signature itself already.
  header.writeUInt16BE(body.length + (key === undefined ? 0 : INTEGRITY_BYTES), 2);
  const message = Buffer.concat([header, body]);
  if (key === undefined) return message;
  const integrity = createHmac("sha1", key).update(message).digest();
  return Buffer.concat([message, encodeAttribute([ATTRIBUTE.integrity, integrity])]);
}

/** `undefined` for what is no answer. Lengths are checked, not the server's signature: nothing secret depends on it. */
export function decodeAnswer(message: Buffer): StunAnswer | undefined {
  const length = lengthOf(message);
  if (length === undefined || message.length < length) return undefined;
  const outcome = { [SUCCESS]: "success", [ERROR]: "error" }[message.readUInt16BE(0) & 0x0110] as
    | StunAnswer["outcome"]
    | undefined;
  if (outcome === undefined) return undefined;
  const attributes = new Map<number, Buffer>();
  for (let at = HEADER_BYTES; at + 4 <= length; ) {
    const type = message.readUInt16BE(at);
    const size = message.readUInt16BE(at + 2);
    if (at + 4 + size > length) return undefined;
    if (!attributes.has(type)) attributes.set(type, message.subarray(at + 4, at + 4 + size));
    at += 4 + padded(size);
  }
  return { id: message.toString("hex", 8, HEADER_BYTES), outcome, attributes };
}

/** Bytes of the message that `stream` begins with; `undefined` while its header is not there or is none. */
export function lengthOf(stream: Buffer): number | undefined {
  if (stream.length < HEADER_BYTES || stream.readUInt32BE(4) !== COOKIE) return undefined;
  return HEADER_BYTES + stream.readUInt16BE(2);
}

/** The code of an error, such as 401 or 403; 0 where there is none. */
export function errorOf(answer: StunAnswer): number {
  const error = answer.attributes.get(ATTRIBUTE.error);
  return error === undefined || error.length < 4 ? 0 : (error[2] ?? 0) * 100 + (error[3] ?? 0);
}

/** The long-term key, RFC 8489 §9.2.2. */
export function longTermKey(username: string, realm: string, credential: string): Buffer {
  return createHash("md5").update(`${username}:${realm}:${credential}`).digest();
}

/** XOR-PEER-ADDRESS and its kin, RFC 8489 §14.2. `address` in any form that `new URL` takes. */
export function encodeAddress(address: string, port: number, id: Buffer): Buffer {
  const raw = isIPv4(address) ? toFourBytes(address) : toSixteenBytes(address);
  const value = Buffer.alloc(4 + raw.length);
  value[1] = raw.length === 4 ? 1 : 2;
  value.writeUInt16BE(port ^ (COOKIE >>> 16), 2);
  const mask = maskOf(id);
  raw.forEach((byte, i) => {
    value[4 + i] = byte ^ (mask[i] ?? 0);
  });
  return value;
}

/** The IPv4 address that was encoded; `undefined` for IPv6 and for nonsense. */
export function decodeAddress(value: Buffer): { readonly address: string; readonly port: number } | undefined {
  if (value.length !== 8 || value[1] !== 1) return undefined;
  const mask = maskOf(Buffer.alloc(12));
  const address = [...value.subarray(4)].map((byte, i) => byte ^ (mask[i] ?? 0)).join(".");
  return { address, port: value.readUInt16BE(2) ^ (COOKIE >>> 16) };
}

function maskOf(id: Buffer): Buffer {
  const cookie = Buffer.alloc(4);
  cookie.writeUInt32BE(COOKIE);
  return Buffer.concat([cookie, id]);
}

function toFourBytes(address: string): Buffer {
  return Buffer.from(address.split(".").map(Number));
}

function toSixteenBytes(address: string): Buffer {
  // The URL parser knows every notation and answers one; its shortest form is spelt out here.
  const [head = "", tail = ""] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const words = (part: string) => (part === "" ? [] : part.split(":").map((word) => Number.parseInt(word, 16)));
  const [before, after] = [words(head), words(tail)];
  const zeros = Array<number>(8 - before.length - after.length).fill(0);
  return Buffer.from([...before, ...zeros, ...after].flatMap((word) => [word >> 8, word & 0xff]));
}

function encodeAttribute([type, value]: Attribute): Buffer {
  const attribute = Buffer.alloc(4 + padded(value.length));
  attribute.writeUInt16BE(type, 0);
  attribute.writeUInt16BE(value.length, 2);
  value.copy(attribute, 4);
  return attribute;
}

function padded(size: number): number {
  return (size + 3) & ~3;
}
