import { RotateCw, Trash2 } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { Button } from "../parts/Button.tsx";
import type { Quoted } from "./Conversation.tsx";
import css from "./Message.module.css";

/** Of ours, and it did not arrive: somebody has to decide about it. */
export function isLost({ mark }: Quoted): boolean {
  return mark === "failed" || mark === "expired";
}

/** What became of a lost message, and what can be done. */
export function MessageFailure({ row, contact }: { readonly row: Quoted; readonly contact: string }) {
  const { t } = useTranslation();
  const { client, perform } = useSurroundings();
  return (
    <div className={css["failure"]}>
      <p>{t(row.mark === "expired" ? "conversation.expired" : `conversation.failure.${row.failure ?? "none"}`)}</p>
      <Button icon={RotateCw} onClick={() => perform(client.retry(contact, row.id))}>
        {t(row.mark === "expired" ? "conversation.sendAgain" : "conversation.retry")}
      </Button>
      <Button look="plain" icon={Trash2} onClick={() => perform(client.discard(contact, row.id))}>
        {t("conversation.discard")}
      </Button>
    </div>
  );
}
