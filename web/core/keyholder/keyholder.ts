import { compareScannable, fingerprint, partyOf } from "@tacit/crypto/fingerprint";
import { runAsync, type Step } from "@tacit/crypto/primitives";
import { toRecoveryWords } from "@tacit/crypto/recovery-key";
import { openSignInName, sealSignInName } from "@tacit/crypto/sign-in-name";
import { wrapByPasskey } from "@tacit/crypto/vault-passkey";
import { verifySignature } from "@tacit/crypto/verify";
import { signXeddsa } from "@tacit/crypto/xeddsa";
import { type Bytes, concat, copyBytes, wipe } from "@tacit/shared/bytes";
import type { AccountId } from "@tacit/shared/ids";
import { labelled } from "@tacit/shared/labels";
import { ok, refused } from "@tacit/shared/result";
import type { Keyholder, PlainRow, RemoteDevice } from "../ports/keyholder.ts";
import type { Row } from "../ports/store.ts";
import { type Held, identityIn, newlyHeld, recoveryIn, setIdentity, wipeHeld } from "./held.ts";
import { certificateOf, decodeIdentity, encodeIdentity, generateIdentity, toHeldIdentity } from "./identity.ts";
import type { Outside } from "./outside.ts";
import { generatePreKeys, lookupIn } from "./prekeys.ts";
import { decodeRecovery, encodeRecovery, makeRecovery, newRecovery, openContents, sealContents } from "./recovery.ts";
import { blindValue, openRow, sealRow } from "./rows.ts";
import { recordIn, toSessionRow } from "./session-rows.ts";
import { decryptFrom, encryptFor, openEnvelope, type Peer, parsePeer, startWith } from "./sessions.ts";
import {
  createVault,
  type OpenVault,
  openByDevice,
  openByPasskey,
  openByPassword,
  wipeVault,
  wrapAgain,
} from "./vault.ts";

const LOCKED = "the keyholder is locked";

/** The Keyholder port over the crypto package. It runs in a worker or in the thread, and stores nothing. */
export function createKeyholder(outside: Outside): Keyholder {
  const { random, deviceKey } = outside;
  let current: Held | undefined;
  let locks = 0;

  function held(): Held {
    if (current === undefined) throw new Error(LOCKED);
    return current;
  }

  /**
   * Takes a step with what is held. Whatever awaits a platform happens inside of one: between two of its primitives
   * others may come in, and if one of them locks, the step ends there, before it meets keys that have been wiped.
   */
  async function drive<Value>(begin: (during: Held) => Step<Value>): Promise<Value> {
    const during = held();
    return await runAsync(begin(during), outside.primitives, () => requireHeld(during));
  }

  function requireHeld(during: Held): void {
    if (current !== during) throw new Error(LOCKED);
  }

  function forget(): void {
    if (current) wipeHeld(current);
    current = undefined;
  }

  /** Holds the vault that was opened, unless the keyholder was locked while it was being opened. */
  function hold(opened: OpenVault, locksBefore: number): Held {
    if (locks !== locksBefore) {
      wipeVault(opened);
      throw new Error(LOCKED);
    }
    forget();
    current = newlyHeld(opened);
    return current;
  }

  /** The held vault key, wrapped for this browser. */
  async function wrapForDevice(during: Held): Promise<Bytes> {
    const secret = copyBytes(during.vault.vaultKey);
    const byDevice = await deviceKey.wrap(secret);
    wipe(secret);
    requireHeld(during);
    return byDevice;
  }

  function sealAndWipe(vault: OpenVault, row: PlainRow): Row {
    const sealed = sealRow(vault, row, random);
    wipe(row.plain);
    return sealed;
  }

  function fingerprintWith(remote: AccountId, identityKey: Bytes) {
    const { own, keyPair } = identityIn(held());
    const { identityKey: theirs } = requirePeer({ accountId: remote, deviceId: own.deviceId }, identityKey);
    return fingerprint(partyOf(keyPair.publicKey), partyOf(theirs));
  }

  return {
    async createVault(password, keep) {
      const before = locks;
      const { vault, byPassword } = await createVault(password, outside);
      const during = hold(vault, before);
      return keep ? { byPassword, byDevice: await wrapForDevice(during) } : { byPassword };
    },
    async unlockByPassword(wrapped, password) {
      const before = locks;
      const opened = await openByPassword(wrapped, password, outside);
      if (opened === undefined) return refused("wrong-password");
      hold(opened, before);
      return ok(undefined);
    },
    async unlockByDevice(wrapped) {
      const before = locks;
      const opened = await openByDevice(wrapped, outside);
      if (opened === undefined) return refused("unavailable");
      hold(opened, before);
      return ok(undefined);
    },
    async lock() {
      locks++;
      forget();
    },
    async setKept(wrapped, password, keep) {
      const during = held();
      const opened = await openByPassword(wrapped, password, outside);
      if (opened === undefined) return refused("wrong-password");
      const kept = { ...wrapped, byDevice: keep ? await deviceKey.wrap(opened.vaultKey) : undefined };
      if (!keep) await deviceKey.forget();
      wipeVault(opened);
      requireHeld(during);
      return ok(kept);
    },
    async keepByDevice(wrapped) {
      return { ...wrapped, byDevice: await wrapForDevice(held()) };
    },
    async forgetDevice(wrapped) {
      await deviceKey.forget();
      return { ...wrapped, byDevice: undefined };
    },
    async unlockByPasskey(wrapped, secret) {
      const opened = openByPasskey(wrapped, secret);
      if (opened === undefined) return refused("wrong-passkey");
      hold(opened, locks);
      return ok(undefined);
    },
    async checkPassword(wrapped, password) {
      const opened = await openByPassword(wrapped, password, outside);
      if (opened) wipeVault(opened);
      return opened !== undefined;
    },
    async wrapByPasskey(wrapped, lock, secret) {
      const byPasskey = wrapByPasskey(secret, held().vault.vaultKey, lock, random);
      wipe(secret);
      return { ...wrapped, byPasskey };
    },

    async seal(rows) {
      const { vault } = held();
      return rows.map((row) => sealRow(vault, row, random));
    },
    async open(rows) {
      const { vault } = held();
      return rows.map((row) => openRow(vault, row));
    },
    async blind(table, values) {
      const { vault } = held();
      return values.map((value) => blindValue(vault, table, value));
    },

    createIdentity: () =>
      drive(function* (during) {
        const created = yield* generateIdentity(random);
        setIdentity(during, created);
        return { identity: created.own, row: sealAndWipe(during.vault, encodeIdentity(created)) };
      }),
    useIdentity: (row) =>
      drive(function* (during) {
        const plain = openRow(during.vault, row);
        try {
          const decoded = plain && (yield* decodeIdentity(plain));
          if (decoded === undefined) throw new Error("the identity row does not open");
          setIdentity(during, decoded);
          return decoded.own;
        } finally {
          if (plain) wipe(plain);
        }
      }),
    async createRecovery(exportKey) {
      const during = held();
      identityIn(during);
      during.recovery = newRecovery(exportKey, random);
      return sealAndWipe(during.vault, encodeRecovery(during.recovery, 1));
    },
    async useRecovery(row) {
      const during = held();
      const plain = openRow(during.vault, row);
      const decoded = plain && decodeRecovery(plain);
      if (plain) wipe(plain);
      if (decoded === undefined) throw new Error("the recovery row does not open");
      during.recovery = decoded;
    },
    async recoveryWords() {
      return toRecoveryWords(recoveryIn(held()).recoveryKey);
    },
    async sealRecovery(version, contents) {
      const { own, keyPair } = identityIn(held());
      return sealContents(recoveryIn(held()), { accountId: own.accountId, keyPair }, version, contents, random);
    },
    async rekeyRecovery({ exportKey, before, version, contents }) {
      const during = held();
      const { own, keyPair } = identityIn(during);
      const rekeyed = makeRecovery(exportKey, recoveryIn(during).recoveryKey);
      const sealed = sealContents(rekeyed, { accountId: own.accountId, keyPair }, version, contents, random);
      return { row: sealAndWipe(during.vault, encodeRecovery(rekeyed, before.version + 1)), sealed };
    },
    recover: (request) =>
      drive(function* (during) {
        const opened = yield* openContents(request, during.recovery);
        if (!opened.ok) return opened;
        const { keyPair, contents, recovery } = opened.value;
        const identity = toHeldIdentity(keyPair, request.deviceId, random);
        setIdentity(during, identity);
        during.recovery = recovery;
        const { before } = request;
        const versions = {
          identity: (before?.identity.version ?? 0) + 1,
          recovery: (before?.recovery.version ?? 0) + 1,
        };
        const identityRow = sealAndWipe(during.vault, { ...encodeIdentity(identity), version: versions.identity });
        const recoveryRow = sealAndWipe(during.vault, encodeRecovery(recovery, versions.recovery));
        return ok({ identity: identity.own, identityRow, recoveryRow, contents });
      }),
    async rewrap(wrapped, password) {
      const during = held();
      const byPassword = await wrapAgain(during.vault, password, outside);
      requireHeld(during);
      return { ...wrapped, byPassword };
    },
    async sealSignInName(name) {
      return sealSignInName(identityIn(held()).keyPair.privateKey, name, random);
    },
    async openSignInNames(sealed) {
      const { privateKey } = identityIn(held()).keyPair;
      return sealed.map((one) => openSignInName(privateKey, one));
    },
    async sign(label, message) {
      return signXeddsa(identityIn(held()).keyPair.privateKey, concat(labelled(label), message), random);
    },
    async verify(identityKey, label, message, signature) {
      return verifySignature(identityKey, concat(labelled(label), message), signature);
    },
    generatePreKeys: (request) =>
      drive(function* (during) {
        const { upload, rows } = yield* generatePreKeys(request, identityIn(during).keyPair, random);
        return { upload, rows: rows.map((row) => sealAndWipe(during.vault, row)) };
      }),

    startSession: ({ remote, identityKey, bundle, session, nowMs }) =>
      drive(function* (during) {
        const peer = parsePeer(remote, identityKey);
        const existing = recordIn(during.vault, session, remote);
        if (peer === undefined) return refused("forged");
        const started = yield* startWith(identityIn(during), peer, bundle, existing, nowMs, random);
        return started.ok ? ok(toSessionRow(during.vault, remote, session, started.value, random)) : started;
      }),
    encrypt: ({ remote, identityKey, session, contents, nowMs }) =>
      drive(function* (during) {
        const peer = requirePeer(remote, identityKey);
        const record = recordIn(during.vault, session, remote);
        if (record === undefined) return refused("no-session");
        const identity = identityIn(during);
        const certificate = certificateOf(identity, during.certificate, nowMs, random);
        during.certificate = certificate;
        const encrypted = yield* encryptFor(identity, peer, record, contents, certificate.bytes, nowMs, random);
        if (!encrypted.ok) return encrypted;
        const { record: next, sealed } = encrypted.value;
        return ok({ session: toSessionRow(during.vault, remote, session, next, random), sealed });
      }),
    openEnvelope: (sealed, nowMs) =>
      drive((during) => openEnvelope(identityIn(during), sealed, nowMs, during.verified)),
    decrypt: ({ opened, session, preKeys, isTrusted }) =>
      drive(function* (during) {
        const record = recordIn(during.vault, session, opened.sender);
        const plain = new Map<string, Bytes>();
        for (const row of preKeys) {
          const openedRow = row.table === "prekeys" ? openRow(during.vault, row) : undefined;
          if (openedRow) plain.set(row.id, openedRow);
        }
        try {
          const identity = identityIn(during);
          const decrypted = yield* decryptFrom(identity, opened, record, lookupIn(plain), isTrusted, random);
          if (!decrypted.ok) return decrypted;
          const { record: next, content, used } = decrypted.value;
          return ok({ session: toSessionRow(during.vault, opened.sender, session, next, random), content, used });
        } finally {
          wipe(...plain.values());
        }
      }),

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
