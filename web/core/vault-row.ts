import { type PasskeyLock, passkeyLockOf } from "@tacit/crypto/passkey-lock";
import type { Bytes } from "@tacit/shared/bytes";
import { decode, encode } from "@tacit/shared/codec";
import { bytes } from "@tacit/shared/wire/fields";
import * as z from "zod/mini";
import { META } from "./meta-kinds.ts";
import type { WrappedVault } from "./ports/keyholder.ts";
import type { Row, Store } from "./ports/store.ts";

/** The vault row: the wrapped key, and whether the person wants this browser to unlock by itself. */
export type Vault = {
  readonly wrapped: WrappedVault;
  readonly isKept: boolean;
  /** The same under a new password that the relay may or may not have taken. */
  readonly next?: Bytes | undefined;
  readonly version: number;
};

const schema = z.object({
  byPassword: bytes(1, 1024),
  byDevice: z.optional(bytes(1, 1024)),
  byPasskey: z.optional(bytes(1, 1200)),
  isKept: z.boolean(),
  next: z.optional(bytes(1, 1024)),
});

/** The wrapped vault key is there and is none. */
export class DamagedVault extends Error {}

/** The one row that is not sealed under the vault key, since it wraps it. `undefined`: no account in this browser. */
export async function readVaultRow(store: Store): Promise<Vault | undefined> {
  const row = await store.get("meta", META.vault);
  if (row === undefined) return undefined;
  const decoded = decode(row.sealed, 4096);
  const parsed = decoded.ok ? schema.safeParse(decoded.value) : undefined;
  if (!parsed?.success) throw new DamagedVault();
  const { isKept, next, ...wrapped } = parsed.data;
  return { wrapped, isKept, next, version: row.version };
}

/** The passkey that opens this vault beside the password, if any. */
export function passkeyOf({ wrapped }: Vault): PasskeyLock | undefined {
  return wrapped.byPasskey && passkeyLockOf(wrapped.byPasskey);
}

/** The row of a vault whose `version` is the one that it gets. */
export function toVaultRow({ wrapped, isKept, next, version }: Vault): Row {
  const { byPassword, byDevice, byPasskey } = wrapped;
  return { table: "meta", id: META.vault, version, sealed: encode({ byPassword, byDevice, byPasskey, isKept, next }) };
}
