import type { ConversationRow, NoticeKind } from "@tacit/web/core/views";
import { useTranslation } from "react-i18next";
import { plainName } from "../parts/plain-name.ts";

type Summary = { readonly look: "held" | "typing" | "draft" | "state" | "last"; readonly text: string };

/** The second line of a conversation: the most pressing of what there is to say. */
export function useSummary({ status, isHeld, isTyping, draft, last }: ConversationRow): Summary {
  const { t } = useTranslation();
  if (status === "blocked" || status === "ignored") return { look: "state", text: t(`list.${status}`) };
  if (isHeld) return { look: "held", text: t("list.held") };
  if (isTyping) return { look: "typing", text: t("list.typing") };
  if (draft !== undefined) return { look: "draft", text: t("list.draft", { text: oneLine(draft) }) };
  if (last === undefined) return { look: "state", text: t(EMPTY[status]) };
  if (last.kind === "notice")
    return { look: "state", text: isNotice(last.text) ? t(`list.notices.${last.text}`) : last.text };
  if (last.call !== undefined) {
    const { isVideo, outcome } = last.call;
    const kind = t(isVideo ? "call.video" : "call.voice");
    const key = last.isMine ? (`call.summary.ours.${outcome}` as const) : (`call.summary.theirs.${outcome}` as const);
    return { look: "state", text: t(key, { kind }) };
  }
  const text = oneLine(last.text) || (last.file === undefined ? "" : t("files.named", { name: plainName(last.file) }));
  return { look: "last", text: last.isMine ? t("list.you", { text }) : text };
}

/** Before there is a message. */
const EMPTY = { request: "list.request", invited: "list.invited", accepted: "list.noMessages" } as const;

const NOTICES = {
  "key-changed": true,
  "key-accepted": true,
  accepted: true,
  "session-reset": true,
  "new-device": true,
  verified: true,
  unverified: true,
} as const satisfies Record<NoticeKind, true>;

/** The last row of a notice carries its kind. */
function isNotice(text: string): text is NoticeKind {
  return Object.hasOwn(NOTICES, text);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
