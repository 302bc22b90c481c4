/**
 * Who sealed a message: a server certificate, signed by a trust root, that signs a sender certificate. Tacit has no
 * issuing server: an account's identity key is root, server and sender at once. docs/PROTOCOL.md §5.
 */
import { type Bytes, concat, equalBytes, toHex } from "@tacit/shared/bytes";
import type { AccountId, DeviceId } from "@tacit/shared/ids";
import { ok, type Result, refused } from "@tacit/shared/result";
import { sha256 } from "./digest.ts";
import { type KeyPair, type PublicKey, parsePublicKey } from "./keys.ts";
import { type RandomSource, type Step, together } from "./primitives.ts";
import { ProtobufWriter, readProtobuf } from "./protobuf.ts";
import { accountIdOf } from "./verify.ts";
import { SIGNATURE_BYTES, signXeddsa, verifyXeddsa } from "./xeddsa.ts";

export type Sender = { readonly accountId: AccountId; readonly deviceId: DeviceId; readonly identityKey: PublicKey };

/** Parsed, and as yet nobody's word: see `checkOwnCertificate` and `checkCertificate`. */
export type SenderCertificate = {
  readonly sender: Sender;
  readonly expiresAtMs: number;
  readonly signed: Signed;
  readonly server: { readonly key: PublicKey; readonly signed: Signed };
};

/** The bytes that were signed, as received, and the signature. */
type Signed = { readonly certificate: Bytes; readonly signature: Bytes };

export type CertificateOrder = {
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
  readonly expiresAtMs: number;
  readonly identity: KeyPair;
};

/** The hashes of certificates whose signatures were found good. Not secret. */
export type CertificateMemory = { has(hash: string): boolean; add(hash: string): void };

/** A server certificate needs an id, by which it could be revoked. Ours is revoked by a new identity. */
const SERVER_ID = 1;
const MAX_DEVICE_ID = 127;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Throws `RangeError` where the account id is not that of the identity key, or the device or the time is none. Takes
 * 128 bytes of `random`.
 */
export function issueSenderCertificate(order: CertificateOrder, random: RandomSource): Bytes {
  const { accountId, deviceId, expiresAtMs, identity } = order;
  if (accountId !== accountIdOf(identity.publicKey)) throw new RangeError("the account id is not of the identity key");
  if (!isDeviceId(deviceId)) throw new RangeError("a device id is 1 to 127");
  const server = new ProtobufWriter().u32(1, SERVER_ID).bytes(2, identity.publicKey).finish();
  const sender = new ProtobufWriter()
    .u32(2, deviceId)
    .fixed64(3, BigInt(expiresAtMs))
    .bytes(4, identity.publicKey)
    .bytes(5, sign(identity, server, random))
    .string(6, accountId)
    .finish();
  return sign(identity, sender, random);
}

/**
 * `undefined` where a field that Tacit needs is absent or of the wrong form. Certificates that name their server by a
 * number (field 8) are the Signal service's own and refused.
 */
export function parseSenderCertificate(bytes: Uint8Array): SenderCertificate | undefined {
  const signed = parseSigned(bytes);
  if (signed === undefined) return undefined;
  const fields = readProtobuf(signed.certificate, {
    deviceId: [2, "u32"],
    expiresAtMs: [3, "fixed64"],
    identityKey: [4, "bytes"],
    server: [5, "bytes"],
    accountId: [6, "string"],
  });
  if (fields?.identityKey === undefined || fields.server === undefined) return undefined;
  const identityKey = parsePublicKey(fields.identityKey);
  const server = parseServerCertificate(fields.server);
  if (identityKey === undefined || server === undefined) return undefined;
  const { deviceId = 0, expiresAtMs, accountId = "" } = fields;
  if (!UUID.test(accountId) || !isDeviceId(deviceId)) return undefined;
  if (expiresAtMs === undefined || expiresAtMs > Number.MAX_SAFE_INTEGER) return undefined;
  return {
    // Any UUID so far: that it is the key's account is for the check to say.
    sender: { accountId: accountId as AccountId, deviceId, identityKey },
    expiresAtMs: Number(expiresAtMs),
    signed,
    server,
  };
}

/**
 * Checks a certificate that an account issued to itself: root, server and sender are one key, which names the account.
 * The signatures are the costly part, and what they say of a certificate never changes: each is verified once for as
 * long as `verified` holds it. The time is checked every time.
 */
export function* checkOwnCertificate(
  certificate: SenderCertificate,
  nowMs: number,
  verified?: CertificateMemory,
): Step<Result<Sender, "forged" | "expired">> {
  const { accountId, identityKey } = certificate.sender;
  if (!equalBytes(certificate.server.key, identityKey)) return refused("forged");
  if (accountId !== accountIdOf(identityKey)) return refused("forged");
  // Everything that the signatures depend on, the server's certificate included, is in these bytes.
  const hash = toHex(sha256(concat(certificate.signed.signature, certificate.signed.certificate)));
  if (verified?.has(hash)) return inTime(certificate, nowMs);
  const checked = yield* checkCertificate(certificate, [identityKey], nowMs);
  if (checked.ok) verified?.add(hash);
  return checked;
}

/** Checks a certificate under any of `trustRoots`: both signatures, and that `nowMs` is not past the expiry. */
export function* checkCertificate(
  certificate: SenderCertificate,
  trustRoots: readonly PublicKey[],
  nowMs: number,
): Step<Result<Sender, "forged" | "expired">> {
  const { server, signed } = certificate;
  const [isServerSigned, ...areRoots] = yield* together(
    isSigned(server.key, signed),
    ...trustRoots.map((root) => isSigned(root, server.signed)),
  );
  return isServerSigned && areRoots.includes(true) ? inTime(certificate, nowMs) : refused("forged");
}

/** A memory for `checkOwnCertificate` that forgets its oldest beyond `limit`. */
export function certificateMemory(limit = 1_000): CertificateMemory {
  const hashes = new Set<string>();
  return {
    has: (hash) => hashes.has(hash),
    add(hash) {
      hashes.add(hash);
      const [oldest] = hashes;
      if (hashes.size > limit && oldest !== undefined) hashes.delete(oldest);
    },
  };
}

function inTime({ sender, expiresAtMs }: SenderCertificate, nowMs: number): Result<Sender, "expired"> {
  return nowMs <= expiresAtMs ? ok(sender) : refused("expired");
}

function parseServerCertificate(bytes: Uint8Array): SenderCertificate["server"] | undefined {
  const signed = parseSigned(bytes);
  const fields = signed && readProtobuf(signed.certificate, { id: [1, "u32"], key: [2, "bytes"] });
  const key = fields?.key && parsePublicKey(fields.key);
  return signed === undefined || key === undefined || fields?.id === undefined ? undefined : { key, signed };
}

function parseSigned(bytes: Uint8Array): Signed | undefined {
  const { certificate, signature } = readProtobuf(bytes, { certificate: [1, "bytes"], signature: [2, "bytes"] }) ?? {};
  if (certificate === undefined || signature?.length !== SIGNATURE_BYTES) return undefined;
  return { certificate, signature };
}

function isDeviceId(value: number): value is DeviceId {
  return Number.isInteger(value) && value >= 1 && value <= MAX_DEVICE_ID;
}

function isSigned(key: PublicKey, { certificate, signature }: Signed): Step<boolean> {
  return verifyXeddsa(key, certificate, signature);
}

function sign({ privateKey }: KeyPair, certificate: Bytes, random: RandomSource): Bytes {
  const signature = signXeddsa(privateKey, certificate, random);
  return new ProtobufWriter().bytes(1, certificate).bytes(2, signature).finish();
}
