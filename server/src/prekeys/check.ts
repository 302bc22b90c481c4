import { setImmediate } from "node:timers/promises";
import { verifySignature } from "@tacit/crypto/verify";
import type { KyberPreKey, PreKeyUpload, SignedPreKey } from "@tacit/shared/wire/prekeys";

/**
 * Whether the identity key signed every signed prekey of an upload. Others get their turn between two checks, because a
 * full upload takes a good part of a second.
 */
export async function arePreKeysSigned(identityKey: Uint8Array, upload: PreKeyUpload): Promise<boolean> {
  for (const { key, signature } of signedKeysOf(upload)) {
    if (!verifySignature(identityKey, key, signature)) return false;
    await setImmediate();
  }
  return true;
}

export function signedKeysOf({ signed, lastResort, kyber }: PreKeyUpload): readonly (SignedPreKey | KyberPreKey)[] {
  return [signed, lastResort, ...kyber].filter((key) => key !== undefined);
}
