import { copyBytes } from "@tacit/shared/bytes";
import { toUtf8 } from "@tacit/shared/text";
import { argon2id } from "hash-wasm";
import type { Stretch, StretchCost } from "../core/keyholder/outside.ts";

/** 1.6 s on the slower of our machines: what a vault and an OPAQUE record are worth. RFC 9106 §4, less its lanes. */
export const ARGON2_COST: StretchCost = { memoryKiB: 64 * 1024, passes: 3, lanes: 1 };
/** For scenarios: the same function, and no protection. */
export const CHEAP_ARGON2_COST: StretchCost = { memoryKiB: 8, passes: 1, lanes: 1 };

/** Argon2id by hash-wasm. It blocks the thread: run it in a worker. */
export const argon2Stretch: Stretch = async (password, { salt, memoryKiB, passes, lanes }) => {
  const hash = await argon2id({
    // One password, one form, whatever the keyboard composed (RFC 8265 §4.2.2).
    password: toUtf8(password.normalize("NFC")),
    salt,
    memorySize: memoryKiB,
    iterations: passes,
    parallelism: lanes,
    hashLength: 32,
    outputType: "binary",
  });
  return copyBytes(hash);
};
