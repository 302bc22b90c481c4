import { concat } from "@tacit/shared/bytes";
import type { DeviceKey } from "../core/keyholder/outside.ts";

const OBJECT_STORE = "keys";
const KEY_ID = "device";
const NONCE_BYTES = 12;

/**
 * An AES-256-GCM key that WebCrypto will use but never show, in a database of its own. Injected code can use it and a
 * seized profile holds it in clear: it keeps a vault open on this device, and protects it from nothing else.
 */
export function browserDeviceKey(name: string, indexedDB: IDBFactory = globalThis.indexedDB): DeviceKey {
  async function keptKey(): Promise<CryptoKey | undefined> {
    return await inDatabase(indexedDB, name, "readonly", (keys) => keys.get(KEY_ID));
  }

  async function keptOrNewKey(): Promise<CryptoKey> {
    const fresh = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt", "decrypt"]);
    // Another tab may make one at the same time: the first stays.
    await inDatabase(indexedDB, name, "readwrite", (keys) => {
      const present = keys.count(KEY_ID);
      present.onsuccess = () => {
        if (present.result === 0) keys.put(fresh, KEY_ID);
      };
      return present;
    });
    const key = await keptKey();
    if (key === undefined) throw new Error("this browser did not keep its device key");
    return key;
  }

  return {
    async wrap(secret) {
      const iv = crypto.getRandomValues(new Uint8Array(NONCE_BYTES));
      const encrypted = await crypto.subtle.encrypt({ name: "AES-GCM", iv }, await keptOrNewKey(), secret);
      return concat(iv, new Uint8Array(encrypted));
    },
    async unwrap(wrapped) {
      const key = await keptKey();
      if (key === undefined || wrapped.length <= NONCE_BYTES) return undefined;
      const iv = wrapped.slice(0, NONCE_BYTES);
      try {
        return new Uint8Array(await crypto.subtle.decrypt({ name: "AES-GCM", iv }, key, wrapped.slice(NONCE_BYTES)));
      } catch {
        return undefined;
      }
    },
    async forget() {
      await inDatabase(indexedDB, name, "readwrite", (keys) => keys.delete(KEY_ID));
    },
  };
}

/** One transaction on a database that is open for as long: nothing blocks its deletion. */
async function inDatabase<Value>(
  indexedDB: IDBFactory,
  name: string,
  mode: IDBTransactionMode,
  act: (keys: IDBObjectStore) => IDBRequest<Value>,
): Promise<Value> {
  const opening = indexedDB.open(name, 1);
  opening.onupgradeneeded = () => opening.result.createObjectStore(OBJECT_STORE);
  const database = await settled(opening);
  try {
    const transaction = database.transaction(OBJECT_STORE, mode, { durability: "strict" });
    const request = act(transaction.objectStore(OBJECT_STORE));
    await new Promise<void>((resolve, reject) => {
      transaction.oncomplete = () => resolve();
      transaction.onabort = () => reject(new Error("could not keep the device key", { cause: transaction.error }));
    });
    return request.result;
  } finally {
    database.close();
  }
}

function settled<Value>(request: IDBRequest<Value>): Promise<Value> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error("could not open the device key's database", { cause: request.error }));
  });
}
