import type { Bytes } from "./bytes.ts";
import { toUtf8 } from "./text.ts";

// Domain separation: every signature by an identity key that is not the Signal protocol's own begins with one of these,
// and so does the proof of work.

export type Label = "device list" | "registration" | "device token" | "account deletion" | "proof of work";

export function labelled(label: Label): Bytes {
  return toUtf8(`Tacit ${label} v1\0`);
}
