import { SECOND_MS } from "@tacit/shared/limits";
import type { ConversationRow } from "@tacit/web/core/views";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { plainName } from "../parts/plain-name.ts";
import { useAnnounce } from "./announcements.ts";
import { newMessages } from "./new-messages.ts";
import { useSurroundings } from "./surroundings.ts";
import { useView } from "./use-view.ts";

const GATHER_MS = 0.7 * SECOND_MS;

/** Announces new messages. A burst is one sentence. */
export function useSpokenMessages(): void {
  const { t } = useTranslation();
  const { clock } = useSurroundings();
  const announce = useAnnounce();
  const conversations = useView({ view: "conversations" });
  const before = useRef<readonly ConversationRow[]>(undefined);
  const [waiting, setWaiting] = useState<readonly ConversationRow[]>([]);

  useEffect(() => {
    if (conversations === undefined) return;
    const fresh = newMessages(before.current, conversations);
    before.current = conversations;
    if (fresh.length > 0) setWaiting((earlier) => [...earlier, ...fresh]);
  }, [conversations]);

  useEffect(() => {
    const [only, more] = waiting;
    if (only === undefined) return;
    return clock.after(GATHER_MS, () => {
      const name = plainName(only.name);
      announce(
        more === undefined
          ? t("conversation.announce", { name, text: only.last?.text || (only.last?.file ?? "") })
          : t("conversation.announceMany", { count: waiting.length }),
      );
      setWaiting([]);
    });
  }, [clock, waiting, announce, t]);
}
