import { SECOND_MS } from "@tacit/shared/limits";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAnnounce } from "../app/announcements.ts";
import { useSurroundings } from "../app/surroundings.ts";

/** Copies `text`, and says so: aloud once, and by `isCopied` for two seconds. */
export function useCopy(text: string): { readonly isCopied: boolean; readonly copy: () => void } {
  const { t } = useTranslation();
  const { clock } = useSurroundings();
  const announce = useAnnounce();
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    return isCopied ? clock.after(2 * SECOND_MS, () => setCopied(false)) : undefined;
  }, [clock, isCopied]);

  async function copy() {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    announce(t("app.copied"));
  }

  return { isCopied, copy: () => void copy() };
}
