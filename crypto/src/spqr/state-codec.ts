/**
 * SPQR's state as bytes, for a record that is sealed as a whole: version (1) | role (1) | jump limit (4) | next root
 * (32) | first epoch (8) | sending epoch less the first (1) | the chains of each epoch | the braid. One encoding for
 * each state.
 */
import type { Bytes } from "@tacit/shared/bytes";
import { type ByteReader, type ByteWriter, readRecord, writeRecord } from "../byte-codec.ts";
import { readBraid, writeBraid } from "./braid-codec.ts";
import type { Braid } from "./braid-state.ts";
import { type EpochChains, type KeyChains, MAX_LAG, type ReceivingChain, type SendingChain } from "./chain.ts";
import { areSkippedBetween, type SkippedKeys } from "./skipped-keys.ts";

const VERSION = 1;
const ROLES = ["initiator", "responder"] as const;

type State = { readonly chains: KeyChains; readonly braid: Braid };

export function encodeState({ chains, braid }: State): Bytes {
  return writeRecord(VERSION, (writer) => {
    writeKeyChains(writer, chains);
    writeBraid(writer, braid);
  });
}

export function decodeState(bytes: Uint8Array): State | undefined {
  return readRecord(bytes, VERSION, (reader) => {
    const state = { chains: readKeyChains(reader), braid: readBraid(reader) };
    return reader.parsed(isConsistent(state) ? state : undefined);
  });
}

function writeKeyChains(writer: ByteWriter, chains: KeyChains): void {
  const { role, maxJump, nextRoot, firstEpoch, sendingEpoch, epochs } = chains;
  writer
    .u8(ROLES.indexOf(role))
    .u32(maxJump)
    .fixed(nextRoot)
    .u53(firstEpoch)
    .u8(sendingEpoch - firstEpoch);
  writer.list(epochs, (w, { sending, receiving }) => {
    w.optional(sending, writeChain);
    writeChain(w, receiving);
    w.bytes(receiving.skipped);
  });
}

function readKeyChains(reader: ByteReader): KeyChains {
  const role = reader.parsed(ROLES[reader.u8()]);
  const maxJump = reader.u32();
  const nextRoot = reader.fixed(32);
  const firstEpoch = reader.u53();
  const sendingEpoch = firstEpoch + reader.u8();
  const epochs = reader.list(
    (r): EpochChains => ({ sending: r.optional(readChain), receiving: readReceivingChain(r) }),
  );
  return { role, maxJump, nextRoot, firstEpoch, sendingEpoch, epochs };
}

function writeChain(writer: ByteWriter, { next, counter }: SendingChain): void {
  writer.u32(counter).fixed(next);
}

function readChain(reader: ByteReader): SendingChain {
  const counter = reader.u32();
  return { next: reader.fixed(32), counter };
}

function readReceivingChain(reader: ByteReader): ReceivingChain {
  const { next, counter } = readChain(reader);
  const skipped: SkippedKeys = reader.bytes();
  const isPossible = areSkippedBetween(skipped, Math.max(1, counter - MAX_LAG), counter - 1);
  return reader.parsed(isPossible ? { next, counter, skipped } : undefined);
}

/** The next message needs the chain of the epoch before the braid's, and the braid's next secret its own place. */
function isConsistent({ chains, braid }: State): boolean {
  const { maxJump, firstEpoch, sendingEpoch, epochs } = chains;
  const isSending = ({ sending }: EpochChains, i: number) => (sending !== undefined) === firstEpoch + i >= sendingEpoch;
  const lastEpoch = hasSecret(braid) ? braid.epoch : braid.epoch - 1;
  return (
    maxJump > 0 && sendingEpoch < braid.epoch && firstEpoch + epochs.length - 1 === lastEpoch && epochs.every(isSending)
  );
}

/** This party knows the secret of the braid's epoch already. */
function hasSecret({ phase }: Braid): boolean {
  switch (phase) {
    case "ct1-sampled":
    case "ek-received-ct1-sampled":
    case "ct1-acknowledged":
    case "ct2-sampled":
      return true;
    default:
      return false;
  }
}
