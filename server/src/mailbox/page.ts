import { KIB, MAILBOX_PAGE } from "@tacit/shared/limits";
import type { Envelope } from "@tacit/shared/wire/envelopes";
import type { LiveEnvelope } from "./live.ts";
import type { StoredEnvelope } from "./store.ts";

const MAX_PAGE_BYTES = 1024 * KIB;

/** The next page in the order of arrival: durable envelopes and, among them, the live ones that came between. */
export function assemblePage(durable: readonly StoredEnvelope[], live: readonly LiveEnvelope[]): Envelope[] {
  const arrived = [
    ...durable.map(({ sequence, id, sealed }) => ({ at: sequence, rank: 0, id, lane: "durable" as const, sealed })),
    ...live.map(({ after, id, lane, sealed }) => ({ at: after, rank: 1, id, lane, sealed })),
  ].sort((a, b) => a.at - b.at || a.rank - b.rank);
  const page: Envelope[] = [];
  let bytes = 0;
  for (const { id, lane, sealed } of arrived) {
    bytes += sealed.length;
    if (page.length === MAILBOX_PAGE || (page.length > 0 && bytes > MAX_PAGE_BYTES)) break;
    page.push({ id, lane, sealed });
  }
  return page;
}
