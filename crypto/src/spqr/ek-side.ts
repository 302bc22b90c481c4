/** The party that makes an epoch's encapsulation key: sends header and key, collects the ciphertext. */
import { concat, equalBytes } from "@tacit/shared/bytes";
import { ok, type Result, refused } from "@tacit/shared/result";
import type { RandomSource, Step } from "../primitives.ts";
import { epochSecretOf, macOfCiphertext, macOfHeader, updateAuthenticator } from "./authenticator.ts";
import {
  type BraidRefusal,
  type BraidSent,
  type BraidStep,
  type EkSide,
  MACED_CT2_BYTES,
  startCtSide,
} from "./braid-state.ts";
import { addChunk, type Chunk, nextChunk, startDecoder, startEncoder } from "./erasure.ts";
import { CT1_BYTES, CT2_BYTES, decapsulate, KEM_SEED_BYTES, kemKeyOf } from "./incremental-kem.ts";
import type { Payload } from "./message-codec.ts";

/** Takes 64 bytes of `random` for each epoch's first message. */
export function* sendAsEkSide(side: EkSide, random: RandomSource): Step<BraidSent> {
  switch (side.phase) {
    case "keys-unsampled": {
      const { epoch, authenticator } = side;
      const seed = random(KEM_SEED_BYTES);
      const { header, vector } = yield* kemKeyOf(seed);
      const { encoder, chunk } = nextChunk(startEncoder(concat(header, macOfHeader(authenticator, epoch, header))));
      const braid = { epoch, authenticator, phase: "keys-sampled", seed, vector, header: encoder } as const;
      return { braid, payload: { type: "hdr", chunk }, secret: undefined };
    }
    case "keys-sampled": {
      const { encoder, chunk } = nextChunk(side.header);
      return { braid: { ...side, header: encoder }, payload: { type: "hdr", chunk }, secret: undefined };
    }
    case "header-sent": {
      const { encoder, chunk } = nextChunk(side.ek);
      return { braid: { ...side, ek: encoder }, payload: { type: "ek", chunk }, secret: undefined };
    }
    case "ct1-received": {
      const { encoder, chunk } = nextChunk(side.ek);
      return { braid: { ...side, ek: encoder }, payload: { type: "ek-ct1-ack", chunk }, secret: undefined };
    }
    case "ek-sent-ct1-received":
      return { braid: side, payload: { type: "ct1-ack" }, secret: undefined };
  }
}

/** Takes a payload of the same epoch; one that is not due is ignored. */
export function* receiveAsEkSide(side: EkSide, payload: Payload): Step<Result<BraidStep, BraidRefusal>> {
  const { epoch, authenticator } = side;
  if (side.phase === "keys-sampled" && payload.type === "ct1") {
    const { seed, vector } = side;
    const ct1 = startDecoder(CT1_BYTES);
    return takeCt1({ epoch, authenticator, phase: "header-sent", seed, ek: startEncoder(vector), ct1 }, payload.chunk);
  }
  if (side.phase === "header-sent" && payload.type === "ct1") return takeCt1(side, payload.chunk);
  if (side.phase === "ct1-received" && payload.type === "ct2") {
    const { seed, ct1 } = side;
    const ct2 = startDecoder(MACED_CT2_BYTES);
    return yield* takeCt2({ epoch, authenticator, phase: "ek-sent-ct1-received", seed, ct1, ct2 }, payload.chunk);
  }
  if (side.phase === "ek-sent-ct1-received" && payload.type === "ct2") return yield* takeCt2(side, payload.chunk);
  return ok({ braid: side, secret: undefined });
}

function takeCt1(side: EkSide & { readonly phase: "header-sent" }, chunk: Chunk): Result<BraidStep, never> {
  const progress = addChunk(side.ct1, chunk);
  if (!progress.data) return ok({ braid: { ...side, ct1: progress.decoder }, secret: undefined });
  return ok({ braid: { ...side, phase: "ct1-received", ct1: progress.data }, secret: undefined });
}

function* takeCt2(
  side: EkSide & { readonly phase: "ek-sent-ct1-received" },
  chunk: Chunk,
): Step<Result<BraidStep, BraidRefusal>> {
  const progress = addChunk(side.ct2, chunk);
  if (!progress.data) return ok({ braid: { ...side, ct2: progress.decoder }, secret: undefined });
  const ct2 = progress.data.slice(0, CT2_BYTES);
  const secret = epochSecretOf(yield* decapsulate(side.seed, side.ct1, ct2), side.epoch);
  const authenticator = updateAuthenticator(side.authenticator, side.epoch, secret);
  const mac = macOfCiphertext(authenticator, side.epoch, side.ct1, ct2);
  if (!equalBytes(mac, progress.data.subarray(CT2_BYTES))) return refused("forged");
  return ok({ braid: startCtSide(side.epoch + 1, authenticator), secret });
}
