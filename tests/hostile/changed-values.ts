import type { Bytes } from "@tacit/shared/bytes";
import { decode, encode } from "@tacit/shared/codec";
import type { Chance } from "../simulation/chance.ts";

type Packet = { readonly data?: unknown };

/** A packet in which one to three values were changed. It is still MessagePack: this is for what comes after the decoder. */
export function changeValues(frame: Bytes, chance: Chance): Bytes {
  const decoded = decode(frame, frame.length);
  if (!decoded.ok) throw new TypeError("an original is no MessagePack");
  const packet = decoded.value as Packet;
  let { data } = packet;
  for (let edits = 1 + chance.below(3); edits > 0; edits--) data = changeArguments(data, chance);
  // Of a packet's type, name and number there is little to get wrong.
  return encode(chance.isOneIn(16) ? changeValue({ ...packet, data }, chance) : { ...packet, data });
}

/** Another event than ours ends a connection at once. */
function changeArguments(data: unknown, chance: Chance): unknown {
  if (!Array.isArray(data) || chance.isOneIn(16)) return changeValue(data, chance);
  const [event, said, ...rest] = data as readonly unknown[];
  return [event, changeValue(said, chance), ...rest];
}

/** A value in which one to three values were changed, or as many as `edits` says. */
export function changeSome(value: unknown, chance: Chance, edits = 1 + chance.below(3)): unknown {
  let changed = value;
  for (let edit = 0; edit < edits; edit++) changed = changeValue(changed, chance);
  return changed;
}

export function changeValue(value: unknown, chance: Chance): unknown {
  if (chance.isOneIn(8)) return oddity(chance);
  if (value instanceof Uint8Array) return changeBinary(value, chance);
  if (Array.isArray(value)) return changeList(value, chance);
  if (value !== null && typeof value === "object") return changeMap(value as Record<string, unknown>, chance);
  if (typeof value === "number") return chance.pick([value + 1, value - 1, -value, value + 0.5, value * 2 ** 32]);
  return oddity(chance);
}

function changeBinary(bytes: Uint8Array, chance: Chance): unknown {
  const changed = Uint8Array.from(bytes);
  const at = chance.below(Math.max(1, bytes.length));
  switch (chance.below(4)) {
    case 0:
      return bytes.slice(0, at);
    case 1:
      return Uint8Array.from([...bytes.slice(0, 64), chance.below(256), ...bytes.slice(64)]);
    case 2:
      return changed.fill(chance.pick([0x00, 0xff]));
    default:
      changed[at] = (changed[at] ?? 0) ^ (1 << chance.below(8));
      return changed;
  }
}

function changeList(list: readonly unknown[], chance: Chance): unknown {
  const at = chance.below(Math.max(1, list.length));
  switch (chance.below(8)) {
    case 0:
      return list.toSpliced(at, 1);
    case 1:
      return [...list, ...Array.from({ length: 1 + chance.below(40) }, () => list[at])];
    case 2:
      return list.toReversed();
    default:
      return list.map((item, n) => (n === at ? changeValue(item, chance) : item));
  }
}

function changeMap(map: Readonly<Record<string, unknown>>, chance: Chance): unknown {
  const entries = Object.entries(map);
  const at = chance.below(Math.max(1, entries.length));
  switch (chance.below(8)) {
    case 0:
      return Object.fromEntries(entries.toSpliced(at, 1));
    case 1:
      return Object.fromEntries([
        ...entries,
        [chance.pick(["__proto__", "constructor", "length", "", "x"]), oddity(chance)],
      ]);
    default:
      return Object.fromEntries(entries.map(([key, item], n) => [key, n === at ? changeValue(item, chance) : item]));
  }
}

/** What nobody expects where something else should be. */
function oddity(chance: Chance): unknown {
  switch (chance.below(8)) {
    case 0:
      return chance.pick([null, true, false]);
    case 1:
      return chance.pick([0, -1, 0.5, 2 ** 31, 2 ** 32, 2 ** 53, -(2 ** 63), Number.NaN, Number.POSITIVE_INFINITY]);
    case 2:
      return chance.pick(["", "__proto__", "toString", "\u0000", "\u202e", "\ud800", "x".repeat(chance.below(5_000))]);
    case 3:
      return new Uint8Array(chance.pick([0, 1, 15, 16, 17, 31, 32, 33, 64, 1_024, 70_000]));
    case 4:
      return Array.from({ length: chance.below(100) }, () => null);
    case 5:
      return Object.fromEntries([[chance.pick(["__proto__", "then", "toJSON", "type"]), { length: -1 }]]);
    case 6:
      return Array.from({ length: chance.below(60) }).reduce<unknown>((inner) => [inner], []);
    default:
      return new Date(0);
  }
}
