import { MINUTE_MS } from "@tacit/shared/limits";
import type { MessagePage, MessageRow } from "@tacit/web/core/views";
import { dayOf, type Place } from "../parts/times.ts";

export type TimelineItem =
  /** Above the oldest message of all. */
  | { readonly kind: "start"; readonly key: string }
  | { readonly kind: "day"; readonly key: string; readonly atMs: number }
  | { readonly kind: "unread"; readonly key: string }
  | {
      readonly kind: "row";
      readonly key: string;
      readonly row: MessageRow;
      /** First and last of a run: one sender, no more than five minutes from one to the next, nothing between. */
      readonly isRunStart: boolean;
      readonly isRunEnd: boolean;
      /** Shows its time and mark: the last of a run, and the last with its mark. */
      readonly isSigned: boolean;
    };

/** The same for a message of ours and its echo, which it takes the place of. */
export function keyOf(row: MessageRow): string {
  return row.kind === "text" && row.isMine ? `mine ${row.id}` : row.key;
}

const RUN_GAP_MS = 5 * MINUTE_MS;

/** What a conversation shows, oldest first. `firstUnread` is the row that the divider stands above. */
export function toTimeline(
  { rows, hasMore }: Pick<MessagePage, "rows" | "hasMore">,
  firstUnread: string | undefined,
  place: Place = {},
): readonly TimelineItem[] {
  const items: TimelineItem[] = hasMore ? [] : [{ kind: "start", key: "start" }];
  let day: number | undefined;
  rows.forEach((row, at) => {
    const before = rows[at - 1];
    const after = rows[at + 1];
    const rowDay = dayOf(row.atMs, place);
    if (rowDay !== day) items.push({ kind: "day", key: `day ${keyOf(row)}`, atMs: row.atMs });
    day = rowDay;
    if (row.key === firstUnread) items.push({ kind: "unread", key: "unread" });
    const isRunEnd = !isRun(row, after, firstUnread, place);
    items.push({
      kind: "row",
      key: keyOf(row),
      row,
      isRunStart: !isRun(before, row, firstUnread, place),
      isRunEnd,
      isSigned: isRunEnd || markOf(row) !== markOf(after),
    });
  });
  return items;
}

function isRun(
  one: MessageRow | undefined,
  next: MessageRow | undefined,
  firstUnread: string | undefined,
  place: Place,
): boolean {
  return (
    one?.kind === "text" &&
    next?.kind === "text" &&
    one.isMine === next.isMine &&
    Math.abs(next.atMs - one.atMs) <= RUN_GAP_MS &&
    next.key !== firstUnread &&
    dayOf(one.atMs, place) === dayOf(next.atMs, place)
  );
}

function markOf(row: MessageRow | undefined) {
  return row?.kind === "text" ? row.mark : undefined;
}
