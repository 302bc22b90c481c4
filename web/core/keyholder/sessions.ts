import { type PublicKey, parsePublicKey } from "@tacit/crypto/keys";
import { parseKyberPublicKey } from "@tacit/crypto/kyber1024";
import type { PreKeyBundle } from "@tacit/crypto/prekeys";
import type { RandomSource, Step } from "@tacit/crypto/primitives";
import { openSealed, sealMessage } from "@tacit/crypto/sealed-sender";
import type { CertificateMemory } from "@tacit/crypto/sender-certificate";
import { decryptMessage, encryptMessage, startSession } from "@tacit/crypto/session";
import type { SessionRecord } from "@tacit/crypto/session-record";
import { type PreKeyLookup, type PreKeyUse, replayKeyOf } from "@tacit/crypto/session-setup";
import { decodePreKeySignalMessage } from "@tacit/crypto/signal-message";
import { accountIdOf } from "@tacit/crypto/verify";
import { type Bytes, equalBytes } from "@tacit/shared/bytes";
import { ok, type Result, refused } from "@tacit/shared/result";
import type { DeviceBundle } from "@tacit/shared/wire/prekeys";
import type { DecryptFailure, OpenedEnvelope, RemoteDevice, UsedPreKeys } from "../ports/keyholder.ts";
import { type HeldIdentity, toOwnDevice } from "./identity.ts";

/** The other end: an account id always comes with the key that it was made from. */
export type Peer = { readonly remote: RemoteDevice; readonly identityKey: PublicKey };

/** `undefined` where the key is malformed or is not that account's. */
export function parsePeer(remote: RemoteDevice, identityKey: Bytes): Peer | undefined {
  const parsed = parsePublicKey(identityKey);
  return parsed && accountIdOf(parsed) === remote.accountId ? { remote, identityKey: parsed } : undefined;
}

/** A session from a bundle; the one in use before is archived. "forged" for all that is wrong with the bundle. */
export function* startWith(
  held: HeldIdentity,
  peer: Peer,
  bundle: DeviceBundle,
  existing: SessionRecord | undefined,
  nowMs: number,
  random: RandomSource,
): Step<Result<SessionRecord, "forged">> {
  const parsed = parseBundle(peer, bundle);
  if (parsed === undefined) return refused("forged");
  const started = yield* startSession(toOwnDevice(held), peer.remote, parsed, existing, nowMs, random);
  return started.ok ? started : refused("forged");
}

/** Encrypts each content and seals it. "no-session" also where the session in use is with another identity key. */
export function* encryptFor(
  held: HeldIdentity,
  peer: Peer,
  record: SessionRecord,
  contents: readonly Bytes[],
  certificate: Bytes,
  nowMs: number,
  random: RandomSource,
): Step<Result<{ readonly record: SessionRecord; readonly sealed: readonly Bytes[] }, "no-session">> {
  const { remote, identityKey } = peer;
  if (record.current === undefined || !equalBytes(record.current.remoteIdentity, identityKey)) {
    return refused("no-session");
  }
  const sealed: Bytes[] = [];
  let next = record;
  for (const content of contents) {
    const encrypted = yield* encryptMessage(toOwnDevice(held), remote, next, content, nowMs, random);
    if (!encrypted.ok) return encrypted;
    const { kind, message } = encrypted.value;
    next = encrypted.value.record;
    const letter = { identity: held.keyPair, certificate, recipient: identityKey, kind, message };
    sealed.push(yield* sealMessage(letter, random));
  }
  return ok({ record: next, sealed });
}

/** Opens the seal; `verified` spares the signatures of a known sender. An envelope from this very device is "unreadable" too: nobody sends itself messages. */
export function* openEnvelope(
  { own, keyPair }: HeldIdentity,
  sealed: Bytes,
  nowMs: number,
  verified: CertificateMemory,
): Step<Result<OpenedEnvelope, "unreadable">> {
  const opened = yield* openSealed({ identity: keyPair, sealed, nowMs, verified });
  if (!opened.ok) return refused("unreadable");
  const { kind, message } = opened.value;
  const { accountId, deviceId, identityKey } = opened.value.sender;
  if (accountId === own.accountId && deviceId === own.deviceId) return refused("unreadable");
  const envelope = { sender: { accountId, deviceId }, senderIdentityKey: identityKey, message };
  if (kind === "whisper") return ok({ ...envelope, kind });

  const preKeyMessage = decodePreKeySignalMessage(message);
  if (preKeyMessage === undefined) return refused("unreadable");
  const { oneTimePreKeyId, signedPreKeyId, kyberPreKeyId } = preKeyMessage;
  return ok({ ...envelope, kind, needs: { oneTime: oneTimePreKeyId, signed: signedPreKeyId, kyber: kyberPreKeyId } });
}

/**
 * Decrypts what was in an envelope. "unreadable" also where the session is with another identity key than the one that
 * sealed the envelope, and where a first message is not bound to both addresses.
 */
export function* decryptFrom(
  held: HeldIdentity,
  opened: OpenedEnvelope,
  record: SessionRecord | undefined,
  preKeys: PreKeyLookup,
  isTrusted: boolean,
  random: RandomSource,
): Step<
  Result<
    { readonly record: SessionRecord; readonly content: Bytes; readonly used: UsedPreKeys | undefined },
    DecryptFailure
  >
> {
  const peer = parsePeer(opened.sender, opened.senderIdentityKey);
  if (peer === undefined) return refused("unreadable");
  const decrypted = yield* decryptMessage(
    toOwnDevice(held),
    peer.remote,
    record,
    opened.kind,
    opened.message,
    { preKeys, isTrusted: () => isTrusted, requireAddresses: true },
    random,
  );
  if (!decrypted.ok) {
    const { reason } = decrypted;
    return refused(reason === "malformed" || reason === "forged" ? "unreadable" : reason);
  }
  const { plaintext, identityKey, used, record: next } = decrypted.value;
  if (!equalBytes(identityKey, peer.identityKey)) return refused("unreadable");
  return ok({ record: next, content: plaintext, used: used && toUsed(used) });
}

function parseBundle({ identityKey, remote }: Peer, bundle: DeviceBundle): PreKeyBundle | undefined {
  const { deviceId, registrationId, signed, kyber, oneTime } = bundle;
  const signedKey = parsePublicKey(signed.key);
  const kyberKey = parseKyberPublicKey(kyber.key);
  const oneTimeKey = oneTime && parsePublicKey(oneTime.key);
  const isOneTimeDamaged = oneTime !== undefined && oneTimeKey === undefined;
  if (signedKey === undefined || kyberKey === undefined || isOneTimeDamaged) return undefined;
  if (deviceId !== remote.deviceId) return undefined;
  return {
    registrationId,
    deviceId,
    identityKey,
    signedPreKey: { id: signed.id, publicKey: signedKey, signature: signed.signature },
    kyberPreKey: { id: kyber.id, publicKey: kyberKey, signature: kyber.signature },
    oneTimePreKey: oneTime && oneTimeKey && { id: oneTime.id, publicKey: oneTimeKey },
  };
}

function toUsed(use: PreKeyUse): UsedPreKeys {
  return { oneTime: use.oneTimeId, signed: use.signedId, kyber: use.kyberId, replay: replayKeyOf(use) };
}
