import type { ContactId, MessagePage } from "@tacit/web/core/views";
import { useCallback, useEffect, useRef, useState } from "react";
import { useView } from "../app/use-view.ts";

const PAGE_ROWS = 80;
/** Further back than this the divider is not looked for. */
const MAX_OPENING_ROWS = 1_000;
/** Whoever reads further back than this leaves as many newer rows behind as older ones come. */
const WINDOW_ROWS = 240;

export type MessageWindow = {
  /** What there is to scroll in. */
  readonly page: MessagePage;
  /** The same page, unless its reader went far back. */
  readonly newest: MessagePage;
};

/**
 * From the moment that the conversation is opened, which fixes its divider: the newest messages, back to the first
 * unread one. Older ones come on demand, and newer ones again; what there is stays while they come.
 */
export function useMessages(
  contact: ContactId,
  isOpened: boolean,
): {
  readonly stored: MessageWindow | undefined;
  readonly loadOlder: () => void;
  readonly loadNewer: () => void;
  readonly loadNewest: () => void;
} {
  const [limit, setLimit] = useState(PAGE_ROWS);
  // Where each window ended on the way back: the last one is shown.
  const [ends, setEnds] = useState<readonly string[]>([]);
  const until = ends.at(-1);
  const newest = useView(isOpened ? { view: "messages" as const, contact, limit } : undefined);
  const older = useView(
    until === undefined ? undefined : { view: "messages" as const, contact, limit: WINDOW_ROWS, until },
  );
  const isShort = newest !== undefined && limit < MAX_OPENING_ROWS && lacks(newest, ends[0] ?? newest.firstUnread);
  useEffect(() => {
    if (isShort) setLimit((rows) => Math.min(2 * rows, MAX_OPENING_ROWS));
  }, [isShort]);

  const shown = useRef<MessageWindow>(undefined);
  const page = until === undefined ? newest : older;
  const isWaiting = newest === undefined || page === undefined || isShort;
  if (!isWaiting && (shown.current?.page !== page || shown.current.newest !== newest)) shown.current = { page, newest };

  const loadOlder = useCallback(() => {
    const { rows = [], hasMore = false } = shown.current?.page ?? {};
    if (isWaiting || !hasMore) return;
    const end = rows[WINDOW_ROWS - PAGE_ROWS - 1];
    if (end === undefined) setLimit((length) => length + PAGE_ROWS);
    else setEnds((before) => [...before, end.key]);
  }, [isWaiting]);
  const loadNewer = useCallback(() => {
    if (!isWaiting) setEnds((before) => before.slice(0, -1));
  }, [isWaiting]);
  const loadNewest = useCallback(() => setEnds([]), []);
  return { stored: shown.current, loadOlder, loadNewer, loadNewest };
}

function lacks({ rows, hasMore }: MessagePage, wanted: string | undefined): boolean {
  return hasMore && wanted !== undefined && rows.every(({ key }) => key !== wanted);
}
