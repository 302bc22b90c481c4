import { RelayStage } from "@tacit/server/testing/relay-stage";
import { type Bytes, concat, copyBytes } from "@tacit/shared/bytes";
import { encode } from "@tacit/shared/codec";
import { DELIVERY_PLANE, DEVICE_PLANE } from "@tacit/shared/events";
import { PROTOCOL_VERSION } from "@tacit/shared/version";
import type { Chance } from "../simulation/chance.ts";
import { changeValues } from "./changed-values.ts";

export type Plane = typeof DEVICE_PLANE | typeof DELIVERY_PLANE;
/** Packets as our clients send them, by the plane that they are for: joining is the first of each. */
export type Originals = Readonly<Record<Plane, readonly Bytes[]>>;

const [CONNECT, EVENT] = [0, 2];
/** First bytes of MessagePack that promise much: bytes, texts, arrays and maps of 32-bit lengths, and one that is none. */
const PROMISES = [0xc1, 0xc6, 0xc9, 0xdb, 0xdd, 0xdf];
const LENGTHS = [0x00, 0x01, 0x7f, 0x80, 0xff];

/** One packet of each thing that a client says. Its people have accounts at no relay that is left. */
export async function composeOriginals(): Promise<Originals> {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const [one, two] = [stage.compose(bob), stage.compose(bob, "live")];
  const packet = (nsp: Plane, id: number, ...data: readonly unknown[]) => encode({ type: EVENT, nsp, id, data });
  const ids = Array.from({ length: 5 }, () => stage.random(16));
  return {
    [DEVICE_PLANE]: [
      encode({ type: CONNECT, nsp: DEVICE_PLANE, data: { protocol: PROTOCOL_VERSION, token: bob.token, epoch: 7 } }),
      packet(DEVICE_PLANE, 3, "collected", ids),
    ],
    [DELIVERY_PLANE]: [
      encode({ type: CONNECT, nsp: DELIVERY_PLANE, data: { protocol: PROTOCOL_VERSION } }),
      packet(DELIVERY_PLANE, 0, "post", [one]),
      packet(DELIVERY_PLANE, 1, "post", [one, two]),
      packet(DELIVERY_PLANE, 2, "bundle", { key: bob.contactKey, nonce: stage.random(16) }),
      packet(DELIVERY_PLANE, 4, "claim", { card: bob.onceKey, claimant: stage.random(32) }),
    ],
  };
}

/** A frame that was changed in one to three places: in its bytes, as parsers have been felled, or in what it says. */
export function mutate(frame: Bytes, chance: Chance): Bytes {
  return chance.isOneIn(2) ? changeBytes(frame, chance) : changeValues(frame, chance);
}

function changeBytes(frame: Bytes, chance: Chance): Bytes {
  let changed = copyBytes(frame);
  for (let edits = 1 + chance.below(3); edits > 0; edits--) changed = edit(changed, chance);
  return changed;
}

function edit(frame: Bytes, chance: Chance): Bytes {
  if (frame.length === 0) return frame;
  // What a packet is of lies in its first bytes; the rest is mostly noise already.
  const at = chance.below(chance.below(4) === 0 ? frame.length : Math.min(64, frame.length));
  const any = () => chance.below(256);
  switch (chance.below(8)) {
    case 0:
      frame[at] = (frame[at] ?? 0) ^ (1 << chance.below(8));
      return frame;
    case 1:
      frame[at] = any();
      return frame;
    case 2:
      frame[at] = chance.pick(PROMISES);
      return frame;
    case 3:
      frame.fill(chance.pick(LENGTHS), at, at + 1 + chance.below(4));
      return frame;
    case 4:
      return frame.slice(0, at);
    case 5:
      return concat(frame.slice(0, at), Uint8Array.of(any(), any()), frame.slice(at));
    case 6:
      return concat(frame.slice(0, at), frame.slice(Math.min(frame.length, at + 1 + chance.below(8))));
    default: {
      const from = chance.below(frame.length);
      return concat(frame.slice(0, at), frame.slice(from, from + chance.below(40)), frame.slice(at));
    }
  }
}
