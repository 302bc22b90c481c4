import { parseDeviceHello, parseHello } from "@tacit/server/sockets/handshake";
import { parseCollected, parsePost } from "@tacit/server/sockets/parse-post";
import { strictParser } from "@tacit/server/sockets/parser";
import { DELIVERY_PLANE, DEVICE_PLANE, DeliveryHello } from "@tacit/shared/events";
import { Claim } from "@tacit/shared/wire/delivery-keys";
import { BundleRequest } from "@tacit/shared/wire/prekeys";
import type { Chance } from "../simulation/chance.ts";
import { mutate, type Originals } from "./mutations.ts";

export type Decoded = { readonly frames: number; readonly packets: number; readonly sound: number };

type Packet = { readonly type: number; readonly data?: unknown };

/**
 * Changed frames through everything that the relay does with one before it believes it: its decoder and its schemas, in
 * this process. Whatever is thrown but a refusal comes out of this. Answers how many were packets, and how many of those
 * said something that a client may say.
 */
export function decodeMutated(originals: Originals, chance: Chance, frames: number): Decoded {
  const all = [...originals[DEVICE_PLANE], ...originals[DELIVERY_PLANE]];
  let [packets, sound] = [0, 0];
  for (let n = 0; n < frames; n++) {
    const packet = decode(Buffer.from(mutate(chance.pick(all), chance)));
    if (packet === undefined) continue;
    packets += 1;
    if (isSound(packet)) sound += 1;
  }
  return { frames, packets, sound };
}

function decode(frame: Buffer): Packet | undefined {
  const decoder = new strictParser.Decoder();
  let packet: Packet | undefined;
  decoder.on("decoded", (decoded: Packet) => {
    packet = decoded;
  });
  try {
    decoder.add(frame);
  } catch (refusal) {
    // socket.io takes any error for a refusal. One of these would mean that a frame has cost too much.
    const isOurs =
      refusal instanceof Error && !/call stack|allocation|Invalid (array|string|typed array)/.test(refusal.message);
    if (!isOurs) throw refusal;
  }
  return packet;
}

/** As the planes parse it. */
function isSound({ type, data }: Packet): boolean {
  if (type === 0) return "hello" in parseDeviceHello(data) || "hello" in parseHello(DeliveryHello, data);
  if (!Array.isArray(data)) return false;
  const [event, said] = data as readonly unknown[];
  if (event === "collected") return parseCollected(said) !== undefined;
  if (event === "bundle") return BundleRequest.safeParse(said).success;
  if (event === "claim") return Claim.safeParse(said).success;
  return Array.isArray(said) && said.every((post: unknown) => parsePost(post) !== undefined);
}
