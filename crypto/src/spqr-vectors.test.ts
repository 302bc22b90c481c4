/** A conversation with the official library (tests/interop/spqr-vector.ts), checked without it. */
import { fromHex, toHex } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import spqr from "../vectors/spqr.json" with { type: "json" };
import { noblePrimitives } from "./noble-primitives.ts";
import { run } from "./primitives.ts";
import { receiveSpqr, sendSpqr, startSpqr } from "./spqr/spqr.ts";
import { seededRandom } from "./testing/random.ts";

test.each(spqr.vectors)(
  "a conversation with the official library goes again as it went",
  ({ seed, pqrKey, messages }) => {
    const random = seededRandom(seed);
    let state = startSpqr("initiator", fromHex(pqrKey));
    for (const { from, message, key } of messages) {
      if (from === "us") {
        const sent = run(sendSpqr(state, random), noblePrimitives);
        expect({ message: toHex(sent.message), key: sent.key && toHex(sent.key) }).toEqual({ message, key });
        state = sent.state;
      } else {
        const received = run(receiveSpqr(state, fromHex(message)), noblePrimitives);
        if (!received.ok) throw new Error(received.reason);
        expect(received.value.key && toHex(received.value.key)).toBe(key);
        state = received.value.state;
      }
    }

    // Our key in the first epoch, the library's in the second.
    expect(state.braid.epoch).toBe(3);
    expect(messages).toHaveLength(200);
  },
);
