/** The party that encapsulates to an epoch's key: collects header and key, sends the ciphertext in two parts. */
import { type Bytes, concat, equalBytes } from "@tacit/shared/bytes";
import { ok, type Result, refused } from "@tacit/shared/result";
import type { RandomSource, Step } from "../primitives.ts";
import { epochSecretOf, macOfCiphertext, macOfHeader, updateAuthenticator } from "./authenticator.ts";
import type { BraidRefusal, BraidSent, BraidStep, CtSide } from "./braid-state.ts";
import { addChunk, type Chunk, nextChunk, startDecoder, startEncoder } from "./erasure.ts";
import { encapsulateHead, encapsulateTail, HEADER_BYTES, KEM_MESSAGE_BYTES, VECTOR_BYTES } from "./incremental-kem.ts";
import type { Payload } from "./message-codec.ts";

/** Takes 32 bytes of `random` when it first answers a header; that step gives the epoch's secret. */
export function sendAsCtSide(side: CtSide, random: RandomSource): BraidSent {
  switch (side.phase) {
    case "no-header-received":
    case "ct1-acknowledged":
      return { braid: side, payload: { type: "none" }, secret: undefined };
    case "header-received":
      return encapsulate(side, random(KEM_MESSAGE_BYTES));
    case "ct1-sampled":
    case "ek-received-ct1-sampled": {
      const { encoder, chunk } = nextChunk(side.ct1);
      return { braid: { ...side, ct1: encoder }, payload: { type: "ct1", chunk }, secret: undefined };
    }
    case "ct2-sampled": {
      const { encoder, chunk } = nextChunk(side.ct2);
      return { braid: { ...side, ct2: encoder }, payload: { type: "ct2", chunk }, secret: undefined };
    }
  }
}

/** Takes a payload of the same epoch; one that is not due is ignored. */
export function* receiveAsCtSide(side: CtSide, payload: Payload): Step<Result<BraidStep, BraidRefusal>> {
  switch (side.phase) {
    case "no-header-received":
      if (payload.type === "hdr") return takeHeader(side, payload.chunk);
      break;
    case "ct1-sampled":
    case "ct1-acknowledged":
      if (payload.type === "ek" || payload.type === "ek-ct1-ack") {
        return yield* takeEk(side, payload.chunk, payload.type === "ek-ct1-ack");
      }
      break;
    case "ek-received-ct1-sampled":
      if (payload.type === "ct1-ack" || payload.type === "ek-ct1-ack") return ok(startCt2(side, side.ct2));
      break;
    case "header-received":
    case "ct2-sampled":
      break;
  }
  return ok({ braid: side, secret: undefined });
}

type CtSideIn<Phase extends CtSide["phase"]> = CtSide & { readonly phase: Phase };

function encapsulate(side: CtSideIn<"header-received">, message: Bytes): BraidSent {
  const { epoch, header, ek } = side;
  const { ct1, secret: sharedSecret } = encapsulateHead(header, message);
  const secret = epochSecretOf(sharedSecret, epoch);
  const authenticator = updateAuthenticator(side.authenticator, epoch, secret);
  const { encoder, chunk } = nextChunk(startEncoder(ct1));
  const braid = { epoch, authenticator, phase: "ct1-sampled", header, message, ct1: encoder, ek } as const;
  return { braid, payload: { type: "ct1", chunk }, secret };
}

function takeHeader(side: CtSideIn<"no-header-received">, chunk: Chunk): Result<BraidStep, BraidRefusal> {
  const progress = addChunk(side.header, chunk);
  if (!progress.data) return ok({ braid: { ...side, header: progress.decoder }, secret: undefined });
  const { epoch, authenticator } = side;
  const header = progress.data.slice(0, HEADER_BYTES);
  const mac = macOfHeader(authenticator, epoch, header);
  if (!equalBytes(mac, progress.data.subarray(HEADER_BYTES))) return refused("forged");
  const ek = startDecoder(VECTOR_BYTES);
  return ok({ braid: { epoch, authenticator, phase: "header-received", header, ek }, secret: undefined });
}

function* takeEk(
  side: CtSideIn<"ct1-sampled" | "ct1-acknowledged">,
  chunk: Chunk,
  isAcknowledged: boolean,
): Step<Result<BraidStep, BraidRefusal>> {
  const { epoch, authenticator, header, message } = side;
  const ct1 = side.phase === "ct1-sampled" ? side.ct1.data : side.ct1;
  const progress = addChunk(side.ek, chunk);
  if (!progress.data) {
    const ek = progress.decoder;
    if (side.phase === "ct1-acknowledged" || !isAcknowledged) return ok({ braid: { ...side, ek }, secret: undefined });
    const braid = { epoch, authenticator, phase: "ct1-acknowledged", header, message, ct1, ek } as const;
    return ok({ braid, secret: undefined });
  }
  const tail = yield* encapsulateTail(header, progress.data, message, ct1);
  if (tail === undefined) return refused("forged");
  const ct2 = concat(tail, macOfCiphertext(authenticator, epoch, ct1, tail));
  if (side.phase === "ct1-acknowledged" || isAcknowledged) return ok(startCt2(side, ct2));
  const braid = { epoch, authenticator, phase: "ek-received-ct1-sampled", ct1: side.ct1, ct2 } as const;
  return ok({ braid, secret: undefined });
}

function startCt2({ epoch, authenticator }: CtSide, ct2: Bytes): BraidStep {
  const braid = { epoch, authenticator, phase: "ct2-sampled", ct2: startEncoder(ct2) } as const;
  return { braid, secret: undefined };
}
