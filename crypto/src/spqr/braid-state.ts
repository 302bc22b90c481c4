/**
 * Where an epoch's key agreement stands ("ML-KEM Braid", signal.org/docs/specifications/mlkembraid). One party makes
 * an encapsulation key (the ek side), the other encapsulates to it (the ct side), and they change places every epoch.
 */
import type { Bytes } from "@tacit/shared/bytes";
import { type Authenticator, MAC_BYTES, startAuthenticator } from "./authenticator.ts";
import type { SpqrRole } from "./chain.ts";
import { type Decoder, type Encoder, startDecoder } from "./erasure.ts";
import { CT2_BYTES, HEADER_BYTES } from "./incremental-kem.ts";
import type { Payload } from "./message-codec.ts";

/** A header with its MAC, and ct2 with its. */
export const MACED_HEADER_BYTES = HEADER_BYTES + MAC_BYTES;
export const MACED_CT2_BYTES = CT2_BYTES + MAC_BYTES;

type Epoch = { readonly epoch: number; readonly authenticator: Authenticator };

/** `seed` (64) is the key pair of the epoch. */
export type EkSide = Epoch &
  (
    | { readonly phase: "keys-unsampled" }
    | { readonly phase: "keys-sampled"; readonly seed: Bytes; readonly vector: Bytes; readonly header: Encoder }
    | { readonly phase: "header-sent"; readonly seed: Bytes; readonly ek: Encoder; readonly ct1: Decoder }
    | { readonly phase: "ct1-received"; readonly seed: Bytes; readonly ek: Encoder; readonly ct1: Bytes }
    | { readonly phase: "ek-sent-ct1-received"; readonly seed: Bytes; readonly ct1: Bytes; readonly ct2: Decoder }
  );

/** `message` (32) is the randomness of the encapsulation, secret until ct2 is made of it. */
export type CtSide = Epoch &
  (
    | { readonly phase: "no-header-received"; readonly header: Decoder }
    | { readonly phase: "header-received"; readonly header: Bytes; readonly ek: Decoder }
    | {
        readonly phase: "ct1-sampled";
        readonly header: Bytes;
        readonly message: Bytes;
        readonly ct1: Encoder;
        readonly ek: Decoder;
      }
    | { readonly phase: "ek-received-ct1-sampled"; readonly ct1: Encoder; readonly ct2: Bytes }
    | {
        readonly phase: "ct1-acknowledged";
        readonly header: Bytes;
        readonly message: Bytes;
        readonly ct1: Bytes;
        readonly ek: Decoder;
      }
    | { readonly phase: "ct2-sampled"; readonly ct2: Encoder }
  );

export type Braid = EkSide | CtSide;

/** What a step comes to; with the secret (32) of `before.epoch` where it completes one for this party. */
export type BraidStep = { readonly braid: Braid; readonly secret: Bytes | undefined };
export type BraidSent = BraidStep & { readonly payload: Payload };
export type BraidRefusal = "forged" | "out-of-epoch";

export function startBraid(role: SpqrRole, pqrKey: Bytes): Braid {
  const authenticator = startAuthenticator(pqrKey);
  return role === "initiator" ? startEkSide(1, authenticator) : startCtSide(1, authenticator);
}

export function startEkSide(epoch: number, authenticator: Authenticator): EkSide {
  return { epoch, authenticator, phase: "keys-unsampled" };
}

export function startCtSide(epoch: number, authenticator: Authenticator): CtSide {
  return { epoch, authenticator, phase: "no-header-received", header: startDecoder(MACED_HEADER_BYTES) };
}
