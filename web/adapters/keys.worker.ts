import { expose } from "comlink";
import { ARGON2_COST } from "./argon2-stretch.ts";
import { browserDeviceKey } from "./device-key.ts";
import { createKeys } from "./keys.ts";
import { systemRandom } from "./system-random.ts";

// The only place of a browser that holds unlocked keys. It has no connection and no messages, and locking ends it.
expose(
  createKeys({
    random: systemRandom,
    stretchCost: ARGON2_COST,
    deviceKey: browserDeviceKey("tacit device key"),
  }),
);
