/** Session records at rest. */
import type { Bytes } from "@tacit/shared/bytes";
import { type ByteReader, type ByteWriter, readRecord, writeRecord } from "./byte-codec.ts";
import type { Ratchet, ReceiverChain } from "./double-ratchet.ts";
import { PUBLIC_KEY_BYTES, type PublicKey, parsePublicKey } from "./keys.ts";
import { KYBER_CIPHERTEXT_BYTES, parseKyberCiphertext } from "./kyber1024.ts";
import { readKeyPair, writeKeyPair } from "./prekey-codec.ts";
import type { PendingPreKeys, Session, SessionRecord } from "./session-record.ts";
import { decodeSpqrState, encodeSpqrState } from "./spqr/spqr.ts";

const VERSION = 1;

/** Secret: seal it before it is stored. */
export function encodeSessionRecord({ current, archived }: SessionRecord): Bytes {
  return writeRecord(VERSION, (writer) => writer.optional(current, writeSession).list(archived, writeSession));
}

/** `undefined` for damage and for another version. Never throws. */
export function decodeSessionRecord(bytes: Uint8Array): SessionRecord | undefined {
  return readRecord(bytes, VERSION, (reader) => ({
    current: reader.optional(readSession),
    archived: reader.list(readSession),
  }));
}

function writeSession(writer: ByteWriter, session: Session): void {
  writer.fixed(session.remoteIdentity).u32(session.remoteRegistrationId).fixed(session.baseKey);
  writeRatchet(writer, session.ratchet);
  writer.bytes(encodeSpqrState(session.spqr)).optional(session.pending, writePending);
}

function readSession(reader: ByteReader): Session {
  return {
    remoteIdentity: readPublicKey(reader),
    remoteRegistrationId: reader.u32(),
    baseKey: readPublicKey(reader),
    ratchet: readRatchet(reader),
    spqr: reader.parsed(decodeSpqrState(reader.bytes())),
    pending: reader.optional(readPending),
  };
}

function writeRatchet(writer: ByteWriter, { rootKey, sender, previousCounter, receivers }: Ratchet): void {
  writeKeyPair(writer.fixed(rootKey), sender.ratchetKey).fixed(sender.chainKey).u32(sender.index);
  writer.u32(previousCounter).list(receivers, writeReceiver);
}

function readRatchet(reader: ByteReader): Ratchet {
  return {
    rootKey: reader.fixed(32),
    sender: { ratchetKey: readKeyPair(reader), chainKey: reader.fixed(32), index: reader.u32() },
    previousCounter: reader.u32(),
    receivers: reader.list(readReceiver),
  };
}

function writeReceiver(writer: ByteWriter, { ratchetKey, chainKey, index, skipped }: ReceiverChain): void {
  writer.fixed(ratchetKey).fixed(chainKey).u32(index);
  writer.list(skipped, (list, { index, seed }) => list.u32(index).fixed(seed));
}

function readReceiver(reader: ByteReader): ReceiverChain {
  return {
    ratchetKey: readPublicKey(reader),
    chainKey: reader.fixed(32),
    index: reader.u32(),
    skipped: reader.list((list) => ({ index: list.u32(), seed: list.fixed(32) })),
  };
}

function writePending(writer: ByteWriter, pending: PendingPreKeys): void {
  writer.optional(pending.oneTimePreKeyId, (field, id) => field.u32(id));
  writer.u32(pending.signedPreKeyId).u32(pending.kyberPreKeyId);
  writer.fixed(pending.kyberCiphertext).u53(pending.startedAtMs);
}

function readPending(reader: ByteReader): PendingPreKeys {
  return {
    oneTimePreKeyId: reader.optional((field) => field.u32()),
    signedPreKeyId: reader.u32(),
    kyberPreKeyId: reader.u32(),
    kyberCiphertext: reader.parsed(parseKyberCiphertext(reader.fixed(KYBER_CIPHERTEXT_BYTES))),
    startedAtMs: reader.u53(),
  };
}

function readPublicKey(reader: ByteReader): PublicKey {
  return reader.parsed(parsePublicKey(reader.fixed(PUBLIC_KEY_BYTES)));
}
