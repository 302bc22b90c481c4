/**
 * SPQR's state as bytes, for a record that is sealed as a whole: version (1) | role (1) | jump limit varint | next
 * root (32) | first epoch varint | sending epoch less the first (1) | epochs less one (1) | the chains of each epoch |
 * the braid. One encoding per state. Which epochs have a sending chain follows from the sending epoch.
 */
import { type Bytes, concat } from "@tacit/shared/bytes";
import { encodeBraid, readBraid } from "./braid-codec.ts";
import type { Braid } from "./braid-state.ts";
import { ByteReader, varint } from "./byte-reader.ts";
import {
  type EpochChains,
  type KeyChains,
  MAX_INDEX,
  MAX_LAG,
  type ReceivingChain,
  type SendingChain,
} from "./chain.ts";
import { SKIPPED_ENTRY_BYTES, skippedIndexes } from "./skipped-keys.ts";

const VERSION = 1;
const ROLES = ["initiator", "responder"] as const;
/** The one before the sending epoch, that one, and one that was agreed on since. */
const MAX_EPOCHS = 3;

export function encodeState({ chains, braid }: { readonly chains: KeyChains; readonly braid: Braid }): Bytes {
  const { role, maxJump, nextRoot, firstEpoch, sendingEpoch, epochs } = chains;
  return concat(
    Uint8Array.of(VERSION, ROLES.indexOf(role)),
    varint(maxJump),
    nextRoot,
    varint(firstEpoch),
    Uint8Array.of(sendingEpoch - firstEpoch, epochs.length - 1),
    ...epochs.flatMap(encodeChains),
    encodeBraid(braid),
  );
}

export function decodeState(bytes: Uint8Array): { readonly chains: KeyChains; readonly braid: Braid } | undefined {
  const reader = new ByteReader(bytes);
  reader.expect(reader.byte() === VERSION);
  const chains = readKeyChains(reader);
  const braid = readBraid(reader);
  reader.expect(reader.isAtEnd && hasChainsFor(braid, chains));
  return reader.isIntact ? { chains, braid } : undefined;
}

function readKeyChains(reader: ByteReader): KeyChains {
  const role = ROLES[reader.byte(ROLES.length - 1)] ?? "initiator";
  const maxJump = reader.varint(MAX_INDEX);
  reader.expect(maxJump > 0);
  const nextRoot = reader.take(32);
  const firstEpoch = reader.varint(Number.MAX_SAFE_INTEGER - MAX_EPOCHS);
  const olderEpochs = reader.byte(1);
  const count = reader.byte(MAX_EPOCHS - 1) + 1;
  reader.expect(olderEpochs < count);
  const epochs = Array.from({ length: count }, (_, i) => readChains(reader, i >= olderEpochs));
  return { role, maxJump, nextRoot, firstEpoch, sendingEpoch: firstEpoch + olderEpochs, epochs };
}

/** The next message needs the chain of the epoch before the braid's, and the next secret has its own place. */
function hasChainsFor(braid: Braid, { firstEpoch, sendingEpoch, epochs }: KeyChains): boolean {
  const lastEpoch = firstEpoch + epochs.length - 1;
  return sendingEpoch < braid.epoch && lastEpoch === (hasSecret(braid) ? braid.epoch : braid.epoch - 1);
}

/** This party knows the secret of the braid's epoch already. */
function hasSecret({ phase }: Braid): boolean {
  return (
    phase === "ct1-sampled" ||
    phase === "ek-received-ct1-sampled" ||
    phase === "ct1-acknowledged" ||
    phase === "ct2-sampled"
  );
}

function encodeChains({ sending, receiving }: EpochChains): readonly Uint8Array[] {
  const { skipped } = receiving;
  const passed = [varint(skipped.length / SKIPPED_ENTRY_BYTES), skipped];
  return [...(sending === undefined ? [] : encodeChain(sending)), ...encodeChain(receiving), ...passed];
}

function readChains(reader: ByteReader, hasSending: boolean): EpochChains {
  const sending = hasSending ? readChain(reader) : undefined;
  return { sending, receiving: readReceivingChain(reader) };
}

function encodeChain({ next, counter }: SendingChain): readonly Uint8Array[] {
  return [varint(counter), next];
}

function readChain(reader: ByteReader): SendingChain {
  const counter = reader.varint(MAX_INDEX);
  return { next: reader.take(32), counter };
}

function readReceivingChain(reader: ByteReader): ReceivingChain {
  const chain = readChain(reader);
  const skipped = reader.take(reader.varint(MAX_LAG) * SKIPPED_ENTRY_BYTES);
  let previous = Math.max(0, chain.counter - MAX_LAG - 1);
  for (const index of skippedIndexes(skipped)) {
    reader.expect(index > previous && index < chain.counter);
    previous = index;
  }
  return { ...chain, skipped };
}
