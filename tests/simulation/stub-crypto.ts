import { type Bytes, concat, copyBytes, equalBytes, toHex } from "@tacit/shared/bytes";
import { decode, encode } from "@tacit/shared/codec";
import type { AccountId, DeviceId } from "@tacit/shared/ids";
import { ENVELOPE_BUCKETS_BYTES, MAX_SEALED_BYTES } from "@tacit/shared/limits";
import { ok, refused } from "@tacit/shared/result";
import type { KyberPreKey, SignedPreKey } from "@tacit/shared/wire/prekeys";
import type { Keyholder, OwnIdentity, PlainRow } from "@tacit/web/core/ports/keyholder";
import type { Row } from "@tacit/web/core/ports/store";
import { type Crypto, realCrypto } from "./crypto.ts";
import { decryptStub, encryptStub, type StubMessage, type StubRecord, startStub } from "./stub-session.ts";

type Letter = {
  readonly to: Uint8Array;
  readonly account: string;
  readonly deviceId: number;
  readonly key: Uint8Array;
  readonly message: Uint8Array;
};
type SignedKeys = { readonly signed: SignedPreKey; readonly lastResort: KyberPreKey };

const MAX_ROW_BYTES = 4 * 1024 * 1024;
const NONCE_BYTES = 40;
const HEADER_BYTES = NONCE_BYTES + 4 + 4;

/**
 * Identities, vaults and signatures are real, for the relay checks them; sessions, seals and rows are plain bytes with a
 * checksum that keep the same rules. Some fifty times as quick. See stub-session.ts.
 */
export function stubCrypto(): Crypto {
  // One set of signed prekeys does for every id of an identity: nobody decrypts anything with them.
  const signedKeys = new Map<string, SignedKeys>();

  return {
    name: "stub",
    readHeader: (message) => {
      const read = toMessage(message);
      return read && { key: `${read.chain} ${read.counter}`, ciphertext: read.content };
    },
    makeKeys(name, random, deviceKey) {
      const { keyholder: real, passwords } = realCrypto.makeKeys(name, random, deviceKey);
      let own: OwnIdentity | undefined;

      function me(): OwnIdentity {
        if (own === undefined) throw new Error("the keyholder has no identity");
        return own;
      }

      const keyholder: Keyholder = {
        ...real,
        seal: async (rows) => rows.map(sealRow),
        open: async (rows) => rows.map(({ sealed }) => copyBytes(sealed.subarray(1))),
        blind: async (_table, values) => values,
        async createIdentity() {
          const created = await real.createIdentity();
          own = created.identity;
          return created;
        },
        async useIdentity(row) {
          own = await real.useIdentity(row);
          return own;
        },
        async recover(request) {
          const recovered = await real.recover(request);
          if (recovered.ok) own = recovered.value.identity;
          return recovered;
        },
        async generatePreKeys({ firstOneTimeId, oneTime, firstKyberId, kyber, signedId, lastResortId }) {
          const { signed, lastResort } = await keysOf(real, me());
          const ids = (first: number, count: number) => Array.from({ length: count }, (_, at) => first + at);
          const kept = (kind: string, id: number): Row =>
            sealRow({ table: "prekeys", id: `${kind}:${id}`, version: 1, plain: new Uint8Array(1) });
          return {
            upload: {
              oneTime: ids(firstOneTimeId, oneTime).map((id) => ({ id, key: signed.key })),
              kyber: ids(firstKyberId, kyber).map((id) => ({ ...lastResort, id })),
              ...(signedId !== undefined && { signed: { ...signed, id: signedId } }),
              ...(lastResortId !== undefined && { lastResort: { ...lastResort, id: lastResortId } }),
            },
            rows: [
              ...ids(firstOneTimeId, oneTime).map((id) => kept("ec", id)),
              ...ids(firstKyberId, kyber).map((id) => kept("kyber", id)),
              ...(signedId === undefined ? [] : [kept("signed", signedId)]),
              ...(lastResortId === undefined ? [] : [kept("kyber", lastResortId)]),
            ],
          };
        },

        async startSession({ remote, identityKey, bundle, session, nowMs }) {
          const theirs = signedKeys.get(toHex(identityKey));
          const isSigned =
            theirs !== undefined &&
            equalBytes(bundle.signed.key, theirs.signed.key) &&
            equalBytes(bundle.signed.signature, theirs.signed.signature) &&
            equalBytes(bundle.kyber.key, theirs.lastResort.key) &&
            equalBytes(bundle.kyber.signature, theirs.lastResort.signature);
          if (!isSigned || bundle.deviceId !== remote.deviceId) return refused("forged");
          const { signed, kyber, oneTime } = bundle;
          const pending = { oneTime: oneTime?.id, signed: signed.id, kyber: kyber.id, startedAtMs: nowMs };
          return ok(toRow(session, startStub(toRecord(session), toHex(identityKey), pending, random), remote));
        },
        async encrypt({ remote, identityKey, session, contents, nowMs }) {
          const { accountId, deviceId, identityKey: key } = me();
          let record = toRecord(session);
          const sealed: Bytes[] = [];
          for (const content of contents) {
            const encrypted = record && encryptStub(record, toHex(identityKey), content, nowMs);
            if (encrypted === undefined) return refused("no-session");
            record = encrypted.record;
            const message = encode(encrypted.message);
            sealed.push(
              seal(encode({ to: identityKey, account: accountId, deviceId, key, message }), random(NONCE_BYTES)),
            );
          }
          return record === undefined ? refused("no-session") : ok({ session: toRow(session, record, remote), sealed });
        },
        async openEnvelope(sealed) {
          const letter = open(sealed);
          const message = letter && toMessage(letter.message);
          if (letter === undefined || message === undefined) return refused("unreadable");
          if (!equalBytes(letter.to, me().identityKey) || letter.account === me().accountId)
            return refused("unreadable");
          const { pending } = message;
          return ok({
            sender: { accountId: letter.account as AccountId, deviceId: letter.deviceId as DeviceId },
            senderIdentityKey: copyBytes(letter.key),
            kind: pending === undefined ? "whisper" : "prekey",
            message: copyBytes(letter.message),
            ...(pending && { needs: { oneTime: pending.oneTime, signed: pending.signed, kyber: pending.kyber } }),
          });
        },
        async decrypt({ opened, session, preKeys, isTrusted }) {
          const message = toMessage(opened.message);
          if (message === undefined) return refused("unreadable");
          const identity = toHex(opened.senderIdentityKey);
          const { needs } = opened;
          const needed = needs === undefined ? 0 : needs.oneTime === undefined ? 2 : 3;
          const hasPreKeys = preKeys.length === needed;
          const after = decryptStub(toRecord(session), identity, message, isTrusted, hasPreKeys, random);
          if (!after.ok) return after;
          const used = after.isNew && needs !== undefined ? { ...needs, replay: `replay ${message.base}` } : undefined;
          const row = toRow(session, after.record, opened.sender);
          return ok({ session: row, content: copyBytes(message.content), used });
        },
      };
      return { keyholder, passwords };
    },
  };

  async function keysOf(real: Keyholder, { identityKey }: OwnIdentity): Promise<SignedKeys> {
    const known = signedKeys.get(toHex(identityKey));
    if (known !== undefined) return known;
    const nothing = { firstOneTimeId: 1, oneTime: 0, firstKyberId: 1, kyber: 0 };
    const { signed, lastResort } = (await real.generatePreKeys({ ...nothing, signedId: 1, lastResortId: 1 })).upload;
    if (signed === undefined || lastResort === undefined) throw new Error("no signed prekeys were made");
    const made = { signed, lastResort };
    signedKeys.set(toHex(identityKey), made);
    return made;
  }
}

function sealRow({ plain, ...place }: PlainRow): Row {
  return { ...place, sealed: concat(new Uint8Array(1), plain) };
}

function toRecord(row: Row | undefined): StubRecord | undefined {
  const decoded = row && decode(row.sealed.subarray(1), MAX_ROW_BYTES);
  // Only `toRow` writes these.
  return decoded?.ok ? (decoded.value as StubRecord) : undefined;
}

/** The place of a session's row is what the core looks for: it blinds "account.device", and here nothing is blinded. */
function toRow(
  before: Row | undefined,
  record: StubRecord,
  { accountId, deviceId }: { readonly accountId: string; readonly deviceId: number },
): Row {
  const version = (before?.version ?? 0) + 1;
  return sealRow({ table: "sessions", id: `${accountId}.${deviceId}`, version, plain: encode(record) });
}

function toMessage(bytes: Uint8Array): StubMessage | undefined {
  const decoded = decode(bytes, MAX_SEALED_BYTES);
  // The checksum of the seal held, so that `encrypt` wrote this.
  return decoded.ok ? (decoded.value as StubMessage) : undefined;
}

/** `nonce (40) || checksum (4) || length (4) || masked letter || padding`, exactly one of the bucket sizes. */
function seal(letter: Bytes, nonce: Bytes): Bytes {
  const size = ENVELOPE_BUCKETS_BYTES.find((bytes) => bytes >= HEADER_BYTES + letter.length);
  if (size === undefined) throw new RangeError("a letter is too long for any envelope");
  const sealed = new Uint8Array(size);
  const view = new DataView(sealed.buffer);
  sealed.set(nonce);
  view.setUint32(NONCE_BYTES + 4, letter.length);
  // What lies at the relay must not read like a letter.
  for (const [at, byte] of letter.entries()) sealed[HEADER_BYTES + at] = byte ^ 0xa5;
  view.setUint32(NONCE_BYTES, checksum(sealed));
  return sealed;
}

function open(sealed: Uint8Array): Letter | undefined {
  const view = new DataView(sealed.buffer, sealed.byteOffset, sealed.length);
  if (sealed.length < HEADER_BYTES || view.getUint32(NONCE_BYTES) !== checksum(sealed)) return undefined;
  const masked = sealed.subarray(HEADER_BYTES, HEADER_BYTES + view.getUint32(NONCE_BYTES + 4));
  const decoded = decode(
    masked.map((byte) => byte ^ 0xa5),
    MAX_SEALED_BYTES,
  );
  // The checksum held, so that `encrypt` wrote this.
  return decoded.ok ? (decoded.value as Letter) : undefined;
}

/** Of everything but itself. */
function checksum(sealed: Uint8Array): number {
  let sum = 0x811c9dc5;
  for (let at = 0; at < sealed.length; at++) {
    if (at < NONCE_BYTES || at >= NONCE_BYTES + 4) sum = Math.imul(sum ^ (sealed[at] as number), 0x01000193);
  }
  return sum >>> 0;
}
