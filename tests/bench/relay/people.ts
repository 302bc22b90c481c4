import { join } from "node:path";
import { openSecrets } from "@tacit/server/accounts/secrets";
import { buildAccountStore } from "@tacit/server/accounts/store";
import { type Db, openDatabase } from "@tacit/server/db/open";
import { buildDeliveryKeyStore } from "@tacit/server/delivery-keys/store";
import { createMailboxId } from "@tacit/server/mailbox/mailbox-id";
import { buildPreKeyStore } from "@tacit/server/prekeys/store";
import { systemRandom as random, systemClock } from "@tacit/server/system";
import { device, keySet } from "@tacit/server/testing/owner";
import { type Member, RelayStage } from "@tacit/server/testing/relay-stage";
import { toBase64Url, toHex } from "@tacit/shared/bytes";
import type { AccountId, DeliveryKey, DeviceToken } from "@tacit/shared/ids";
import { ONE_TIME_PREKEYS } from "@tacit/shared/limits";
import type { PreKeyUpload } from "@tacit/shared/wire/prekeys";

/** Whom a post reaches, and with which key. */
export type Recipient = {
  /** base64url. */
  readonly key: string;
  readonly deviceId: number;
  readonly registrationId: number;
};
export type Account = Recipient & { readonly token: string };

const PER_COMMIT = 50;
const [X25519_BYTES, KYBER_BYTES, SIGNATURE_BYTES] = [33, 1_569, 64];

/**
 * So many accounts in the folder of a relay that does not run yet, each with one device and all of its prekeys: the
 * rows that a registration leaves, by the relay's own stores. Thousands who register take minutes. What only their
 * friends would open or verify is random bytes of its length.
 */
export async function settle(dataDir: string, count: number): Promise<readonly Account[]> {
  await using stage = await RelayStage.start();
  const pattern = await stage.prepare("somebody");
  await openSecrets(dataDir, random, false);
  const db = openDatabase(join(dataDir, "relay.db"), random);
  // Nobody has been told yet that any of it is there.
  db.$client.pragma("synchronous = OFF");
  db.$client.pragma("cache_size = -1000000");
  const add = buildSettler(db, pattern);
  const accounts: Account[] = [];
  const addSome = db.$client.transaction(() => {
    for (let i = 0; i < PER_COMMIT && accounts.length < count; i++) accounts.push(add());
  });
  while (accounts.length < count) addSome();
  db.$client.close();
  return accounts;
}

/** `pattern`: somebody who registers, whose record and list have the lengths of everybody's. */
function buildSettler(db: Db, { request }: Member): () => Account {
  const accounts = buildAccountStore(db);
  const prekeys = buildPreKeyStore(db);
  const deliveryKeys = buildDeliveryKeyStore(db, systemClock);
  const { record, stretching, list } = request;
  const one = device(1);
  return () => {
    const id = toHex(random(32)) as AccountId;
    const [token, key] = [toBase64Url(random(32)) as DeviceToken, random(32) as DeliveryKey];
    const mailbox = createMailboxId(random);
    accounts.add({
      ...{ id, record, stretching, login: toHex(random(8)), identityKey: random(X25519_BYTES) },
      ...{ list: list.list, listSignature: list.signature, listCounter: 1 },
      ...{ deliveryKeysVersion: -1, deliveryKeysDigest: new Uint8Array() },
    });
    accounts.addDevice(id, one, mailbox);
    accounts.addToken(token, { accountId: id, deviceId: one.deviceId, nowMs: systemClock.nowMs() });
    prekeys.add(mailbox, allPreKeys());
    const { version, contact, card, onceCard } = keySet(random, 1, { contact: [key] });
    for (const hash of contact) deliveryKeys.add(id, hash, "contact");
    for (const hash of card) deliveryKeys.add(id, hash, "card");
    for (const hash of onceCard) deliveryKeys.add(id, hash, "once");
    deliveryKeys.setVersion(id, version, random(32));
    return { ...one, token, key: toBase64Url(key) };
  };
}

function allPreKeys(): PreKeyUpload {
  const signed = (id: number, bytes: number) => ({ id, key: random(bytes), signature: random(SIGNATURE_BYTES) });
  const ids = Array.from({ length: ONE_TIME_PREKEYS }, (_, i) => i + 1);
  return {
    signed: signed(1, X25519_BYTES),
    lastResort: signed(1_000_000, KYBER_BYTES),
    oneTime: ids.map((id) => ({ id, key: random(X25519_BYTES) })),
    kyber: ids.map((id) => signed(id, KYBER_BYTES)),
  };
}
