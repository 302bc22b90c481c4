import { SECOND_MS } from "@tacit/shared/limits";
import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useAnnounce } from "../app/announcements.ts";
import { useSurroundings } from "../app/surroundings.ts";
import { Button } from "./Button.tsx";

type CopyButtonProps = { readonly label: string; readonly text: string; readonly look?: "primary" | "quiet" };

/** Copies `text`, and says so for two seconds. */
export function CopyButton({ label, text, look = "quiet" }: CopyButtonProps) {
  const { t } = useTranslation();
  const { clock } = useSurroundings();
  const [isCopied, setCopied] = useState(false);
  const announce = useAnnounce();
  useEffect(() => {
    return isCopied ? clock.after(2 * SECOND_MS, () => setCopied(false)) : undefined;
  }, [clock, isCopied]);

  async function copy() {
    await navigator.clipboard.writeText(text);
    setCopied(true);
    announce(t("app.copied"));
  }

  return (
    <Button look={look} icon={isCopied ? Check : Copy} onClick={() => void copy()}>
      {isCopied ? t("app.copied") : label}
    </Button>
  );
}
