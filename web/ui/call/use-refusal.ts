import type { CallView } from "@tacit/web/core/call-view";
import { useTranslation } from "react-i18next";

/** What the browser did not give, and what can be done about it. */
export function useRefusal(refusal: CallView["refusal"]): string | undefined {
  const { t } = useTranslation();
  switch (refusal?.source) {
    case "microphone":
      return t(`call.refusal.microphone.${refusal.reason}`);
    case "camera":
      return t(`call.refusal.camera.${refusal.reason}`);
    case "screen":
      return t(`call.refusal.screen.${refusal.reason}`);
    default:
      return undefined;
  }
}
