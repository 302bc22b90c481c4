import { ok, type Result, refused } from "@tacit/shared/result";
import type { RandomSource, Step } from "../primitives.ts";
import {
  type Braid,
  type BraidRefusal,
  type BraidSent,
  type BraidStep,
  type EkSide,
  startEkSide,
} from "./braid-state.ts";
import { receiveAsCtSide, sendAsCtSide } from "./ct-side.ts";
import { receiveAsEkSide, sendAsEkSide } from "./ek-side.ts";
import type { SpqrMessage } from "./message-codec.ts";

/** One step of the agreement on the epoch's secret, as a payload for the next message. */
export function* sendBraid(braid: Braid, random: RandomSource): Step<BraidSent> {
  return isEkSide(braid) ? yield* sendAsEkSide(braid, random) : sendAsCtSide(braid, random);
}

/**
 * Takes the payload of a received message. One of an earlier epoch is ignored. One of the next epoch proves to the
 * sender of a ciphertext that it arrived, and starts that epoch; to anybody else it is out of epoch.
 */
export function* receiveBraid(braid: Braid, { epoch, payload }: SpqrMessage): Step<Result<BraidStep, BraidRefusal>> {
  if (epoch < braid.epoch) return ok({ braid, secret: undefined });
  if (epoch > braid.epoch) {
    if (braid.phase !== "ct2-sampled" || epoch !== braid.epoch + 1) return refused("out-of-epoch");
    return ok({ braid: startEkSide(epoch, braid.authenticator), secret: undefined });
  }
  return isEkSide(braid) ? yield* receiveAsEkSide(braid, payload) : yield* receiveAsCtSide(braid, payload);
}

function isEkSide(braid: Braid): braid is EkSide {
  switch (braid.phase) {
    case "keys-unsampled":
    case "keys-sampled":
    case "header-sent":
    case "ct1-received":
    case "ek-sent-ct1-received":
      return true;
    default:
      return false;
  }
}
