import { SECOND_MS } from "@tacit/shared/limits";
import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSurroundings } from "../app/surroundings.ts";
import { Button } from "./Button.tsx";

type CopyButtonProps = { readonly label: string; readonly text: string; readonly look?: "primary" | "quiet" };

/** Copies `text`, and says so for two seconds. */
export function CopyButton({ label, text, look = "quiet" }: CopyButtonProps) {
  const { t } = useTranslation();
  const { clock } = useSurroundings();
  const [isCopied, setCopied] = useState(false);
  useEffect(() => {
    return isCopied ? clock.after(2 * SECOND_MS, () => setCopied(false)) : undefined;
  }, [clock, isCopied]);
  return (
    <Button
      look={look}
      icon={isCopied ? Check : Copy}
      aria-live="polite"
      onClick={() => void navigator.clipboard.writeText(text).then(() => setCopied(true))}
    >
      {isCopied ? t("app.copied") : label}
    </Button>
  );
}
