import type { RelayOrigin } from "@tacit/shared/ids";
import type { DeviceKey, StretchCost } from "../core/keyholder/outside.ts";
import type { Clock } from "../core/ports/clock.ts";
import type { Random } from "../core/ports/random.ts";
import type { Shelf } from "../core/ports/shelf.ts";
import type { Space } from "../core/ports/space.ts";
import type { Store } from "../core/ports/store.ts";
import type { Ports } from "../core/ports.ts";
import { memoryDeviceKey } from "../core/testing/memory-device-key.ts";
import { memoryShelf } from "../core/testing/memory-shelf.ts";
import { memoryStore } from "../core/testing/memory-store.ts";
import { plentyOfSpace } from "../core/testing/plenty-of-space.ts";
import { CHEAP_ARGON2_COST } from "./argon2-stretch.ts";
import { bulkPrimitives } from "./bulk-primitives.ts";
import { createKeys } from "./keys.ts";
import { socketRelay } from "./socket-relay.ts";
import { systemClock } from "./system-clock.ts";
import { systemRandom } from "./system-random.ts";

export type NodePortsOptions = {
  readonly relay: RelayOrigin;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  /** `memoryStore(disk)` of a disk that outlives it, to restart a client. */
  readonly store?: Store | undefined;
  /** The one of the client before, to restart a client whose vault is kept. */
  readonly deviceKey?: DeviceKey | undefined;
  /** `ARGON2_COST` where the password protects something. */
  readonly stretchCost?: StretchCost | undefined;
  /** Where there is not always room. */
  readonly space?: Space | undefined;
  /** `memoryShelf(disk)` of a disk that outlives it, to restart a client that has files. */
  readonly shelf?: Shelf | undefined;
  readonly deviceName?: string | undefined;
};

/**
 * Everything that a client needs in one Node process, for scenarios and bots: keys in the thread, rows in memory and
 * passwords cheaply stretched unless said otherwise; the relay is real.
 */
export function nodePorts(options: NodePortsOptions): Ports {
  const { relay, clock = systemClock, random = systemRandom, stretchCost = CHEAP_ARGON2_COST } = options;
  const {
    store = memoryStore(),
    deviceKey = memoryDeviceKey(random),
    space = plentyOfSpace,
    shelf = memoryShelf(),
    deviceName = "Node",
  } = options;
  return {
    clock,
    random,
    store,
    ...createKeys({ random, stretchCost, deviceKey }),
    relay: socketRelay(relay),
    shelf,
    bulk: bulkPrimitives,
    space,
    deviceName,
  };
}
