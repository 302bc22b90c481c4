import type { Address } from "@tacit/crypto/address";
import { generateKeyPair, type KeyPair, type PublicKey } from "@tacit/crypto/keys";
import {
  decodeKyberPreKey,
  decodePreKey,
  decodeSignedPreKey,
  encodeKyberPreKey,
  encodePreKey,
  encodeSignedPreKey,
} from "@tacit/crypto/prekey-codec";
import { generateKyberPreKey, generatePreKeys, generateSignedPreKey, type PreKeyBundle } from "@tacit/crypto/prekeys";
import { type AsyncPrimitives, type RandomSource, run, runAsync, type Step } from "@tacit/crypto/primitives";
import { type DecryptOptions, decryptMessage, encryptMessage, startSession } from "@tacit/crypto/session";
import { decodeSessionRecord, encodeSessionRecord } from "@tacit/crypto/session-codec";
import type { SessionRecord } from "@tacit/crypto/session-record";
import { type OwnDevice, type PreKeyLookup, replayKeyOf } from "@tacit/crypto/session-setup";
import { seededRandom } from "@tacit/crypto/testing/random";
import { type Bytes, toHex } from "@tacit/shared/bytes";
import { nodePrimitives } from "./node-primitives.ts";
import { NOW_MS, nameOf, type Opened, type Peer, type Sealed } from "./peer.ts";

export type OurPeer = Peer & {
  readonly own: OwnDevice;
  readonly store: OurStore;
  /** The record of the sessions with `their`, as it would be read from disk. */
  record(their: Address): SessionRecord | undefined;
  decryptOptions(their: Address): DecryptOptions;
};

/** All that one device of ours has stored, encoded as on a disk. Every Kyber key is a last-resort key. */
export type OurStore = {
  readonly sessions: Map<string, Bytes>;
  /** Identity keys as hexadecimal, by address. */
  readonly identities: Map<string, string>;
  readonly oneTime: Map<number, Bytes>;
  readonly signed: Map<number, Bytes>;
  readonly kyber: Map<number, Bytes>;
  readonly replayKeys: Set<string>;
};

export type OurPeerOptions = {
  readonly seed: string;
  readonly identity?: KeyPair;
  readonly primitives?: AsyncPrimitives;
  /** As between our own clients; on where it is left out. */
  readonly requireAddresses?: boolean;
};

/** Everything that it draws comes from `seed`. Its store is written after a step, or not at all. */
export function ourPeer(address: Address, options: OurPeerOptions): OurPeer {
  const { seed, identity, primitives = nodePrimitives, requireAddresses = true } = options;
  const random = seededRandom(`${seed} ${nameOf(address)}`);
  const answer = <Value>(step: Step<Value>) => runAsync(step, primitives);
  const own: OwnDevice = {
    local: address,
    identity: identity ?? run(generateKeyPair(random), nodePrimitives),
    registrationId: 1 + (random(1)[0] as number),
  };
  const store = emptyStore();
  const record = (their: Address) => readRecord(store, their);
  const decryptOptions = (their: Address): DecryptOptions => ({
    preKeys: lookup(store),
    isTrusted: (identityKey) => isTrusted(store, their, identityKey),
    requireAddresses,
  });
  let nextId = 0;

  return {
    address,
    own,
    store,
    record,
    decryptOptions,
    identityKey: own.identity.publicKey,
    publish: async ({ isWithOneTimeKey } = { isWithOneTimeKey: true }) =>
      answer(publish(own, store, nextId++, isWithOneTimeKey, random)),
    start: async (their, bundle, nowMs = NOW_MS) => {
      if (!isTrusted(store, their, bundle.identityKey)) return "untrusted";
      const started = await answer(startSession(own, their, bundle, record(their), nowMs, random));
      if (!started.ok) return started.reason;
      commit(store, their, started.value, bundle.identityKey);
      return "ok";
    },
    encrypt: async (their, plaintext, nowMs = NOW_MS) => {
      const known = record(their);
      if (known?.current === undefined) throw new Error("no-session");
      const { remoteIdentity } = known.current;
      if (!isTrusted(store, their, remoteIdentity)) throw new Error("untrusted");
      const encrypted = await answer(encryptMessage(own, their, known, plaintext, nowMs, random));
      if (!encrypted.ok) throw new Error(encrypted.reason);
      const { kind, message } = encrypted.value;
      commit(store, their, encrypted.value.record, remoteIdentity);
      return { kind, message };
    },
    decrypt: async (their, sealed) => answer(decrypt(own, store, their, sealed, decryptOptions(their), random)),
    trust: (their, identityKey) => {
      store.identities.set(nameOf(their), toHex(identityKey));
    },
    forgetSessions: () => store.sessions.clear(),
    stored: () => storeToText(store),
  };
}

function* decrypt(
  own: OwnDevice,
  store: OurStore,
  their: Address,
  { kind, message }: Sealed,
  options: DecryptOptions,
  random: RandomSource,
): Step<Opened> {
  const opened = yield* decryptMessage(own, their, readRecord(store, their), kind, message, options, random);
  if (!opened.ok) return opened;
  const { record, plaintext, identityKey, used } = opened.value;
  commit(store, their, record, identityKey);
  if (used !== undefined) {
    if (used.oneTimeId !== undefined) store.oneTime.delete(used.oneTimeId);
    store.replayKeys.add(replayKeyOf(used));
  }
  return { ok: true, plaintext };
}

function* publish(
  { local, identity, registrationId }: OwnDevice,
  store: OurStore,
  id: number,
  isWithOneTimeKey: boolean,
  random: RandomSource,
): Step<PreKeyBundle> {
  const signed = yield* generateSignedPreKey(id, identity, random);
  const kyber = yield* generateKyberPreKey(id, identity, random);
  const [oneTime] = yield* generatePreKeys(id, isWithOneTimeKey ? 1 : 0, random);
  store.signed.set(id, encodeSignedPreKey(signed));
  store.kyber.set(id, encodeKyberPreKey(kyber));
  if (oneTime !== undefined) store.oneTime.set(id, encodePreKey(oneTime));
  return {
    registrationId,
    deviceId: local.deviceId,
    identityKey: identity.publicKey,
    signedPreKey: { id, publicKey: signed.keyPair.publicKey, signature: signed.signature },
    kyberPreKey: { id, publicKey: kyber.keyPair.publicKey, signature: kyber.signature },
    oneTimePreKey: oneTime && { id, publicKey: oneTime.keyPair.publicKey },
  };
}

function emptyStore(): OurStore {
  return {
    sessions: new Map(),
    identities: new Map(),
    oneTime: new Map(),
    signed: new Map(),
    kyber: new Map(),
    replayKeys: new Set(),
  };
}

function lookup({ oneTime, signed, kyber, replayKeys }: OurStore): PreKeyLookup {
  return {
    oneTime: (id) => read(oneTime, id, decodePreKey),
    signed: (id) => read(signed, id, decodeSignedPreKey),
    kyber: (id) => read(kyber, id, decodeKyberPreKey),
    isReplay: (use) => replayKeys.has(replayKeyOf(use)),
  };
}

function read<Value>(
  stored: ReadonlyMap<number, Bytes>,
  id: number,
  decode: (bytes: Bytes) => Value | undefined,
): Value | undefined {
  const bytes = stored.get(id);
  return bytes && intact(decode(bytes));
}

function readRecord(store: OurStore, their: Address): SessionRecord | undefined {
  const bytes = store.sessions.get(nameOf(their));
  return bytes && intact(decodeSessionRecord(bytes));
}

function intact<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("a stored record cannot be read back");
  return value;
}

function commit(store: OurStore, their: Address, record: SessionRecord, identityKey: PublicKey): void {
  store.sessions.set(nameOf(their), encodeSessionRecord(record));
  store.identities.set(nameOf(their), toHex(identityKey));
}

function isTrusted(store: OurStore, their: Address, identityKey: PublicKey): boolean {
  const known = store.identities.get(nameOf(their));
  return known === undefined || known === toHex(identityKey);
}

function storeToText({ sessions, identities, oneTime, signed, kyber, replayKeys }: OurStore): string {
  const hex = (map: ReadonlyMap<string | number, Bytes>) => [...map].map(([key, value]) => [key, toHex(value)]);
  return JSON.stringify([hex(sessions), [...identities], hex(oneTime), hex(signed), hex(kyber), [...replayKeys]]);
}
