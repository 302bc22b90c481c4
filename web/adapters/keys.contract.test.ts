import { seededRandom } from "@tacit/crypto/testing/random";
import type { DeviceKey } from "../core/keyholder/outside.ts";
import type { Keyholder } from "../core/ports/keyholder.ts";
import { keyholderContract } from "../core/testing/keyholder-contract.ts";
import { memoryDeviceKey } from "../core/testing/memory-device-key.ts";
import { CHEAP_ARGON2_COST } from "./argon2-stretch.ts";
import { createKeys } from "./keys.ts";

let seeds = 0;
const deviceKeys = new WeakMap<Keyholder, DeviceKey>();

// In the thread, as in Node, with WebCrypto behind the steps.
keyholderContract((like) => {
  const random = seededRandom(`keys ${seeds++}`);
  const deviceKey = (like && deviceKeys.get(like)) ?? memoryDeviceKey(random);
  const { keyholder } = createKeys({ random, stretchCost: CHEAP_ARGON2_COST, deviceKey });
  deviceKeys.set(keyholder, deviceKey);
  return keyholder;
});
