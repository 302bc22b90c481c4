import { MINUTE_MS } from "@tacit/shared/limits";

/**
 * What a contact makes this device say without a thing that its person would see: a receipt for what was there before, a
 * message once more, the question for what could not be read. Each tells that the device is there. So many at once as a
 * conversation that went wrong needs, and one now and then after that. docs/PROTOCOL.md §5.6.
 */
export const UNSEEN_ANSWERS = {
  each: { atOnce: 256, everyMs: 10 * MINUTE_MS },
  // No contact uses them up for another.
  all: { atOnce: Number.POSITIVE_INFINITY, everyMs: 1 },
};
