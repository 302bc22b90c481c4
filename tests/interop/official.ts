/**
 * The oracle: the official libsignal-client, as a `Peer`. Only its public Node interface is used. Its randomness
 * for sessions cannot be seeded; identity keys and prekeys can be given.
 */
import * as Signal from "@signalapp/libsignal-client";
import type { Address } from "@tacit/crypto/address";
import { parsePublicKey } from "@tacit/crypto/keys";
import { parseKyberPublicKey } from "@tacit/crypto/kyber1024";
import type { PreKeyBundle } from "@tacit/crypto/prekeys";
import { type Bytes, copyBytes, toHex } from "@tacit/shared/bytes";
import {
  type Disk,
  diskToText,
  emptyDisk,
  Identities,
  KyberKeys,
  OneTimeKeys,
  Sessions,
  SignedKeys,
} from "./official-stores.ts";
import { NOW_MS, type Peer, type Sealed } from "./peer.ts";

const REASONS = new Map<number, string>([
  [Signal.ErrorCode.DuplicatedMessage, "duplicate"],
  [Signal.ErrorCode.UntrustedIdentity, "untrusted"],
]);

export type OfficialPeer = Peer & { readonly disk: Disk };

/** `identity` is a 32-byte private key; a random one where it is left out. */
export function officialPeer(address: Address, identity?: Bytes): OfficialPeer {
  const key = identity === undefined ? Signal.PrivateKey.generate() : Signal.PrivateKey.deserialize(identity);
  const disk = emptyDisk(key, 1 + (key.getPublicKey().serialize()[1] as number));
  const sessions = new Sessions(disk);
  const identities = new Identities(disk);
  const ours = toProtocolAddress(address);
  let nextId = 0;

  return {
    address,
    disk,
    identityKey: key.getPublicKey().serialize(),
    publish: async ({ isWithOneTimeKey } = { isWithOneTimeKey: true }) =>
      publish(disk, nextId++, address.deviceId, isWithOneTimeKey),
    start: async (their, bundle, nowMs = NOW_MS) => {
      try {
        const now = new Date(nowMs);
        await Signal.processPreKeyBundle(toOfficial(bundle), toProtocolAddress(their), ours, sessions, identities, now);
        return "ok";
      } catch (error) {
        return reasonOf(error);
      }
    },
    encrypt: async (their, plaintext, nowMs = NOW_MS) => {
      const now = new Date(nowMs);
      const sealed = await Signal.signalEncrypt(plaintext, toProtocolAddress(their), ours, sessions, identities, now);
      const kind = sealed.type() === Signal.CiphertextMessageType.PreKey ? "prekey" : "whisper";
      return { kind, message: copyBytes(sealed.serialize()) };
    },
    decrypt: async (their, sealed) => {
      try {
        return { ok: true, plaintext: copyBytes(await decrypt(disk, ours, toProtocolAddress(their), sealed)) };
      } catch (error) {
        return { ok: false, reason: reasonOf(error) };
      }
    },
    trust: (their, identityKey) => {
      disk.identities.set(toProtocolAddress(their).toString(), toHex(identityKey));
    },
    forgetSessions: () => disk.sessions.clear(),
    stored: () => diskToText(disk),
  };
}

async function decrypt(
  disk: Disk,
  ours: Signal.ProtocolAddress,
  their: Signal.ProtocolAddress,
  { kind, message }: Sealed,
): Promise<Uint8Array> {
  const sessions = new Sessions(disk);
  const identities = new Identities(disk);
  if (kind === "whisper") {
    return Signal.signalDecrypt(Signal.SignalMessage.deserialize(message), their, ours, sessions, identities);
  }
  return Signal.signalDecryptPreKey(
    Signal.PreKeySignalMessage.deserialize(message),
    their,
    ours,
    sessions,
    identities,
    new OneTimeKeys(disk),
    new SignedKeys(disk),
    new KyberKeys(disk),
  );
}

/** The reason, or the library's own words. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) throw error;
  const code = error instanceof Signal.LibSignalErrorBase ? error.code : -1;
  return REASONS.get(code) ?? error.message;
}

function toProtocolAddress({ accountId, deviceId }: Address): Signal.ProtocolAddress {
  return Signal.ProtocolAddress.new(accountId, deviceId);
}

function publish(disk: Disk, id: number, deviceId: number, isWithOneTimeKey: boolean): PreKeyBundle {
  const signed = Signal.PrivateKey.generate();
  const kyber = Signal.KEMKeyPair.generate();
  const oneTime = Signal.PrivateKey.generate();
  const signature = disk.identity.sign(signed.getPublicKey().serialize());
  const kyberSignature = disk.identity.sign(kyber.getPublicKey().serialize());
  disk.signed.set(id, Signal.SignedPreKeyRecord.new(id, 0, signed.getPublicKey(), signed, signature).serialize());
  disk.kyber.set(id, Signal.KyberPreKeyRecord.new(id, 0, kyber, kyberSignature).serialize());
  if (isWithOneTimeKey) disk.oneTime.set(id, Signal.PreKeyRecord.new(id, oneTime.getPublicKey(), oneTime).serialize());

  const kyberPublic = present(parseKyberPublicKey(kyber.getPublicKey().serialize()));
  return {
    registrationId: disk.registrationId,
    deviceId,
    identityKey: toOurs(disk.identity.getPublicKey()),
    signedPreKey: { id, publicKey: toOurs(signed.getPublicKey()), signature },
    kyberPreKey: { id, publicKey: kyberPublic, signature: kyberSignature },
    oneTimePreKey: isWithOneTimeKey ? { id, publicKey: toOurs(oneTime.getPublicKey()) } : undefined,
  };
}

function toOurs(key: Signal.PublicKey) {
  return present(parsePublicKey(key.serialize()));
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("the oracle made a key that we cannot read");
  return value;
}

function toOfficial(bundle: PreKeyBundle): Signal.PreKeyBundle {
  const { oneTimePreKey, signedPreKey, kyberPreKey } = bundle;
  return Signal.PreKeyBundle.new(
    bundle.registrationId,
    bundle.deviceId,
    oneTimePreKey?.id ?? null,
    oneTimePreKey === undefined ? null : Signal.PublicKey.deserialize(oneTimePreKey.publicKey),
    signedPreKey.id,
    Signal.PublicKey.deserialize(signedPreKey.publicKey),
    signedPreKey.signature,
    Signal.PublicKey.deserialize(bundle.identityKey),
    kyberPreKey.id,
    Signal.KEMPublicKey.deserialize(kyberPreKey.publicKey),
    kyberPreKey.signature,
  );
}
