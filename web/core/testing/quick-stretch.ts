import { hkdf } from "@tacit/crypto/hkdf";
import { toUtf8 } from "@tacit/shared/text";
import type { Stretch, StretchCost } from "../keyholder/outside.ts";

/** Stands in for Argon2id where a test is about something else: different for each password, salt and cost. */
export const quickStretch: Stretch = async (password, { salt, memoryKiB, passes, lanes }) =>
  hkdf(salt, toUtf8(password.normalize("NFC")), `${memoryKiB} ${passes} ${lanes}`, 32);

export const QUICK_COST: StretchCost = { memoryKiB: 8, passes: 1, lanes: 1 };
