import {
  deriveVaultKeys,
  generateVaultKey,
  type IndexKey,
  type RecordKey,
  toVaultKey,
  type VaultKey,
} from "@tacit/crypto/vault";
import { stretchingOf, toKeyEncryptionKey, unwrapVaultKey, wrapVaultKey } from "@tacit/crypto/vault-lock";
import { unwrapByPasskey } from "@tacit/crypto/vault-passkey";
import { type Bytes, wipe } from "@tacit/shared/bytes";
import type { WrappedVault } from "../ports/keyholder.ts";
import type { Outside } from "./outside.ts";

/** The keys of an unlocked vault. Secret. */
export type OpenVault = { readonly vaultKey: VaultKey; readonly record: RecordKey; readonly index: IndexKey };

const SALT_BYTES = 16;

/** A new vault key, wrapped under the password. */
export async function createVault(
  password: string,
  outside: Outside,
): Promise<{ readonly vault: OpenVault; readonly byPassword: Bytes }> {
  const vault = toOpenVault(generateVaultKey(outside.random));
  return { vault, byPassword: await wrapAgain(vault, password, outside) };
}

/** The same vault key, wrapped under another password with a salt of its own. */
export async function wrapAgain({ vaultKey }: OpenVault, password: string, outside: Outside): Promise<Bytes> {
  const stretching = { ...outside.stretchCost, salt: outside.random(SALT_BYTES) };
  const key = toKeyEncryptionKey(await outside.stretch(password, stretching));
  const byPassword = wrapVaultKey(key, vaultKey, stretching, outside.random);
  wipe(key);
  return byPassword;
}

/** `undefined` where the password is wrong or the wrapping was changed. */
export async function openByPassword(
  { byPassword }: WrappedVault,
  password: string,
  outside: Outside,
): Promise<OpenVault | undefined> {
  const stretching = stretchingOf(byPassword);
  if (stretching === undefined) return undefined;
  const key = toKeyEncryptionKey(await outside.stretch(password, stretching));
  const unwrapped = unwrapVaultKey(key, byPassword);
  wipe(key);
  return unwrapped.ok ? toOpenVault(unwrapped.value) : undefined;
}

/** `undefined` in locked mode, and where the browser's key is gone. */
export async function openByDevice({ byDevice }: WrappedVault, outside: Outside): Promise<OpenVault | undefined> {
  const secret = byDevice && (await outside.deviceKey.unwrap(byDevice));
  if (secret === undefined) return undefined;
  const vaultKey = toVaultKey(secret);
  wipe(secret);
  return toOpenVault(vaultKey);
}

/** `undefined` where the passkey is another one, or there is none. */
export function openByPasskey({ byPasskey }: WrappedVault, secret: Bytes): OpenVault | undefined {
  const unwrapped = byPasskey && unwrapByPasskey(secret, byPasskey);
  wipe(secret);
  return unwrapped?.ok ? toOpenVault(unwrapped.value) : undefined;
}

export function wipeVault({ vaultKey, record, index }: OpenVault): void {
  wipe(vaultKey, record, index);
}

function toOpenVault(vaultKey: VaultKey): OpenVault {
  return { vaultKey, ...deriveVaultKeys(vaultKey) };
}
