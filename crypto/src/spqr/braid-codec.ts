import type { ByteReader, ByteWriter } from "../byte-codec.ts";
import { type Braid, MACED_CT2_BYTES, MACED_HEADER_BYTES } from "./braid-state.ts";
import { CHUNK_BYTES, type Chunk, type Decoder, type Encoder, MAX_CHUNK_INDEX } from "./erasure.ts";
import { CT1_BYTES, HEADER_BYTES, KEM_MESSAGE_BYTES, KEM_SEED_BYTES, VECTOR_BYTES } from "./incremental-kem.ts";

/** The number of a phase is its place in this list. */
const PHASES = [
  "keys-unsampled",
  "keys-sampled",
  "header-sent",
  "ct1-received",
  "ek-sent-ct1-received",
  "no-header-received",
  "header-received",
  "ct1-sampled",
  "ek-received-ct1-sampled",
  "ct1-acknowledged",
  "ct2-sampled",
] as const satisfies readonly Braid["phase"][];

/** epoch (8) | authenticator root (32), MAC key (32) | phase (1) | the phase's fields in a fixed order. */
export function writeBraid(writer: ByteWriter, braid: Braid): void {
  const { epoch, authenticator, phase } = braid;
  writer.u53(epoch).fixed(authenticator.root).fixed(authenticator.macKey).u8(PHASES.indexOf(phase));
  writeFields(writer, braid);
}

export function readBraid(reader: ByteReader): Braid {
  const epoch = reader.u53();
  const authenticator = { root: reader.fixed(32), macKey: reader.fixed(32) };
  const phase = reader.parsed(PHASES[reader.u8()]);
  return readFields(reader, { epoch, authenticator }, phase);
}

function writeFields(writer: ByteWriter, braid: Braid): void {
  const encoder = ({ data, next }: Encoder) => writer.u32(next).fixed(data);
  const decoder = ({ chunks }: Decoder) => writer.list(chunks, (w, { index, symbols }) => w.u32(index).fixed(symbols));
  switch (braid.phase) {
    case "keys-unsampled":
      return;
    case "keys-sampled":
      writer.fixed(braid.seed).fixed(braid.vector);
      encoder(braid.header);
      return;
    case "header-sent":
      writer.fixed(braid.seed);
      encoder(braid.ek);
      decoder(braid.ct1);
      return;
    case "ct1-received":
      writer.fixed(braid.seed);
      encoder(braid.ek);
      writer.fixed(braid.ct1);
      return;
    case "ek-sent-ct1-received":
      writer.fixed(braid.seed).fixed(braid.ct1);
      decoder(braid.ct2);
      return;
    case "no-header-received":
      decoder(braid.header);
      return;
    case "header-received":
      writer.fixed(braid.header);
      decoder(braid.ek);
      return;
    case "ct1-sampled":
      writer.fixed(braid.header).fixed(braid.message);
      encoder(braid.ct1);
      decoder(braid.ek);
      return;
    case "ek-received-ct1-sampled":
      encoder(braid.ct1);
      writer.fixed(braid.ct2);
      return;
    case "ct1-acknowledged":
      writer.fixed(braid.header).fixed(braid.message).fixed(braid.ct1);
      decoder(braid.ek);
      return;
    case "ct2-sampled":
      encoder(braid.ct2);
      return;
  }
}

/** The properties of an object literal are read in their written order, which is the order of the bytes. */
function readFields(reader: ByteReader, epoch: Pick<Braid, "epoch" | "authenticator">, phase: Braid["phase"]): Braid {
  const seed = () => reader.fixed(KEM_SEED_BYTES);
  const header = () => reader.fixed(HEADER_BYTES);
  const message = () => reader.fixed(KEM_MESSAGE_BYTES);
  const ct1 = () => reader.fixed(CT1_BYTES);
  const encoder = (size: number) => readEncoder(reader, size);
  const decoder = (size: number) => readDecoder(reader, size);
  switch (phase) {
    case "keys-unsampled":
      return { ...epoch, phase };
    case "keys-sampled":
      return { ...epoch, phase, seed: seed(), vector: reader.fixed(VECTOR_BYTES), header: encoder(MACED_HEADER_BYTES) };
    case "header-sent":
      return { ...epoch, phase, seed: seed(), ek: encoder(VECTOR_BYTES), ct1: decoder(CT1_BYTES) };
    case "ct1-received":
      return { ...epoch, phase, seed: seed(), ek: encoder(VECTOR_BYTES), ct1: ct1() };
    case "ek-sent-ct1-received":
      return { ...epoch, phase, seed: seed(), ct1: ct1(), ct2: decoder(MACED_CT2_BYTES) };
    case "no-header-received":
      return { ...epoch, phase, header: decoder(MACED_HEADER_BYTES) };
    case "header-received":
      return { ...epoch, phase, header: header(), ek: decoder(VECTOR_BYTES) };
    case "ct1-sampled":
      return {
        ...epoch,
        phase,
        header: header(),
        message: message(),
        ct1: encoder(CT1_BYTES),
        ek: decoder(VECTOR_BYTES),
      };
    case "ek-received-ct1-sampled":
      return { ...epoch, phase, ct1: encoder(CT1_BYTES), ct2: reader.fixed(MACED_CT2_BYTES) };
    case "ct1-acknowledged":
      return { ...epoch, phase, header: header(), message: message(), ct1: ct1(), ek: decoder(VECTOR_BYTES) };
    case "ct2-sampled":
      return { ...epoch, phase, ct2: encoder(MACED_CT2_BYTES) };
  }
}

function readEncoder(reader: ByteReader, size: number): Encoder {
  const next = chunkIndex(reader);
  return { data: reader.fixed(size), next };
}

function readDecoder(reader: ByteReader, size: number): Decoder {
  const chunks = reader.list((r): Chunk => ({ index: chunkIndex(r), symbols: r.fixed(CHUNK_BYTES) }));
  const isIncomplete = chunks.length * CHUNK_BYTES < size;
  const areDifferent = new Set(chunks.map(({ index }) => index)).size === chunks.length;
  return reader.parsed(isIncomplete && areDifferent ? { size, chunks } : undefined);
}

function chunkIndex(reader: ByteReader): number {
  const index = reader.u32();
  return reader.parsed(index <= MAX_CHUNK_INDEX ? index : undefined);
}
