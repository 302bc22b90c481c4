import { noblePrimitives } from "@tacit/crypto/noble-primitives";
import { seededRandom } from "@tacit/crypto/testing/random";
import type { Keyholder } from "../ports/keyholder.ts";
import { keyholderContract } from "../testing/keyholder-contract.ts";
import { memoryDeviceKey } from "../testing/memory-device-key.ts";
import { QUICK_COST, quickStretch } from "../testing/quick-stretch.ts";
import { createKeyholder } from "./keyholder.ts";
import type { DeviceKey } from "./outside.ts";

let seeds = 0;
const deviceKeys = new WeakMap<Keyholder, DeviceKey>();

keyholderContract((like) => {
  const random = seededRandom(`keyholder ${seeds++}`);
  const deviceKey = (like && deviceKeys.get(like)) ?? memoryDeviceKey(random);
  const outside = { random, deviceKey, primitives: noblePrimitives, stretch: quickStretch, stretchCost: QUICK_COST };
  const keyholder = createKeyholder(outside);
  deviceKeys.set(keyholder, deviceKey);
  return keyholder;
});
