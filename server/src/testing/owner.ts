import { accountIdOf } from "@tacit/crypto/verify";
import { type Bytes, concat } from "@tacit/shared/bytes";
import { encode } from "@tacit/shared/codec";
import type { AccountId, DeliveryKey, DeliveryKeyHash, DeviceId } from "@tacit/shared/ids";
import { type Label, labelled } from "@tacit/shared/labels";
import { DELIVERY_KEY_POOL_STEP } from "@tacit/shared/limits";
import type { DeliveryKeySet } from "@tacit/shared/wire/delivery-keys";
import type { Device, DeviceList, SignedDeviceList } from "@tacit/shared/wire/devices";
import type { PreKeyUpload } from "@tacit/shared/wire/prekeys";
import { sha256 } from "../hash.ts";
import type { Random } from "../ports.ts";
import { createSigner, type Signer } from "./signer.ts";

/** What an account's owner can make: signatures, lists, prekeys and keys, as the relay gets to see them. */
export class Owner {
  readonly random: Random;
  readonly identityKey: Bytes;
  readonly accountId: AccountId;
  readonly #signer: Signer;

  constructor(random: Random) {
    this.random = random;
    this.#signer = createSigner(random(32));
    this.identityKey = this.#signer.identityKey;
    this.accountId = accountIdOf(this.identityKey) as AccountId;
  }

  sign(label: Label, message: Bytes): Bytes {
    return this.#signer.sign(concat(labelled(label), message));
  }

  list(devices: readonly Device[], counter = 1, previous?: Bytes): SignedDeviceList {
    const { identityKey } = this;
    const list: DeviceList = { identityKey, counter, previous, dateMs: 0, devices };
    const encoded = encode(list);
    return { list: encoded, signature: this.sign("device list", encoded) };
  }

  /** With a signed and a last-resort key, and `count` one-time keys of each kind from `firstId` on. */
  prekeys(count: number, firstId = 1): PreKeyUpload {
    const ids = Array.from({ length: count }, (_, i) => firstId + i);
    return {
      signed: this.#signed(1, 33),
      lastResort: this.#signed(1_000_000, 1569),
      oneTime: ids.map((id) => ({ id, key: this.random(33) })),
      kyber: ids.map((id) => this.#signed(id, 1569)),
    };
  }

  #signed(id: number, length: number) {
    const key = this.random(length);
    return { id, key, signature: this.#signer.sign(key) };
  }
}

export function device(deviceId: number, registrationId = 1000 + deviceId): Device {
  return { deviceId: deviceId as DeviceId, registrationId };
}

export function hashOf(key: DeliveryKey): DeliveryKeyHash {
  return sha256(key) as DeliveryKeyHash;
}

/** A padded set in which these keys may post. */
export function keySet(
  random: Random,
  version: number,
  named: { readonly [Class in "contact" | "card" | "onceCard"]?: readonly DeliveryKey[] },
): DeliveryKeySet {
  const pad = (keys: readonly DeliveryKey[] = []) => {
    const missing = (DELIVERY_KEY_POOL_STEP - (keys.length % DELIVERY_KEY_POOL_STEP)) % DELIVERY_KEY_POOL_STEP;
    return [...keys.map(hashOf), ...Array.from({ length: missing }, () => random(32) as DeliveryKeyHash)];
  };
  return { version, contact: pad(named.contact), card: pad(named.card), onceCard: pad(named.onceCard) };
}
