import type { Bytes } from "@tacit/shared/bytes";
import type { Address } from "../address.ts";
import { generateKeyPair } from "../keys.ts";
import { noblePrimitives } from "../noble-primitives.ts";
import { generateKyberPreKey, generatePreKeys, generateSignedPreKey, type PreKeyBundle } from "../prekeys.ts";
import { type RandomSource, run, type Step } from "../primitives.ts";
import { type Decrypted, decryptMessage, type Encrypted, encryptMessage, startSession } from "../session.ts";
import type { SessionRecord } from "../session-record.ts";
import type { OwnDevice, PreKeyLookup } from "../session-setup.ts";
import { seededRandom } from "./random.ts";

export const ALICE: Address = { accountId: "9d0652a3-dcc3-8d11-975f-74d61598733f", deviceId: 1 };
export const BOB: Address = { accountId: "796abedb-ca4e-8f18-8803-1fde5b921f9f", deviceId: 3 };
export const NOW_MS = Date.UTC(2026, 0, 1);

/** One device with one prekey of each kind, all with id 0. What it sends and reads is up to the test. */
export type SessionParty = {
  readonly own: OwnDevice;
  readonly preKeys: PreKeyLookup;
  readonly bundle: PreKeyBundle;
};

export function sessionParty(local: Address, seed: string): SessionParty {
  const random = seededRandom(`${seed} ${local.accountId}`);
  const identity = answer(generateKeyPair(random));
  const signed = answer(generateSignedPreKey(0, identity, random));
  const kyber = answer(generateKyberPreKey(0, identity, random));
  const [oneTime] = answer(generatePreKeys(0, 1, random));
  const own = { local, identity, registrationId: 1 };
  return {
    own,
    preKeys: {
      oneTime: (id) => (id === 0 ? oneTime : undefined),
      signed: (id) => (id === 0 ? signed : undefined),
      kyber: (id) => (id === 0 ? kyber : undefined),
      isReplay: () => false,
    },
    bundle: {
      registrationId: 1,
      deviceId: local.deviceId,
      identityKey: identity.publicKey,
      signedPreKey: { id: 0, publicKey: signed.keyPair.publicKey, signature: signed.signature },
      kyberPreKey: { id: 0, publicKey: kyber.keyPair.publicKey, signature: kyber.signature },
      oneTimePreKey: oneTime && { id: 0, publicKey: oneTime.keyPair.publicKey },
    },
  };
}

export function startedWith(
  from: SessionParty,
  to: SessionParty,
  random: RandomSource,
  existing?: SessionRecord,
): SessionRecord {
  return accepted(answer(startSession(from.own, to.own.local, to.bundle, existing, NOW_MS, random)));
}

export function encrypted(
  from: SessionParty,
  to: SessionParty,
  record: SessionRecord,
  plaintext: Bytes,
  random: RandomSource,
): Encrypted {
  return accepted(answer(encryptMessage(from.own, to.own.local, record, plaintext, NOW_MS, random)));
}

export function decrypted(
  to: SessionParty,
  from: SessionParty,
  record: SessionRecord | undefined,
  { kind, message }: Pick<Encrypted, "kind" | "message">,
  random: RandomSource,
): Decrypted {
  const options = { preKeys: to.preKeys, isTrusted: () => true, requireAddresses: true };
  return accepted(answer(decryptMessage(to.own, from.own.local, record, kind, message, options, random)));
}

export function answer<Value>(step: Step<Value>): Value {
  return run(step, noblePrimitives);
}

function accepted<Value>(
  result: { readonly ok: true; readonly value: Value } | { readonly ok: false; readonly reason: string },
): Value {
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}
