import { compareScannable, fingerprint, partyOf } from "@tacit/crypto/fingerprint";
import { run, type Step } from "@tacit/crypto/primitives";
import { toRecoveryWords } from "@tacit/crypto/recovery-key";
import { decodeSessionRecord, encodeSessionRecord } from "@tacit/crypto/session-codec";
import type { SessionRecord } from "@tacit/crypto/session-record";
import { signXeddsa } from "@tacit/crypto/xeddsa";
import { type Bytes, concat, wipe } from "@tacit/shared/bytes";
import type { AccountId } from "@tacit/shared/ids";
import { labelled } from "@tacit/shared/labels";
import { ok, refused } from "@tacit/shared/result";
import type { Keyholder, RemoteDevice, Row } from "../ports.ts";
import {
  certificateOf,
  decodeIdentity,
  encodeIdentity,
  generateIdentity,
  type HeldIdentity,
  toHeldIdentity,
} from "./identity.ts";
import type { Outside } from "./outside.ts";
import { generatePreKeys, lookupIn } from "./prekeys.ts";
import {
  decodeRecovery,
  encodeRecovery,
  type HeldRecovery,
  makeRecovery,
  newRecovery,
  openContents,
  sealContents,
  wipeRecovery,
} from "./recovery.ts";
import { blindValue, openRow, sealRow } from "./rows.ts";
import { decryptFrom, encryptFor, openEnvelope, type Peer, parsePeer, startWith } from "./sessions.ts";
import { createVault, type OpenVault, openByDevice, openByPassword, wipeVault, wrapAgain } from "./vault.ts";

/** The Keyholder port over the crypto package. It runs in a worker or in the thread, and stores nothing. */
export function createKeyholder(outside: Outside): Keyholder {
  const { random, deviceKey } = outside;
  let openVault: OpenVault | undefined;
  let heldIdentity: HeldIdentity | undefined;
  let certificate: ReturnType<typeof certificateOf> | undefined;
  let heldRecovery: HeldRecovery | undefined;

  /** A platform that answers by promise fits in here: everybody awaits it. */
  function drive<Value>(step: Step<Value>): Value | Promise<Value> {
    return run(step, outside.primitives);
  }

  function vault(): OpenVault {
    if (openVault === undefined) throw new Error("the keyholder is locked");
    return openVault;
  }

  function identity(): HeldIdentity {
    vault();
    if (heldIdentity === undefined) throw new Error("the keyholder has no identity");
    return heldIdentity;
  }

  function forget(): void {
    if (openVault) wipeVault(openVault);
    if (heldIdentity) wipe(heldIdentity.keyPair.privateKey);
    if (heldRecovery) wipeRecovery(heldRecovery);
    heldRecovery = undefined;
    openVault = undefined;
    heldIdentity = undefined;
    certificate = undefined;
  }

  function recovery(): HeldRecovery {
    vault();
    if (heldRecovery === undefined) throw new Error("the keyholder has no recovery key");
    return heldRecovery;
  }

  function toRecoveryRow(held: HeldRecovery, version: number): Row {
    const row = encodeRecovery(held, version);
    const sealed = sealRow(vault(), row, random);
    wipe(row.plain);
    return sealed;
  }

  function hold(opened: OpenVault): void {
    forget();
    openVault = opened;
  }

  function sessionId({ accountId, deviceId }: RemoteDevice): string {
    return blindValue(vault(), "sessions", `${accountId}.${deviceId}`);
  }

  /** The record in a session row; `undefined` where there is none, or none that opens: a new session heals that. */
  function recordIn(row: Row | undefined, remote: RemoteDevice): SessionRecord | undefined {
    if (row === undefined) return undefined;
    if (row.table !== "sessions" || row.id !== sessionId(remote))
      throw new RangeError("a session row of another device");
    const plain = openRow(vault(), row);
    const record = plain && decodeSessionRecord(plain);
    if (plain) wipe(plain);
    return record;
  }

  function toSessionRow(remote: RemoteDevice, before: Row | undefined, record: SessionRecord): Row {
    const plain = encodeSessionRecord(record);
    const version = (before?.version ?? 0) + 1;
    const row = sealRow(vault(), { table: "sessions", id: sessionId(remote), version, plain }, random);
    wipe(plain);
    return row;
  }

  function fingerprintWith(remote: AccountId, identityKey: Bytes) {
    const { identityKey: theirs } = requirePeer({ accountId: remote, deviceId: identity().own.deviceId }, identityKey);
    return fingerprint(partyOf(identity().keyPair.publicKey), partyOf(theirs));
  }

  return {
    async createVault(password, keep) {
      const { vault: created, byPassword } = await createVault(password, outside);
      hold(created);
      return keep ? { byPassword, byDevice: await deviceKey.wrap(created.vaultKey) } : { byPassword };
    },
    async unlockByPassword(wrapped, password) {
      const opened = await openByPassword(wrapped, password, outside);
      if (opened === undefined) return refused("wrong-password");
      hold(opened);
      return ok(undefined);
    },
    async unlockByDevice(wrapped) {
      const opened = await openByDevice(wrapped, outside);
      if (opened === undefined) return refused("unavailable");
      hold(opened);
      return ok(undefined);
    },
    async lock() {
      forget();
    },
    async setKept(wrapped, password, keep) {
      vault();
      const opened = await openByPassword(wrapped, password, outside);
      if (opened === undefined) return refused("wrong-password");
      const { byPassword } = wrapped;
      const kept = keep ? { byPassword, byDevice: await deviceKey.wrap(opened.vaultKey) } : { byPassword };
      if (!keep) await deviceKey.forget();
      wipeVault(opened);
      return ok(kept);
    },
    async keepByDevice({ byPassword }) {
      return { byPassword, byDevice: await deviceKey.wrap(vault().vaultKey) };
    },
    async forgetDevice({ byPassword }) {
      await deviceKey.forget();
      return { byPassword };
    },

    async seal(rows) {
      return rows.map((row) => sealRow(vault(), row, random));
    },
    async open(rows) {
      return rows.map((row) => openRow(vault(), row));
    },
    async blind(table, values) {
      return values.map((value) => blindValue(vault(), table, value));
    },

    async createIdentity() {
      vault();
      const created = await drive(generateIdentity(random));
      const row = encodeIdentity(created);
      const sealed = sealRow(vault(), row, random);
      wipe(row.plain);
      heldIdentity = created;
      certificate = undefined;
      return { identity: created.own, row: sealed };
    },
    async useIdentity(row) {
      const plain = openRow(vault(), row);
      const decoded = plain && (await drive(decodeIdentity(plain)));
      if (plain) wipe(plain);
      if (decoded === undefined) throw new Error("the identity row does not open");
      heldIdentity = decoded;
      certificate = undefined;
      return decoded.own;
    },
    async createRecovery(exportKey) {
      identity();
      heldRecovery = newRecovery(exportKey, random);
      return toRecoveryRow(heldRecovery, 1);
    },
    async useRecovery(row) {
      const plain = openRow(vault(), row);
      const decoded = plain && decodeRecovery(plain);
      if (plain) wipe(plain);
      if (decoded === undefined) throw new Error("the recovery row does not open");
      heldRecovery = decoded;
    },
    async recoveryWords() {
      return toRecoveryWords(recovery().recoveryKey);
    },
    async sealRecovery(version, contents) {
      const { own, keyPair } = identity();
      return sealContents(recovery(), { accountId: own.accountId, keyPair }, version, contents, random);
    },
    async rekeyRecovery({ exportKey, before, version, contents }) {
      const { own, keyPair } = identity();
      const rekeyed = makeRecovery(exportKey, recovery().recoveryKey);
      const sealed = sealContents(rekeyed, { accountId: own.accountId, keyPair }, version, contents, random);
      return { row: toRecoveryRow(rekeyed, before.version + 1), sealed };
    },
    async recover(request) {
      vault();
      const opened = await drive(openContents(request));
      if (!opened.ok) return opened;
      const { keyPair, contents } = opened.value;
      heldIdentity = toHeldIdentity(keyPair, request.deviceId, random);
      heldRecovery = opened.value.recovery;
      certificate = undefined;
      const row = encodeIdentity(heldIdentity);
      const identityRow = sealRow(vault(), row, random);
      wipe(row.plain);
      return ok({ identity: heldIdentity.own, identityRow, recoveryRow: toRecoveryRow(heldRecovery, 1), contents });
    },
    async rewrap(wrapped, password) {
      return { ...wrapped, byPassword: await wrapAgain(vault(), password, outside) };
    },
    async sign(label, message) {
      return signXeddsa(identity().keyPair.privateKey, concat(labelled(label), message), random);
    },
    async generatePreKeys(request) {
      const { upload, rows } = await drive(generatePreKeys(request, identity().keyPair, random));
      const sealed = rows.map((row) => sealRow(vault(), row, random));
      for (const { plain } of rows) wipe(plain);
      return { upload, rows: sealed };
    },

    async startSession({ remote, identityKey, bundle, session, nowMs }) {
      const peer = parsePeer(remote, identityKey);
      const existing = recordIn(session, remote);
      if (peer === undefined) return refused("forged");
      const started = await drive(startWith(identity(), peer, bundle, existing, nowMs, random));
      return started.ok ? ok(toSessionRow(remote, session, started.value)) : started;
    },
    async encrypt({ remote, identityKey, session, contents, nowMs }) {
      const peer = requirePeer(remote, identityKey);
      const record = recordIn(session, remote);
      if (record === undefined) return refused("no-session");
      certificate = certificateOf(identity(), certificate, nowMs, random);
      const step = encryptFor(identity(), peer, record, contents, certificate.bytes, nowMs, random);
      const encrypted = await drive(step);
      if (!encrypted.ok) return encrypted;
      return ok({
        session: toSessionRow(remote, session, encrypted.value.record),
        sealed: encrypted.value.sealed,
      });
    },
    async openEnvelope(sealed, nowMs) {
      return await drive(openEnvelope(identity(), sealed, nowMs));
    },
    async decrypt({ opened, session, preKeys, isTrusted }) {
      const record = recordIn(session, opened.sender);
      const plain = preKeys.flatMap((row) => {
        const openedRow = row.table === "prekeys" ? openRow(vault(), row) : undefined;
        return openedRow ? [[row.id, openedRow] as const] : [];
      });
      const lookup = lookupIn(new Map(plain));
      const decrypted = await drive(decryptFrom(identity(), opened, record, lookup, isTrusted, random));
      for (const [, secret] of plain) wipe(secret);
      if (!decrypted.ok) return decrypted;
      const { record: next, content, used } = decrypted.value;
      return ok({ session: toSessionRow(opened.sender, session, next), content, used });
    },

    async safetyNumber(remote, remoteIdentityKey) {
      const { displayable, scannable } = fingerprintWith(remote, remoteIdentityKey);
      return { digits: displayable, scannable };
    },
    async compareSafetyNumber(remote, remoteIdentityKey, scanned) {
      return compareScannable(fingerprintWith(remote, remoteIdentityKey), scanned) === "match";
    },
  };
}

function requirePeer(remote: RemoteDevice, identityKey: Bytes): Peer {
  const peer = parsePeer(remote, identityKey);
  if (peer === undefined) throw new RangeError("the identity key is not that account's");
  return peer;
}
