import { generateKeyPair, type KeyPair, toKeyPair, toPrivateKey } from "@tacit/crypto/keys";
import type { Step } from "@tacit/crypto/primitives";
import { issueSenderCertificate } from "@tacit/crypto/sender-certificate";
import type { OwnDevice } from "@tacit/crypto/session-setup";
import { accountIdOf } from "@tacit/crypto/verify";
import { type Bytes, copyBytes, wipe } from "@tacit/shared/bytes";
import { decode, encode } from "@tacit/shared/codec";
import type { DeviceId } from "@tacit/shared/ids";
import { DAY_MS } from "@tacit/shared/limits";
import { bytes, deviceId, registrationId } from "@tacit/shared/wire/fields";
import * as z from "zod/mini";
import type { OwnIdentity, PlainRow } from "../ports/keyholder.ts";
import type { Random } from "../ports/random.ts";

/** The identity in use. Secret. */
export type HeldIdentity = { readonly own: OwnIdentity; readonly keyPair: KeyPair };

type Certificate = { readonly bytes: Bytes; readonly expiresAtMs: number };

/**
 * Long enough that an envelope which waited in an outbox, and then 30 days in a mailbox, still opens. An account vouches
 * for itself, so that a shorter time would take nothing from a thief of its key.
 */
const CERTIFICATE_MS = 90 * DAY_MS;
const FIRST_DEVICE = 1 as DeviceId;
const MAX_REGISTRATION_ID = 16_380;
const MAX_RECORD_BYTES = 256;
const ROW = { table: "meta", id: "identity", version: 1 } as const;

const Identity = z.object({ privateKey: bytes(32), deviceId, registrationId });

/** Takes 32 bytes of `random`, and then two at a time. */
export function* generateIdentity(random: Random): Step<HeldIdentity> {
  return toHeld(yield* generateKeyPair(random), FIRST_DEVICE, randomRegistrationId(random));
}

/** A known identity on another device. Takes two bytes of `random` at a time. */
export function toHeldIdentity(keyPair: KeyPair, deviceId: DeviceId, random: Random): HeldIdentity {
  return toHeld(keyPair, deviceId, randomRegistrationId(random));
}

export function encodeIdentity({ keyPair, own }: HeldIdentity): PlainRow {
  const { deviceId, registrationId } = own;
  return { ...ROW, plain: encode({ privateKey: keyPair.privateKey, deviceId, registrationId }) };
}

/** `undefined` where `plain` is not what `encodeIdentity` made. */
export function* decodeIdentity(plain: Bytes): Step<HeldIdentity | undefined> {
  const decoded = decode(plain, MAX_RECORD_BYTES);
  const parsed = decoded.ok ? Identity.safeParse(decoded.value) : undefined;
  if (!parsed?.success) return undefined;
  const { privateKey, deviceId, registrationId } = parsed.data;
  const key = toPrivateKey(privateKey);
  wipe(privateKey);
  return toHeld(yield* toKeyPair(key), deviceId, registrationId);
}

export function toOwnDevice({ own, keyPair }: HeldIdentity): OwnDevice {
  return { local: own, identity: keyPair, registrationId: own.registrationId };
}

/** Issues the sender certificate of an identity, and again when half of its time is over. */
export function certificateOf(
  { own, keyPair }: HeldIdentity,
  before: Certificate | undefined,
  nowMs: number,
  random: Random,
): Certificate {
  if (before !== undefined && nowMs < before.expiresAtMs - CERTIFICATE_MS / 2) return before;
  const expiresAtMs = nowMs + CERTIFICATE_MS;
  return { bytes: issueSenderCertificate({ ...own, expiresAtMs, identity: keyPair }, random), expiresAtMs };
}

function toHeld(keyPair: KeyPair, deviceId: DeviceId, registrationId: number): HeldIdentity {
  const identityKey = copyBytes(keyPair.publicKey);
  return { keyPair, own: { accountId: accountIdOf(identityKey), identityKey, deviceId, registrationId } };
}

function randomRegistrationId(random: Random): number {
  for (;;) {
    const [high = 0, low = 0] = random(2);
    const id = ((high & 0x3f) << 8) | low;
    if (id >= 1 && id <= MAX_REGISTRATION_ID) return id;
  }
}
