import { type Bytes, concat } from "@tacit/shared/bytes";
import { type Braid, MACED_CT2_BYTES, MACED_HEADER_BYTES } from "./braid-state.ts";
import { type ByteReader, varint } from "./byte-reader.ts";
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

/** epoch varint | authenticator root (32), MAC key (32) | phase (1) | the phase's fields in a fixed order. */
export function encodeBraid(braid: Braid): Bytes {
  const { epoch, authenticator, phase } = braid;
  const fields = encodeFields(braid);
  return concat(
    varint(epoch),
    authenticator.root,
    authenticator.macKey,
    Uint8Array.of(PHASES.indexOf(phase)),
    ...fields,
  );
}

export function readBraid(reader: ByteReader): Braid {
  const epoch = reader.varint(Number.MAX_SAFE_INTEGER);
  reader.expect(epoch > 0);
  const authenticator = { root: reader.take(32), macKey: reader.take(32) };
  const phase = PHASES[reader.byte(PHASES.length - 1)] ?? "keys-unsampled";
  return readFields(reader, { epoch, authenticator }, phase);
}

function encodeFields(braid: Braid): readonly Uint8Array[] {
  switch (braid.phase) {
    case "keys-unsampled":
      return [];
    case "keys-sampled":
      return [braid.seed, braid.vector, encodeEncoder(braid.header)];
    case "header-sent":
      return [braid.seed, encodeEncoder(braid.ek), encodeDecoder(braid.ct1)];
    case "ct1-received":
      return [braid.seed, encodeEncoder(braid.ek), braid.ct1];
    case "ek-sent-ct1-received":
      return [braid.seed, braid.ct1, encodeDecoder(braid.ct2)];
    case "no-header-received":
      return [encodeDecoder(braid.header)];
    case "header-received":
      return [braid.header, encodeDecoder(braid.ek)];
    case "ct1-sampled":
      return [braid.header, braid.message, encodeEncoder(braid.ct1), encodeDecoder(braid.ek)];
    case "ek-received-ct1-sampled":
      return [encodeEncoder(braid.ct1), braid.ct2];
    case "ct1-acknowledged":
      return [braid.header, braid.message, braid.ct1, encodeDecoder(braid.ek)];
    case "ct2-sampled":
      return [encodeEncoder(braid.ct2)];
  }
}

function readFields(reader: ByteReader, epoch: Pick<Braid, "epoch" | "authenticator">, phase: Braid["phase"]): Braid {
  const seed = () => reader.take(KEM_SEED_BYTES);
  const header = () => reader.take(HEADER_BYTES);
  const message = () => reader.take(KEM_MESSAGE_BYTES);
  const ct1 = () => reader.take(CT1_BYTES);
  const encoder = (size: number) => readEncoder(reader, size);
  const decoder = (size: number) => readDecoder(reader, size);
  // An object literal is evaluated in its written order, which is the order of the fields in the bytes.
  switch (phase) {
    case "keys-unsampled":
      return { ...epoch, phase };
    case "keys-sampled":
      return { ...epoch, phase, seed: seed(), vector: reader.take(VECTOR_BYTES), header: encoder(MACED_HEADER_BYTES) };
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
      return { ...epoch, phase, ct1: encoder(CT1_BYTES), ct2: reader.take(MACED_CT2_BYTES) };
    case "ct1-acknowledged":
      return { ...epoch, phase, header: header(), message: message(), ct1: ct1(), ek: decoder(VECTOR_BYTES) };
    case "ct2-sampled":
      return { ...epoch, phase, ct2: encoder(MACED_CT2_BYTES) };
  }
}

function encodeEncoder({ data, next }: Encoder): Bytes {
  return concat(varint(next), data);
}

function readEncoder(reader: ByteReader, size: number): Encoder {
  const next = reader.varint(MAX_CHUNK_INDEX);
  return { data: reader.take(size), next };
}

function encodeDecoder({ chunks }: Decoder): Bytes {
  return concat(varint(chunks.length), ...chunks.flatMap(({ index, symbols }) => [varint(index), symbols]));
}

function readDecoder(reader: ByteReader, size: number): Decoder {
  const count = reader.varint(size / CHUNK_BYTES - 1);
  const chunks = Array.from({ length: count }, (): Chunk => {
    const index = reader.varint(MAX_CHUNK_INDEX);
    return { index, symbols: reader.take(CHUNK_BYTES) };
  });
  reader.expect(new Set(chunks.map(({ index }) => index)).size === count);
  return { size, chunks };
}
