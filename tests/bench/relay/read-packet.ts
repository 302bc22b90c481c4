import { readPlain } from "@tacit/server/sockets/read-plain";

/** What the relay says. Bytes are views on the frame. */
export type Packet = { readonly type: number; readonly id: number | undefined; readonly data: unknown };

/** More than any packet of a relay has. */
const MAX_VALUES = 100_000;

/** Reads what a relay that is ours says: what no packet of it has is an error. */
export function readPacket(frame: Buffer): Packet {
  const { type, id, data } = readPlain(frame, MAX_VALUES) as Readonly<Record<string, unknown>>;
  if (typeof type !== "number") throw new Error("a packet without a type");
  return { type, id: typeof id === "number" ? id : undefined, data };
}
