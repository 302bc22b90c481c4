import { seededRandom } from "@tacit/crypto/testing/random";

/** A whole number below its argument; the same ones for the same `seed`. */
export type Draw = (below: number) => number;

export function upTo(seed: string): Draw {
  const random = seededRandom(seed);
  return (below) => new DataView(random(4).buffer).getUint32(0) % below;
}

/** A copy in another order. */
export function shuffled<Item>(items: readonly Item[], draw: Draw): Item[] {
  const rest = [...items];
  const drawn: Item[] = [];
  while (rest.length > 0) drawn.push(...rest.splice(draw(rest.length), 1));
  return drawn;
}
