import type { MessageId } from "@tacit/shared/ids";
import { useCallback, useEffect, useState } from "react";
import { useSurroundings } from "../app/surroundings.ts";
import type { TimelineItem } from "./timeline-items.ts";

const LIT_MS = 1_500;

/** Goes to a message and lights it up; loads older ones until it is there. */
export function useJump(
  items: readonly TimelineItem[],
  hasMore: boolean,
  loadOlder: () => void,
  reveal: (index: number) => void,
) {
  const { clock } = useSurroundings();
  const [wanted, setWanted] = useState<MessageId>();
  const [litKey, setLitKey] = useState<string>();

  useEffect(() => {
    if (wanted === undefined) return;
    const index = items.findIndex((item) => item.kind === "row" && item.row.kind === "text" && item.row.id === wanted);
    const found = items[index];
    if (found !== undefined) {
      reveal(index);
      setLitKey(found.key);
    } else if (hasMore) {
      loadOlder();
      return;
    }
    setWanted(undefined);
  }, [wanted, items, hasMore, loadOlder, reveal]);

  useEffect(() => {
    return litKey === undefined ? undefined : clock.after(LIT_MS, () => setLitKey(undefined));
  }, [clock, litKey]);

  return { litKey, jumpTo: useCallback((message: MessageId) => setWanted(message), []) };
}
