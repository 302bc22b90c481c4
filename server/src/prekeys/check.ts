import { setImmediate } from "node:timers/promises";
import { verifySignature } from "@tacit/crypto/verify";
import type { PreKeyUpload } from "@tacit/shared/wire/prekeys";

/**
 * Whether the identity key signed every signed prekey of an upload. Others get their turn between two checks, because a
 * full upload takes a good part of a second.
 */
export async function arePreKeysSigned(identityKey: Uint8Array, upload: PreKeyUpload): Promise<boolean> {
  const signed = [upload.signed, upload.lastResort, ...upload.kyber].filter((key) => key !== undefined);
  for (const { key, signature } of signed) {
    if (!verifySignature(identityKey, key, signature)) return false;
    await setImmediate();
  }
  return true;
}
