import { createKeyholder } from "../core/keyholder/keyholder.ts";
import type { DeviceKey, StretchCost } from "../core/keyholder/outside.ts";
import type { Keyholder } from "../core/ports/keyholder.ts";
import type { Passwords } from "../core/ports/passwords.ts";
import type { Prover } from "../core/ports/prover.ts";
import type { Random } from "../core/ports/random.ts";
import { argon2Stretch } from "./argon2-stretch.ts";
import { opaquePasswords } from "./opaque-passwords.ts";
import { platformPrimitives } from "./platform-primitives.ts";
import { prover } from "./prover.ts";

/** What works with secrets: in a browser all of it lives in the worker, in Node in the thread. */
export type Keys = { readonly keyholder: Keyholder; readonly passwords: Passwords; readonly prover: Prover };

export function createKeys(outside: {
  readonly random: Random;
  readonly stretchCost: StretchCost;
  readonly deviceKey: DeviceKey;
}): Keys {
  return {
    keyholder: createKeyholder({ ...outside, primitives: platformPrimitives(crypto.subtle), stretch: argon2Stretch }),
    passwords: opaquePasswords(outside.stretchCost),
    prover,
  };
}
