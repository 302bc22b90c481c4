import type { ConversationRow } from "@tacit/web/core/views";
import { isAside } from "../conversations/listed.ts";

/**
 * The conversations whose last message came from the other side since `before`. Nothing is new at first sight, or from
 * people put aside.
 */
export function newMessages(
  before: readonly ConversationRow[] | undefined,
  after: readonly ConversationRow[],
): readonly ConversationRow[] {
  if (before === undefined) return [];
  const known = new Map(before.map((row) => [row.contact, row.last]));
  return after.filter((row) => {
    const { contact, last } = row;
    if (last === undefined || last.isMine || last.kind !== "text" || isAside(row)) return false;
    const earlier = known.get(contact);
    return (
      earlier === undefined || earlier.atMs < last.atMs || (earlier.atMs === last.atMs && earlier.text !== last.text)
    );
  });
}
