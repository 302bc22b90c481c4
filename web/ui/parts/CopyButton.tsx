import { Check, Copy } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button } from "./Button.tsx";
import { useCopy } from "./use-copy.ts";

type CopyButtonProps = { readonly label: string; readonly text: string; readonly look?: "primary" | "quiet" };

/** Copies `text`, and says so for two seconds. */
export function CopyButton({ label, text, look = "quiet" }: CopyButtonProps) {
  const { t } = useTranslation();
  const { isCopied, copy } = useCopy(text);
  return (
    <Button look={look} icon={isCopied ? Check : Copy} onClick={copy}>
      {isCopied ? t("app.copied") : label}
    </Button>
  );
}
