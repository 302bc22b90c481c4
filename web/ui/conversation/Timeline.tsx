import type { ContactId, MessagePage } from "@tacit/web/core/views";
import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { useCallback, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useNow } from "../app/use-now.ts";
import { usePlace } from "../app/use-place.ts";
import { dayLabel } from "../parts/times.ts";
import type { Quoted } from "./Conversation.tsx";
import css from "./Timeline.module.css";
import { TimelineRow } from "./TimelineRow.tsx";
import { toTimeline } from "./timeline-items.ts";
import { useEnd } from "./use-end.ts";
import { useJump } from "./use-jump.ts";
import { useRowFocus } from "./use-row-focus.ts";

/** From here on "Jump to latest" is offered. */
const FAR_PX = 400;
/** Nearer to the end than this, new messages are followed. */
const NEAR_PX = 100;
/** Nearer to the start than this, older messages are loaded. */
const OLDER_PX = 1_000;
/** What the floating day label takes at the top: rows that are scrolled to stand below it. */
const DAY_PX = 40;

type TimelineProps = {
  readonly contact: ContactId;
  readonly name: string;
  readonly page: MessagePage;
  readonly firstUnread: string | undefined;
  readonly onOlder: () => void;
  readonly onReply: ((row: Quoted) => void) | undefined;
};

export function Timeline({ contact, name, page, firstUnread, onOlder, onReply }: TimelineProps) {
  const { t } = useTranslation();
  const nowMs = useNow();
  const place = usePlace();
  const scroller = useRef<HTMLDivElement>(null);
  const items = useMemo(() => toTimeline(page, firstUnread), [page, firstUnread]);
  const virtual = useVirtualizer<HTMLDivElement, HTMLLIElement>({
    count: items.length,
    getScrollElement: () => scroller.current,
    getItemKey: (index) => items[index]?.key ?? index,
    estimateSize: (index) => (items[index]?.kind === "row" ? 52 : 44),
    anchorTo: "end",
    followOnAppend: true,
    scrollEndThreshold: NEAR_PX,
    overscan: 14,
    paddingStart: 16,
    paddingEnd: 4,
    scrollPaddingStart: DAY_PX,
  });
  const rows = virtual.getVirtualItems();

  // Opens at the first unread message, or at the end.
  const opening = useRef(items.findIndex(({ kind }) => kind === "unread"));
  useLayoutEffect(() => {
    if (opening.current > 0) virtual.scrollToIndex(opening.current, { align: "start" });
    else virtual.scrollToEnd();
  }, [virtual]);

  // What we send is always shown.
  const last = page.rows.at(-1);
  const ownKey = last?.kind === "text" && last.isMine ? last.key : undefined;
  const shownOwnKey = useRef(ownKey);
  useLayoutEffect(() => {
    if (ownKey !== undefined && ownKey !== shownOwnKey.current) virtual.scrollToEnd();
    shownOwnKey.current = ownKey;
  }, [virtual, ownKey]);

  const toEnd = useCallback(() => virtual.scrollToEnd(), [virtual]);
  const followEnd = useEnd(scroller, opening.current <= 0, NEAR_PX, toEnd);
  const { isFar, newCount, topKey, onScroll } = useScrollState(virtual, page, onOlder, followEnd);
  const focus = useRowFocus(scroller, items, (index) => virtual.scrollToIndex(index, { align: "auto" }));
  const jump = useJump(items, page.hasMore, onOlder, (index) => virtual.scrollToIndex(index, { align: "center" }));
  const [touchedKey, setTouchedKey] = useState<string>();
  const top = items.findIndex(({ key }) => key === topKey);
  const day = items.slice(0, top + 1).findLast((item) => item.kind === "day");

  /** A text that unfolds is read from its start, also where the end of the conversation was in view. */
  function showStart(key: string) {
    virtual.scrollToIndex(
      items.findIndex((item) => item.key === key),
      { align: "start" },
    );
  }

  return (
    <div className={css["frame"]}>
      {day !== undefined && day.key !== topKey && (
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
        <ol
          aria-label={t("conversation.messages")}
          className={css["list"]}
          style={{ blockSize: virtual.getTotalSize() }}
        >
          {rows.map(({ index, key, start }) => {
            const item = items[index];
            return (
              item !== undefined && (
                <TimelineRow
                  key={key}
                  slot={{
                    ref: virtual.measureElement,
                    "data-index": index,
                    "aria-posinset": index + 1,
                    "aria-setsize": page.hasMore ? -1 : items.length,
                    style: { transform: `translateY(${start}px)` },
                  }}
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
      {isFar && (
        <button
          type="button"
          className={css["jump"]}
          aria-label={newCount > 0 ? t("conversation.jumpCount", { count: newCount }) : t("conversation.jump")}
          onClick={() => virtual.scrollToEnd({ behavior: "auto" })}
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

type Scrolled = ReturnType<typeof useVirtualizer<HTMLDivElement, HTMLLIElement>>;

/** Where the reader is: how far from the end, what arrived below since, and what is at the top edge. */
function useScrollState(
  virtual: Scrolled,
  page: MessagePage,
  onOlder: () => void,
  followEnd: (scroller: HTMLElement) => void,
) {
  const lastKey = page.rows.at(-1)?.key;
  const [isFar, setFar] = useState(false);
  const [seenKey, setSeenKey] = useState(lastKey);
  const [topKey, setTopKey] = useState<string>();
  const top = useRef(0);

  function update() {
    const distance = virtual.getDistanceFromEnd();
    setFar(distance > FAR_PX);
    if (distance < NEAR_PX) setSeenKey(lastKey);
    const offset = virtual.scrollOffset ?? 0;
    const atTop = virtual.getVirtualItemForOffset(offset + 8);
    setTopKey(offset < 8 || atTop === undefined ? undefined : String(atTop.key));
  }

  function onScroll({ currentTarget }: React.UIEvent<HTMLElement>) {
    const { scrollTop } = currentTarget;
    followEnd(currentTarget);
    update();
    const isUpward = scrollTop < top.current;
    top.current = scrollTop;
    if (isUpward && scrollTop < OLDER_PX) onOlder();
  }

  // Rows that turn out taller than expected move the end without a scroll.
  useLayoutEffect(update);

  const seen = page.rows.findIndex(({ key }) => key === seenKey);
  const newCount = page.rows.slice(seen + 1).filter((row) => row.kind === "text" && !row.isMine).length;
  return { isFar, newCount: seen < 0 ? 0 : newCount, topKey, onScroll };
}
