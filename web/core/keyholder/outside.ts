import type { AsyncPrimitives } from "@tacit/crypto/primitives";
import type { Stretching } from "@tacit/crypto/vault-lock";
import type { Bytes } from "@tacit/shared/bytes";
import type { Random } from "../ports/random.ts";

/** Argon2id (RFC 9106) of the password's UTF-8 in normal form C: 32 bytes. */
export type Stretch = (password: string, stretching: Stretching) => Promise<Bytes>;
export type StretchCost = Omit<Stretching, "salt">;

/** A key that this browser holds and nobody can read, not even this code. */
export type DeviceKey = {
  /** Makes the key where there is none. */
  wrap(secret: Bytes): Promise<Bytes>;
  /** `undefined` where the key is gone, or another one wrapped this. */
  unwrap(wrapped: Bytes): Promise<Bytes | undefined>;
  /** Whatever it wrapped can never be unwrapped again. */
  forget(): Promise<void>;
};

/** What a keyholder needs. No database, no network, no clock. */
export type Outside = {
  readonly primitives: AsyncPrimitives;
  readonly random: Random;
  readonly stretch: Stretch;
  /** Of vaults that are made from now on; older ones keep theirs. */
  readonly stretchCost: StretchCost;
  readonly deviceKey: DeviceKey;
};
