/** Both ends of a new session: PQXDH, then the first state of both ratchets. */
import type { Bytes } from "@tacit/shared/bytes";
import { equalBytes, toHex } from "@tacit/shared/bytes";
import { ok, type Result, refused } from "@tacit/shared/result";
import { type Address, isSameAccount } from "./address.ts";
import { isPrimeOrder } from "./canonical-key.ts";
import { MAX_JUMP, MAX_SELF_JUMP, startInitiatorRatchet, startResponderRatchet } from "./double-ratchet.ts";
import { agreeAfresh, generateKeyPair, type KeyPair, type PublicKey } from "./keys.ts";
import { answerAgreement, initiateAgreement } from "./pqxdh.ts";
import type { KyberPreKeyRecord, PreKeyBundle, PreKeyRecord, SignedPreKeyRecord } from "./prekeys.ts";
import { type RandomSource, type Step, together } from "./primitives.ts";
import type { Session } from "./session-record.ts";
import type { ReceivedPreKeySignalMessage } from "./signal-message.ts";
import { type SpqrRole, type SpqrState, startSpqr } from "./spqr/spqr.ts";

/** This device: every session of it is held under one identity key. */
export type OwnDevice = {
  readonly local: Address;
  readonly identity: KeyPair;
  /** 1 to 16380. */
  readonly registrationId: number;
};

/** What a session was started with, besides both identity keys. */
export type PreKeyUse = {
  readonly oneTimeId: number | undefined;
  readonly signedId: number;
  readonly kyberId: number;
  readonly baseKey: PublicKey;
};

/** The private halves that this device has published, and the memory against replays. */
export type PreKeyLookup = {
  oneTime(id: number): PreKeyRecord | undefined;
  signed(id: number): SignedPreKeyRecord | undefined;
  kyber(id: number): KyberPreKeyRecord | undefined;
  /** Whether the store remembers `replayKeyOf(use)`, as it does for a Kyber key that it keeps after use. */
  isReplay(use: PreKeyUse): boolean;
};

/** What to remember of a session that was started with a last-resort Kyber key, for as long as that key is kept. */
export function replayKeyOf({ kyberId, signedId, baseKey }: PreKeyUse): string {
  return `${kyberId}.${signedId}.${toHex(baseKey)}`;
}

/**
 * The initiator's session. `undefined` where a key of the bundle is of small order or malformed. Takes 96 bytes of
 * `random`. The signatures have been checked.
 */
export function* initiateSession(
  own: OwnDevice,
  remote: Address,
  bundle: PreKeyBundle,
  nowMs: number,
  random: RandomSource,
): Step<Session | undefined> {
  const { identityKey, signedPreKey, kyberPreKey, oneTimePreKey } = bundle;
  const baseKey = yield* generateKeyPair(random);
  const their = {
    identityKey,
    signedPreKey: signedPreKey.publicKey,
    kyberPreKey: kyberPreKey.publicKey,
    oneTimePreKey: oneTimePreKey?.publicKey,
  };
  const [agreement, ratchetKey] = yield* together(
    initiateAgreement({ identity: own.identity, baseKey, their }, random),
    agreeAfresh(their.signedPreKey, random),
  );
  if (agreement === undefined || ratchetKey === undefined) return undefined;
  const { secrets, kyberCiphertext } = agreement;
  return {
    remoteIdentity: identityKey,
    remoteRegistrationId: bundle.registrationId,
    baseKey: baseKey.publicKey,
    ratchet: startInitiatorRatchet(secrets, their.signedPreKey, ratchetKey),
    spqr: startOwnSpqr("initiator", secrets.pqrKey, own, remote, identityKey),
    pending: {
      oneTimePreKeyId: oneTimePreKey?.id,
      signedPreKeyId: signedPreKey.id,
      kyberPreKeyId: kyberPreKey.id,
      kyberCiphertext,
      startedAtMs: nowMs,
    },
  };
}

/** The recipient's session. Nothing in it is authentic before the message that came along has been opened with it. */
export function* answerSession(
  own: OwnDevice,
  remote: Address,
  message: ReceivedPreKeySignalMessage,
  preKeys: PreKeyLookup,
): Step<Result<Session, "malformed" | "missing-prekey" | "replayed">> {
  const { identityKey, baseKey, kyberCiphertext, oneTimePreKeyId } = message;
  const signed = preKeys.signed(message.signedPreKeyId);
  const kyber = preKeys.kyber(message.kyberPreKeyId);
  const oneTime = oneTimePreKeyId === undefined ? undefined : preKeys.oneTime(oneTimePreKeyId);
  const isOneTimeMissing = oneTimePreKeyId !== undefined && oneTime === undefined;
  if (signed === undefined || kyber === undefined || isOneTimeMissing) return refused("missing-prekey");
  if (preKeys.isReplay(preKeyUseOf(message))) return refused("replayed");
  if (!isPrimeOrder(baseKey)) return refused("malformed");
  const secrets = yield* answerAgreement({
    identity: own.identity,
    signedPreKey: signed.keyPair,
    oneTimePreKey: oneTime?.keyPair,
    kyberPreKey: kyber.keyPair.secretKey,
    their: { identityKey, baseKey, kyberCiphertext },
  });
  if (secrets === undefined) return refused("malformed");
  return ok({
    remoteIdentity: identityKey,
    remoteRegistrationId: message.registrationId,
    baseKey,
    ratchet: startResponderRatchet(secrets, signed.keyPair),
    spqr: startOwnSpqr("responder", secrets.pqrKey, own, remote, identityKey),
    pending: undefined,
  });
}

export function preKeyUseOf(message: ReceivedPreKeySignalMessage): PreKeyUse {
  const { oneTimePreKeyId, signedPreKeyId, kyberPreKeyId, baseKey } = message;
  return { oneTimeId: oneTimePreKeyId, signedId: signedPreKeyId, kyberId: kyberPreKeyId, baseKey };
}

/** How far ahead a message may be. There is no limit between devices of one account: nobody else can send there. */
export function maxJumpOf(own: OwnDevice, remote: Address, remoteIdentity: PublicKey): number {
  const isSelf = equalBytes(own.identity.publicKey, remoteIdentity) && isSameAccount(own.local, remote);
  return isSelf ? MAX_SELF_JUMP : MAX_JUMP;
}

function startOwnSpqr(
  role: SpqrRole,
  pqrKey: Bytes,
  own: OwnDevice,
  remote: Address,
  remoteIdentity: PublicKey,
): SpqrState {
  return startSpqr(role, pqrKey, { maxJump: maxJumpOf(own, remote, remoteIdentity) });
}
