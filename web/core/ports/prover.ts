import type { Bytes } from "@tacit/shared/bytes";

/** Computes for a relay that wants a proof of work; blocks its thread meanwhile. */
export type Prover = {
  /** A good nonce among `tries` ones from `from` on; `undefined` where there is none. */
  tryNonces(work: {
    readonly challenge: Bytes;
    readonly identityKey: Bytes;
    readonly bits: number;
    readonly from: number;
    readonly tries: number;
  }): Promise<Bytes | undefined>;
};
