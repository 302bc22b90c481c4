import { sha256 } from "@tacit/crypto/digest";
import type { Bytes } from "@tacit/shared/bytes";
import { hasLeadingZeros, WORK_NONCE_BYTES, workInput } from "@tacit/shared/proof-of-work";
import type { Prover } from "../core/ports/prover.ts";

/** Tries one nonce after the other, in this thread: in a browser, in the keys' worker, which has nothing else to do then. */
export const prover: Prover = {
  async tryNonces({ challenge, identityKey, bits, from, tries }) {
    const nonce: Bytes = new Uint8Array(WORK_NONCE_BYTES);
    const input = workInput(challenge, identityKey, nonce);
    const end = new DataView(input.buffer, input.length - WORK_NONCE_BYTES);
    for (let n = from; n < from + tries; n++) {
      end.setUint32(4, n);
      if (hasLeadingZeros(sha256(input), bits)) return input.slice(-WORK_NONCE_BYTES);
    }
    return undefined;
  },
};
