import { noblePrimitives } from "@tacit/crypto/noble-primitives";
import { decodePreKeySignalMessage, decodeSignalMessage } from "@tacit/crypto/signal-message";
import { toHex } from "@tacit/shared/bytes";
import { CHEAP_ARGON2_COST } from "@tacit/web/adapters/argon2-stretch";
import { opaquePasswords } from "@tacit/web/adapters/opaque-passwords";
import { createKeyholder } from "@tacit/web/core/keyholder/keyholder";
import type { DeviceKey } from "@tacit/web/core/keyholder/outside";
import type { Keyholder } from "@tacit/web/core/ports/keyholder";
import type { Passwords } from "@tacit/web/core/ports/passwords";
import type { Random } from "@tacit/web/core/ports/random";
import { QUICK_COST, quickStretch } from "@tacit/web/core/testing/quick-stretch";
import type { ReadHeader } from "./ledger.ts";

/** What people work with in a story: the real keys, or a stand-in that is quicker and keeps the same rules. */
export type Crypto = {
  readonly name: "real" | "stub";
  readonly makeKeys: (
    name: string,
    random: Random,
    deviceKey: DeviceKey,
  ) => { readonly keyholder: Keyholder; readonly passwords: Passwords };
  readonly readHeader: ReadHeader;
};

/** The very keyholder of the app, with every primitive answered at once, so that no platform decides an order. */
export const realCrypto: Crypto = {
  name: "real",
  makeKeys: (_name, random, deviceKey) => ({
    keyholder: createKeyholder({
      random,
      deviceKey,
      primitives: noblePrimitives,
      stretch: quickStretch,
      stretchCost: QUICK_COST,
    }),
    passwords: opaquePasswords(CHEAP_ARGON2_COST),
  }),
  readHeader: (message) => {
    const read = decodeSignalMessage(message) ?? decodePreKeySignalMessage(message)?.message;
    return read && { key: `${toHex(read.ratchetKey)} ${read.counter}`, ciphertext: read.ciphertext };
  },
};
