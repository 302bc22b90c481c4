import type { ContactId, MessagePage } from "@tacit/web/core/views";
import { useCallback, useEffect, useRef, useState } from "react";
import { useView } from "../app/use-view.ts";

const PAGE_ROWS = 80;
/** Further back than this the divider is not looked for. */
const MAX_OPENING_ROWS = 1_000;

/**
 * From the moment that the conversation is opened, which fixes its divider: the newest messages, back to the first unread one, and more of the older ones on demand; the page stays while the
 * longer one comes.
 */
export function useMessages(
  contact: ContactId,
  isOpened: boolean,
): {
  readonly page: MessagePage | undefined;
  readonly loadOlder: () => void;
} {
  const [limit, setLimit] = useState(PAGE_ROWS);
  const next = useView(isOpened ? { view: "messages" as const, contact, limit } : undefined);
  const last = useRef<MessagePage>(undefined);
  const isShort = next !== undefined && limit < MAX_OPENING_ROWS && isDividerBefore(next);
  if (next !== undefined && !isShort) last.current = next;
  useEffect(() => {
    if (isShort) setLimit((shown) => Math.min(2 * shown, MAX_OPENING_ROWS));
  }, [isShort]);
  const isWaiting = next === undefined;
  const hasMore = next?.hasMore === true;
  const loadOlder = useCallback(() => {
    if (!isWaiting && hasMore) setLimit((shown) => shown + PAGE_ROWS);
  }, [isWaiting, hasMore]);
  return { page: isShort ? last.current : (next ?? last.current), loadOlder };
}

function isDividerBefore({ rows, hasMore, firstUnread }: MessagePage): boolean {
  return hasMore && firstUnread !== undefined && rows.every(({ key }) => key !== firstUnread);
}
