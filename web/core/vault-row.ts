import { decode, encode } from "@tacit/shared/codec";
import { bytes } from "@tacit/shared/wire/fields";
import * as z from "zod/mini";
import { META } from "./kinds.ts";
import type { Row, Store, WrappedVault } from "./ports.ts";

const schema = z.object({ byPassword: bytes(1, 1024), byDevice: z.optional(bytes(1, 1024)) });

/** The wrapped vault key is there and is none. */
export class DamagedVault extends Error {}

/** The one row that is not sealed under the vault key, since it wraps it. `undefined`: no account in this browser. */
export async function readVaultRow(
  store: Store,
): Promise<{ readonly wrapped: WrappedVault; readonly version: number } | undefined> {
  const row = await store.get("meta", META.vault);
  if (row === undefined) return undefined;
  const decoded = decode(row.sealed, 4096);
  const parsed = decoded.ok ? schema.safeParse(decoded.value) : undefined;
  if (!parsed?.success) throw new DamagedVault();
  return { wrapped: parsed.data, version: row.version };
}

export function toVaultRow(wrapped: WrappedVault, version: number): Row {
  return { table: "meta", id: META.vault, version, sealed: encode(wrapped) };
}
