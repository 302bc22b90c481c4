import { DAY_MS } from "@tacit/shared/limits";

/** So much of what nobody asked for, in MiB: what goes directly is charged to no budget at a relay. */
export const FETCHED_UNASKED = {
  each: { atOnce: 512, everyMs: DAY_MS / 512 },
  all: { atOnce: 2_048, everyMs: DAY_MS / 2_048 },
};
