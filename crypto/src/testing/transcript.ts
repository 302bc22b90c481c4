import { type Bytes, fromHex, toHex } from "@tacit/shared/bytes";
import type { Address } from "../address.ts";
import { generateKeyPair, parsePublicKey } from "../keys.ts";
import { type KyberSecretKey, parseKyberPublicKey } from "../kyber1024.ts";
import { noblePrimitives } from "../noble-primitives.ts";
import { generateKyberPreKey, generatePreKeys, generateSignedPreKey, type PreKeyBundle } from "../prekeys.ts";
import { type RandomSource, run } from "../primitives.ts";
import { decryptMessage, encryptMessage, type MessageKind, startSession } from "../session.ts";
import type { SessionRecord } from "../session-record.ts";
import type { OwnDevice, PreKeyLookup } from "../session-setup.ts";
import { seededRandom } from "./random.ts";

/** A conversation with another implementation, as our side saw it: what it sent, and what it received in which order. */
export type Transcript = {
  readonly seed: string;
  readonly our: Address;
  readonly their: Address;
  /** Theirs, when we start. Without one, they start with ours, which comes from the seed. */
  readonly bundle?: WrittenBundle;
  readonly steps: readonly TranscriptStep[];
};

/** `kind` is a `MessageKind`, which JSON does not know. Messages are hexadecimal. */
export type TranscriptStep = {
  readonly from: string;
  readonly kind: string;
  readonly message: string;
  readonly plaintext: string;
};

/** A `PreKeyBundle` in hexadecimal. */
export type WrittenBundle = {
  readonly registrationId: number;
  readonly deviceId: number;
  readonly identityKey: string;
  readonly signedPreKey: { readonly id: number; readonly publicKey: string; readonly signature: string };
  readonly kyberPreKey: { readonly id: number; readonly publicKey: string; readonly signature: string };
  readonly oneTimePreKey?: { readonly id: number; readonly publicKey: string };
};

const STARTED_AT_MS = Date.UTC(2026, 0, 1);

/** One device of ours that talks to one other and draws everything from a seed. For tests only. */
export class Correspondent {
  readonly bundle: PreKeyBundle;
  readonly kyberSecretKey: KyberSecretKey;
  readonly #their: Address;
  readonly #own: OwnDevice;
  readonly #preKeys: PreKeyLookup;
  readonly #random: RandomSource;
  #record: SessionRecord | undefined;

  constructor(seed: string, our: Address, their: Address) {
    const random = seededRandom(`${seed} keys`);
    const identity = run(generateKeyPair(random), noblePrimitives);
    const signed = run(generateSignedPreKey(1, identity, random), noblePrimitives);
    const kyber = run(generateKyberPreKey(2, identity, random), noblePrimitives);
    const [oneTime] = run(generatePreKeys(3, 1, random), noblePrimitives);
    this.kyberSecretKey = kyber.keyPair.secretKey;
    this.#their = their;
    this.#own = { local: our, identity, registrationId: 1234 };
    this.#random = seededRandom(`${seed} ratchet`);
    this.#preKeys = {
      oneTime: (id) => (id === oneTime?.id ? oneTime : undefined),
      signed: (id) => (id === signed.id ? signed : undefined),
      kyber: (id) => (id === kyber.id ? kyber : undefined),
      isReplay: () => false,
    };
    this.bundle = {
      registrationId: 1234,
      deviceId: our.deviceId,
      identityKey: identity.publicKey,
      signedPreKey: { id: signed.id, publicKey: signed.keyPair.publicKey, signature: signed.signature },
      kyberPreKey: { id: kyber.id, publicKey: kyber.keyPair.publicKey, signature: kyber.signature },
      oneTimePreKey: oneTime && { id: oneTime.id, publicKey: oneTime.keyPair.publicKey },
    };
  }

  start(bundle: PreKeyBundle): void {
    const started = startSession(this.#own, this.#their, bundle, undefined, STARTED_AT_MS, this.#random);
    this.#record = accepted(run(started, noblePrimitives));
  }

  send(plaintext: Bytes): TranscriptStep {
    if (this.#record === undefined) throw new Error("no session yet");
    const step = encryptMessage(this.#own, this.#their, this.#record, plaintext, STARTED_AT_MS, this.#random);
    const { record, kind, message } = accepted(run(step, noblePrimitives));
    this.#record = record;
    return { from: "us", kind, message: toHex(message), plaintext: toHex(plaintext) };
  }

  receive(kind: string, message: Bytes): TranscriptStep {
    const options = { preKeys: this.#preKeys, isTrusted: () => true, requireAddresses: true };
    const step = decryptMessage(
      this.#own,
      this.#their,
      this.#record,
      kind as MessageKind,
      message,
      options,
      this.#random,
    );
    const { record, plaintext } = accepted(run(step, noblePrimitives));
    this.#record = record;
    return { from: "them", kind, message: toHex(message), plaintext: toHex(plaintext) };
  }
}

/** Lives our side of a transcript again: the steps that come out are the steps that went in. */
export function replay({ seed, our, their, bundle, steps }: Transcript): TranscriptStep[] {
  const we = new Correspondent(seed, our, their);
  if (bundle !== undefined) we.start(readBundle(bundle));
  return steps.map(({ from, kind, message, plaintext }) =>
    from === "us" ? we.send(fromHex(plaintext)) : we.receive(kind, fromHex(message)),
  );
}

function readBundle(written: WrittenBundle): PreKeyBundle {
  const { identityKey, signedPreKey, kyberPreKey, oneTimePreKey } = written;
  const key = (hex: string) => intact(parsePublicKey(fromHex(hex)));
  return {
    ...written,
    identityKey: key(identityKey),
    signedPreKey: {
      id: signedPreKey.id,
      publicKey: key(signedPreKey.publicKey),
      signature: fromHex(signedPreKey.signature),
    },
    kyberPreKey: {
      id: kyberPreKey.id,
      publicKey: intact(parseKyberPublicKey(fromHex(kyberPreKey.publicKey))),
      signature: fromHex(kyberPreKey.signature),
    },
    oneTimePreKey: oneTimePreKey && { id: oneTimePreKey.id, publicKey: key(oneTimePreKey.publicKey) },
  };
}

function intact<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("a key of the transcript cannot be read");
  return value;
}

function accepted<Value>(
  result: { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly reason: string },
): Value {
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}
