import { deriveVaultKeys, generateVaultKey, openRecord, type RecordKey, sealRecord } from "@tacit/crypto/vault";
import type { DeviceKey } from "../keyholder/outside.ts";
import type { Random } from "../ports/random.ts";

const PLACE = { table: "device key", id: "", version: 1 };

/** Keep it across restarts of one simulated browser. */
export function memoryDeviceKey(random: Random): DeviceKey {
  let key: RecordKey | undefined;
  return {
    async wrap(secret) {
      key ??= deriveVaultKeys(generateVaultKey(random)).record;
      return sealRecord(key, PLACE, secret, random);
    },
    async unwrap(wrapped) {
      const opened = key && openRecord(key, PLACE, wrapped);
      return opened?.ok ? opened.value : undefined;
    },
    async forget() {
      key = undefined;
    },
  };
}
