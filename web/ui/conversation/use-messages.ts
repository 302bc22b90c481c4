import type { ContactId, MessagePage } from "@tacit/web/core/views";
import { useCallback, useRef, useState } from "react";
import { useView } from "../app/use-view.ts";

const PAGE_ROWS = 80;

/** The newest messages, and more of the older ones on demand; the page stays while the longer one comes. */
export function useMessages(contact: ContactId): {
  readonly page: MessagePage | undefined;
  readonly loadOlder: () => void;
} {
  const [limit, setLimit] = useState(PAGE_ROWS);
  const next = useView({ view: "messages", contact, limit });
  const last = useRef<MessagePage>(undefined);
  if (next !== undefined) last.current = next;
  const isWaiting = next === undefined;
  const hasMore = next?.hasMore === true;
  const loadOlder = useCallback(() => {
    if (!isWaiting && hasMore) setLimit((shown) => shown + PAGE_ROWS);
  }, [isWaiting, hasMore]);
  return { page: next ?? last.current, loadOlder };
}
