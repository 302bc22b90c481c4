import type { ContactId } from "@tacit/web/core/views";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { keepEqual } from "../app/keep-equal.ts";
import { useNow } from "../app/use-now.ts";
import { usePlace } from "../app/use-place.ts";
import { dayLabel } from "../parts/times.ts";
import { useSpareTime } from "../parts/use-spare-time.ts";
import type { Quoted } from "./Conversation.tsx";
import css from "./Timeline.module.css";
import { TimelineRow } from "./TimelineRow.tsx";
import { keyOf, type TimelineItem, toTimeline } from "./timeline-items.ts";
import { useEnd } from "./use-end.ts";
import { useJump } from "./use-jump.ts";
import type { MessageWindow } from "./use-messages.ts";
import { useRowFocus } from "./use-row-focus.ts";
import { NEAR_PX, useScrollState } from "./use-scroll-state.ts";

/** What the floating day label takes at the top: rows that are scrolled to stand below it. */
const DAY_PX = 40;

/** Drawn beyond both edges, once what is between them is. */
const OVERSCAN_ROWS = 10;

type TimelineProps = {
  readonly contact: ContactId;
  readonly name: string;
  readonly shown: MessageWindow;
  readonly firstUnread: string | undefined;
  readonly onOlder: () => void;
  readonly onNewer: () => void;
  readonly onNewest: () => void;
  readonly onReply: ((row: Quoted) => void) | undefined;
};

export function Timeline(props: TimelineProps) {
  const { contact, name, shown, firstUnread, onOlder, onNewer, onNewest, onReply } = props;
  const { page, newest } = shown;
  const isNewest = page === newest;
  const { t } = useTranslation();
  const nowMs = useNow();
  const place = usePlace();
  const hasTime = useSpareTime();
  const scroller = useRef<HTMLDivElement>(null);
  const before = useRef<readonly TimelineItem[]>(undefined);
  const items = useMemo(() => keepEqual(before.current, toTimeline(page, firstUnread)), [page, firstUnread]);
  before.current = items;
  // Opens at the first unread message, or at the end.
  const opening = useRef(items.findIndex(({ kind }) => kind === "unread"));
  const looked = useRef(() => {});
  const virtual = useVirtualizer<HTMLDivElement, HTMLLIElement>({
    count: items.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => items[index]?.key ?? index,
    estimateSize: (index) => expectedPx(items[index]),
    // Near enough that no row is drawn elsewhere first.
    initialOffset: () => sum(items.slice(0, opening.current > 0 ? opening.current : undefined).map(expectedPx)),
    anchorTo: "end",
    followOnAppend: isNewest,
    scrollEndThreshold: NEAR_PX,
    overscan: hasTime ? OVERSCAN_ROWS : 1,
    paddingStart: 16,
    paddingEnd: 4,
    scrollPaddingStart: DAY_PX,
    // It moves the rows itself: only a row that comes or changes is drawn.
    directDomUpdates: true,
    directDomUpdatesMode: "position",
    onChange: () => looked.current(),
  });
  const rows = virtual.getVirtualItems();

  useLayoutEffect(() => {
    if (opening.current > 0) virtual.scrollToIndex(opening.current, { align: "start" });
    else virtual.scrollToEnd();
  }, [virtual]);

  /** The end of the conversation, where the newest page has to come first. */
  const isReturning = useRef(false);
  const toLatest = useCallback(() => {
    isReturning.current = true;
    onNewest();
  }, [onNewest]);
  useLayoutEffect(() => {
    if (!isReturning.current || !isNewest) return;
    isReturning.current = false;
    virtual.scrollToEnd({ behavior: "auto" });
  });

  // What we send is always shown.
  const last = newest.rows.at(-1);
  const lastKey = last && keyOf(last);
  const ownKey = last?.kind === "text" && last.isMine ? lastKey : undefined;
  const shownOwnKey = useRef(ownKey);
  useLayoutEffect(() => {
    if (ownKey !== undefined && ownKey !== shownOwnKey.current) toLatest();
    shownOwnKey.current = ownKey;
  }, [toLatest, ownKey]);

  const toEnd = useCallback(() => virtual.scrollToEnd(), [virtual]);
  // Elsewhere than at the newest page there is no end to follow.
  const endKey = isNewest ? lastKey : undefined;
  const followEnd = useEnd(scroller, opening.current <= 0, endKey, NEAR_PX, toEnd);
  const { isFar, newCount, day, onScroll, look } = useScrollState(virtual, items, shown, followEnd, {
    onOlder,
    onNewer,
  });
  looked.current = look;
  const focus = useRowFocus(scroller, items, (index) => virtual.scrollToIndex(index, { align: "auto" }));
  const jump = useJump(items, page.hasMore, onOlder, (index) => virtual.scrollToIndex(index, { align: "center" }));
  const [touchedKey, setTouchedKey] = useState<string>();

  /** A text that unfolds is read from its start, also where the end of the conversation was in view. */
  const showStart = useCallback(
    (key: string) => {
      const index = before.current?.findIndex((item) => item.key === key) ?? -1;
      if (index >= 0) virtual.scrollToIndex(index, { align: "start" });
    },
    [virtual],
  );

  return (
    <div className={css["frame"]}>
      {day !== undefined && (
        <p className={css["day"]} aria-hidden="true">
          <span>{dayLabel(day.atMs, nowMs, place)}</span>
        </p>
      )}
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrow keys move the focus from message to message. */}
      <div
        ref={scroller}
        className={css["scroll"]}
        onScroll={onScroll}
        onKeyDown={focus.onKeyDown}
        role="presentation"
        data-region="messages"
      >
        <ol ref={virtual.containerRef} aria-label={t("conversation.messages")} className={css["list"]}>
          {rows.map(({ index, key }) => {
            const item = items[index];
            return (
              item !== undefined && (
                <TimelineRow
                  key={key}
                  measure={virtual.measureElement}
                  index={index}
                  count={page.hasMore || !isNewest ? -1 : items.length}
                  item={item}
                  contact={contact}
                  name={name}
                  nowMs={nowMs}
                  isFocusable={focus.key === item.key}
                  isLit={jump.litKey === item.key}
                  isTouched={touchedKey === item.key}
                  onFocus={focus.onFocus}
                  onTouch={setTouchedKey}
                  onUnfold={showStart}
                  onReply={onReply}
                  onJump={jump.jumpTo}
                />
              )
            );
          })}
        </ol>
      </div>
      {(isFar || !isNewest) && (
        <button
          type="button"
          className={css["jump"]}
          aria-label={newCount > 0 ? t("conversation.jumpCount", { count: newCount }) : t("conversation.jump")}
          onClick={toLatest}
        >
          <ArrowDown size={20} aria-hidden="true" />
          {newCount > 0 && (
            <span className={css["count"]} aria-hidden="true">
              {newCount}
            </span>
          )}
        </button>
      )}
    </div>
  );
}

/** Before it is drawn. */
function expectedPx(item: TimelineItem | undefined): number {
  if (item?.kind !== "row") return 44;
  return item.row.kind === "text" ? 48 + 22 * Math.floor(item.row.text.length / 70) : 52;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
