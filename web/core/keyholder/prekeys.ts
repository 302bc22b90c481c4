import type { KeyPair } from "@tacit/crypto/keys";
import {
  decodeKyberPreKey,
  decodePreKey,
  decodeSignedPreKey,
  encodeKyberPreKey,
  encodePreKey,
  encodeSignedPreKey,
} from "@tacit/crypto/prekey-codec";
import {
  generateKyberPreKey,
  generateKyberPreKeys,
  generatePreKeys as generateOneTimePreKeys,
  generateSignedPreKey,
} from "@tacit/crypto/prekeys";
import type { Step } from "@tacit/crypto/primitives";
import type { PreKeyLookup } from "@tacit/crypto/session-setup";
import type { Bytes } from "@tacit/shared/bytes";
import { decode, encode } from "@tacit/shared/codec";
import { bytes } from "@tacit/shared/wire/fields";
import type { PreKeyUpload } from "@tacit/shared/wire/prekeys";
import * as z from "zod/mini";
import type { Keyholder, PlainRow } from "../ports/keyholder.ts";
import type { Random } from "../ports/random.ts";
import type { RowKey } from "../ports/store.ts";

type Request = Parameters<Keyholder["generatePreKeys"]>[0];

const MAX_RECORD_BYTES = 8 * 1024;
const Kept = z.object({ record: bytes(1, MAX_RECORD_BYTES), isLastResort: z.boolean() });

/** Where the private half of a prekey is: "ec" one-time, "signed", "kyber" one-time and last resort. */
export function preKeyRow(kind: "ec" | "signed" | "kyber", id: number): RowKey {
  return { table: "prekeys", id: `${kind}:${id}` };
}

/** Fresh prekeys: what the relay gets, and what this device keeps. */
export function* generatePreKeys(
  request: Request,
  identity: KeyPair,
  random: Random,
): Step<{ readonly upload: PreKeyUpload; readonly rows: readonly PlainRow[] }> {
  const { firstOneTimeId, firstKyberId, signedId, lastResortId } = request;
  const oneTime = yield* generateOneTimePreKeys(firstOneTimeId, request.oneTime, random);
  const kyber = yield* generateKyberPreKeys(firstKyberId, request.kyber, identity, random);
  const signed = signedId === undefined ? undefined : yield* generateSignedPreKey(signedId, identity, random);
  const lastResort =
    lastResortId === undefined ? undefined : yield* generateKyberPreKey(lastResortId, identity, random);
  return {
    upload: {
      oneTime: oneTime.map(({ id, keyPair }) => ({ id, key: keyPair.publicKey })),
      kyber: kyber.map(toPublished),
      ...(signed && { signed: toPublished(signed) }),
      ...(lastResort && { lastResort: toPublished(lastResort) }),
    },
    rows: [
      ...oneTime.map((record) => toKept("ec", record.id, encodePreKey(record))),
      ...kyber.map((record) => toKept("kyber", record.id, encodeKyberPreKey(record))),
      ...(signed ? [toKept("signed", signed.id, encodeSignedPreKey(signed))] : []),
      ...(lastResort ? [toKept("kyber", lastResort.id, encodeKyberPreKey(lastResort), true)] : []),
    ],
  };
}

/** Finds prekeys among opened rows, by row id. What does not parse is not there. Replays are the core's to remember. */
export function lookupIn(opened: ReadonlyMap<string, Bytes>): PreKeyLookup {
  const recordOf = (kind: "ec" | "signed" | "kyber", id: number) => {
    const plain = opened.get(preKeyRow(kind, id).id);
    return plain && fromKept(plain);
  };
  return {
    oneTime: (id) => parsed(decodePreKey, recordOf("ec", id)),
    signed: (id) => parsed(decodeSignedPreKey, recordOf("signed", id)),
    kyber: (id) => parsed(decodeKyberPreKey, recordOf("kyber", id)),
    isReplay: () => false,
  };
}

function toPublished<Key extends Bytes>(record: {
  readonly id: number;
  readonly keyPair: { readonly publicKey: Key };
  readonly signature: Bytes;
}) {
  return { id: record.id, key: record.keyPair.publicKey, signature: record.signature };
}

function toKept(kind: "ec" | "signed" | "kyber", id: number, record: Bytes, isLastResort = false): PlainRow {
  return { ...preKeyRow(kind, id), version: 1, plain: encode({ record, isLastResort }) };
}

function fromKept(plain: Bytes): Bytes | undefined {
  const decoded = decode(plain, MAX_RECORD_BYTES);
  const kept = decoded.ok ? Kept.safeParse(decoded.value) : undefined;
  return kept?.success ? kept.data.record : undefined;
}

function parsed<Value>(parse: (record: Bytes) => Value | undefined, record: Bytes | undefined): Value | undefined {
  return record && parse(record);
}
