import { type KeyPair, toKeyPair, toPrivateKey } from "@tacit/crypto/keys";
import type { Step } from "@tacit/crypto/primitives";
import {
  fromRecoveryWords,
  generateRecoveryKey,
  openRecoveryVault,
  type RecoveryKey,
  type RecoveryVaultKey,
  recoveryVaultKeyOf,
  sealRecoveryVault,
  toRecoveryKey,
} from "@tacit/crypto/recovery-key";
import { accountIdOf } from "@tacit/crypto/verify";
import { type Bytes, copyBytes, wipe } from "@tacit/shared/bytes";
import { decode, encode } from "@tacit/shared/codec";
import type { AccountId } from "@tacit/shared/ids";
import { MAX_RECOVERY_BYTES } from "@tacit/shared/limits";
import { ok, type Result, refused } from "@tacit/shared/result";
import { bytes } from "@tacit/shared/wire/fields";
import * as z from "zod/mini";
import type { Keyholder, PlainRow } from "../ports/keyholder.ts";
import type { Random } from "../ports/random.ts";
import type { RowKey } from "../ports/store.ts";

/** What the recovery vault is sealed with. Secret. The key on paper stays here too, so that it can be shown again. */
export type HeldRecovery = { readonly recoveryKey: RecoveryKey; readonly vaultKey: RecoveryVaultKey };

export const RECOVERY_ROW = { table: "meta", id: "recovery" } as const satisfies RowKey;

const MAX_ROW_BYTES = 256;
const Kept = z.object({ recoveryKey: bytes(16), vaultKey: bytes(32) });
const Contents = z.object({ privateKey: bytes(32), contents: bytes(0, MAX_RECOVERY_BYTES) });

/** A new recovery key, or `recoveryKey` under another password. */
export function makeRecovery(exportKey: Bytes, recoveryKey: RecoveryKey): HeldRecovery {
  return { recoveryKey, vaultKey: recoveryVaultKeyOf(exportKey, recoveryKey) };
}

export function newRecovery(exportKey: Bytes, random: Random): HeldRecovery {
  return makeRecovery(exportKey, generateRecoveryKey(random));
}

export function encodeRecovery({ recoveryKey, vaultKey }: HeldRecovery, version: number): PlainRow {
  return { ...RECOVERY_ROW, version, plain: encode({ recoveryKey, vaultKey }) };
}

/** `undefined` where `plain` is not what `encodeRecovery` made. */
export function decodeRecovery(plain: Bytes): HeldRecovery | undefined {
  const decoded = decode(plain, MAX_ROW_BYTES);
  const parsed = decoded.ok ? Kept.safeParse(decoded.value) : undefined;
  if (!parsed?.success) return undefined;
  // 32 bytes that this file wrote as a vault key.
  return { recoveryKey: toRecoveryKey(parsed.data.recoveryKey), vaultKey: parsed.data.vaultKey as RecoveryVaultKey };
}

export function wipeRecovery({ recoveryKey, vaultKey }: HeldRecovery): void {
  wipe(recoveryKey, vaultKey);
}

export function sealContents(
  { vaultKey }: HeldRecovery,
  identity: { readonly accountId: AccountId; readonly keyPair: KeyPair },
  version: number,
  contents: Bytes,
  random: Random,
): Bytes {
  const { accountId, keyPair } = identity;
  const plain = encode({ privateKey: keyPair.privateKey, contents });
  const sealed = sealRecoveryVault(vaultKey, { accountId, version }, plain, random);
  wipe(plain);
  return sealed;
}

type Request = Parameters<Keyholder["recover"]>[0];
type Opened = { readonly recovery: HeldRecovery; readonly keyPair: KeyPair; readonly contents: Bytes };

/** The identity in a vault has to be the account's own: a relay cannot pass off one account's vault as another's. */
export function* openContents(
  request: Request,
  held: HeldRecovery | undefined,
): Step<Result<Opened, "malformed-words" | "wrong-key">> {
  const recoveryKey = request.words === undefined ? held && ok(held.recoveryKey) : fromRecoveryWords(request.words);
  if (!recoveryKey?.ok) return refused("malformed-words");
  const recovery = makeRecovery(request.exportKey, recoveryKey.value);
  const plain = openRecoveryVault(recovery.vaultKey, request, request.sealed);
  if (!plain.ok) return refused("wrong-key");
  const decoded = decode(plain.value, MAX_RECOVERY_BYTES);
  const parsed = decoded.ok ? Contents.safeParse(decoded.value) : undefined;
  wipe(plain.value);
  if (!parsed?.success) return refused("wrong-key");
  const privateKey = toPrivateKey(parsed.data.privateKey);
  wipe(parsed.data.privateKey);
  const keyPair = yield* toKeyPair(privateKey);
  if (accountIdOf(copyBytes(keyPair.publicKey)) !== request.accountId) return refused("wrong-key");
  return ok({ recovery, keyPair, contents: parsed.data.contents });
}
