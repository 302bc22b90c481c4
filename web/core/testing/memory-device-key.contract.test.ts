import { seededRandom } from "@tacit/crypto/testing/random";
import { deviceKeyContract } from "./device-key-contract.ts";
import { memoryDeviceKey } from "./memory-device-key.ts";

let seeds = 0;
deviceKeyContract(() => memoryDeviceKey(seededRandom(`device key ${seeds++}`)));
