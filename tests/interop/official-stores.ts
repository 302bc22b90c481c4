/** In-memory stores for the official library. They keep serialised records, as a disk would. */
import * as Signal from "@signalapp/libsignal-client";
import { type Bytes, toHex } from "@tacit/shared/bytes";

/** All that one official device has stored. */
export type Disk = {
  readonly identity: Signal.PrivateKey;
  readonly registrationId: number;
  /** By address. */
  readonly sessions: Map<string, Bytes>;
  /** Identity keys as hexadecimal, by address. */
  readonly identities: Map<string, string>;
  readonly oneTime: Map<number, Bytes>;
  readonly signed: Map<number, Bytes>;
  readonly kyber: Map<number, Bytes>;
  /** `kyber id, signed id, base key` of every first message opened with a last-resort key. */
  readonly kyberUses: Set<string>;
};

export function emptyDisk(identity: Signal.PrivateKey, registrationId: number): Disk {
  return {
    identity,
    registrationId,
    sessions: new Map(),
    identities: new Map(),
    oneTime: new Map(),
    signed: new Map(),
    kyber: new Map(),
    kyberUses: new Set(),
  };
}

export function diskToText(disk: Disk): string {
  const hex = (map: ReadonlyMap<string | number, Bytes>) => [...map].map(([key, value]) => [key, toHex(value)]);
  return JSON.stringify([
    hex(disk.sessions),
    [...disk.identities],
    [hex(disk.oneTime), hex(disk.signed), hex(disk.kyber)],
    [...disk.kyberUses],
  ]);
}

export class Sessions extends Signal.SessionStore {
  readonly #disk: Disk;

  constructor(disk: Disk) {
    super();
    this.#disk = disk;
  }

  async saveSession(name: Signal.ProtocolAddress, record: Signal.SessionRecord): Promise<void> {
    this.#disk.sessions.set(name.toString(), record.serialize());
  }

  async getSession(name: Signal.ProtocolAddress): Promise<Signal.SessionRecord | null> {
    const record = this.#disk.sessions.get(name.toString());
    return record === undefined ? null : Signal.SessionRecord.deserialize(record);
  }

  getExistingSessions(): Promise<Signal.SessionRecord[]> {
    throw new Error("only group messages ask for this");
  }
}

/** Trusts the first key that it sees at an address, and then that key only. */
export class Identities extends Signal.IdentityKeyStore {
  readonly #disk: Disk;

  constructor(disk: Disk) {
    super();
    this.#disk = disk;
  }

  async getIdentityKey(): Promise<Signal.PrivateKey> {
    return this.#disk.identity;
  }

  async getLocalRegistrationId(): Promise<number> {
    return this.#disk.registrationId;
  }

  async saveIdentity(name: Signal.ProtocolAddress, key: Signal.PublicKey): Promise<Signal.IdentityChange> {
    const known = this.#disk.identities.get(name.toString());
    const hex = toHex(key.serialize());
    this.#disk.identities.set(name.toString(), hex);
    const isChange = known !== undefined && known !== hex;
    return isChange ? Signal.IdentityChange.ReplacedExisting : Signal.IdentityChange.NewOrUnchanged;
  }

  async isTrustedIdentity(name: Signal.ProtocolAddress, key: Signal.PublicKey): Promise<boolean> {
    const known = this.#disk.identities.get(name.toString());
    return known === undefined || known === toHex(key.serialize());
  }

  async getIdentity(name: Signal.ProtocolAddress): Promise<Signal.PublicKey | null> {
    const known = this.#disk.identities.get(name.toString());
    return known === undefined ? null : Signal.PublicKey.deserialize(Buffer.from(known, "hex"));
  }
}

export class OneTimeKeys extends Signal.PreKeyStore {
  readonly #disk: Disk;

  constructor(disk: Disk) {
    super();
    this.#disk = disk;
  }

  async savePreKey(id: number, record: Signal.PreKeyRecord): Promise<void> {
    this.#disk.oneTime.set(id, record.serialize());
  }

  async getPreKey(id: number): Promise<Signal.PreKeyRecord> {
    return Signal.PreKeyRecord.deserialize(held(this.#disk.oneTime, id));
  }

  async removePreKey(id: number): Promise<void> {
    this.#disk.oneTime.delete(id);
  }
}

export class SignedKeys extends Signal.SignedPreKeyStore {
  readonly #disk: Disk;

  constructor(disk: Disk) {
    super();
    this.#disk = disk;
  }

  async saveSignedPreKey(id: number, record: Signal.SignedPreKeyRecord): Promise<void> {
    this.#disk.signed.set(id, record.serialize());
  }

  async getSignedPreKey(id: number): Promise<Signal.SignedPreKeyRecord> {
    return Signal.SignedPreKeyRecord.deserialize(held(this.#disk.signed, id));
  }
}

/** Every key is a last-resort key: it stays, and refuses a base key that it has seen. */
export class KyberKeys extends Signal.KyberPreKeyStore {
  readonly #disk: Disk;

  constructor(disk: Disk) {
    super();
    this.#disk = disk;
  }

  async saveKyberPreKey(id: number, record: Signal.KyberPreKeyRecord): Promise<void> {
    this.#disk.kyber.set(id, record.serialize());
  }

  async getKyberPreKey(id: number): Promise<Signal.KyberPreKeyRecord> {
    return Signal.KyberPreKeyRecord.deserialize(held(this.#disk.kyber, id));
  }

  async markKyberPreKeyUsed(id: number, signedPreKeyId: number, baseKey: Signal.PublicKey): Promise<void> {
    const use = `${id},${signedPreKeyId},${toHex(baseKey.serialize())}`;
    if (this.#disk.kyberUses.has(use)) throw new Error("replayed");
    this.#disk.kyberUses.add(use);
  }
}

function held(keys: ReadonlyMap<number, Bytes>, id: number): Bytes {
  const key = keys.get(id);
  if (key === undefined) throw new Error("missing-prekey");
  return key;
}
