import { decode, encode } from "@tacit/shared/codec";
import { MAX_HTTP_BODY_BYTES } from "@tacit/shared/limits";
import type { SignedDeviceList } from "@tacit/shared/wire/devices";
import type { Chance } from "./chance.ts";
import type { Story } from "./story.ts";
import type { Frame } from "./wire.ts";

const DISTURBANCES = ["lose", "twice", "swap", "spoil"] as const;
type Disturbance = (typeof DISTURBANCES)[number];

export function isDisturbance(verb: string): verb is Disturbance {
  return DISTURBANCES.some((one) => one === verb);
}

/** Does something to the oldest frame on a way, where there is one that it can be done to. */
export function disturb(story: Story, chance: Chance, verb: Disturbance, said: readonly string[]): boolean {
  const found = story.pipe(said, verb === "swap" ? 2 : 1);
  const [first, second] = found?.pipe.waiting ?? [];
  if (found === undefined || first === undefined || first === "end") return false;
  const { waiting } = found.pipe;
  // Who one is was said once, before anything else; whoever could change that has the token.
  const isGreeting = said[0] === "up" && (found.wire.plane === "request" || !found.wire.up.hasDelivered);
  switch (verb) {
    case "lose":
      waiting.shift();
      return true;
    case "twice":
      if (isGreeting) return false;
      waiting.unshift(first);
      return true;
    case "swap":
      if (isGreeting || second === undefined || second === "end") return false;
      waiting.splice(0, 2, second, first);
      return true;
    case "spoil": {
      if (isGreeting) return false;
      story.ledger.damage(first);
      const spoiled = first.slice();
      const at = chance.below(spoiled.length);
      spoiled[at] = (spoiled[at] as number) ^ (1 << chance.below(8));
      waiting[0] = spoiled;
      return true;
    }
  }
}

/** A bundle answer in which the device list is Mallory's. `undefined` for every other frame. */
export function withForeignList(frame: Exclude<Frame, "end">, list: SignedDeviceList): Frame | undefined {
  const decoded = decode(frame, MAX_HTTP_BODY_BYTES);
  if (!decoded.ok || !Array.isArray(decoded.value)) return undefined;
  const [event, asked, answer] = decoded.value as [unknown, unknown, { readonly bundle?: unknown } | undefined];
  if (event !== "answer" || !(answer?.bundle instanceof Uint8Array)) return undefined;
  const bundle = decode(answer.bundle, MAX_HTTP_BODY_BYTES);
  if (!bundle.ok) return undefined;
  const posed = encode({ ...(bundle.value as object), list });
  return encode([event, asked, { ...answer, bundle: posed }]);
}
