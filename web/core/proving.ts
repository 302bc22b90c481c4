import type { Bytes } from "@tacit/shared/bytes";
import type { Work, WorkProof } from "@tacit/shared/wire/accounts";
import type { Core } from "./core.ts";

/** Between two of these a screen hears how far it is; a fifth of a second where it is slow. */
const TRIES = 2 ** 15;

/** Does the work that an open relay wants of a new account. */
export async function prove(core: Core, { challenge, bits }: Work, identityKey: Bytes): Promise<WorkProof> {
  const say = (tries: number) => core.setPhase({ phase: "empty", work: 1 - Math.exp(-tries / 2 ** bits) });
  for (let from = 0; ; from += TRIES) {
    say(from);
    const nonce = await core.ports.prover.tryNonces({ challenge, identityKey, bits, from, tries: TRIES });
    if (nonce !== undefined) return { challenge, nonce };
  }
}
