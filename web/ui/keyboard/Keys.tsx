import { Suspense, useCallback, useState } from "react";
import { useLocation, useRoute } from "wouter";
import { goBackTo } from "../app/hash-history.ts";
import { lazyScreen } from "../app/lazy-screen.ts";
import { paths } from "../app/paths.ts";
import { useLockNow } from "../app/use-lock-now.ts";
import { useView } from "../app/use-view.ts";
import { listedInOrder } from "../conversations/listed.ts";
import { moveToRegion } from "./regions.ts";
import type { Shortcut } from "./shortcuts.ts";
import { useShortcuts } from "./use-shortcuts.ts";

const Switcher = lazyScreen(async () => (await import("./Switcher.tsx")).Switcher);
const ShortcutSheet = lazyScreen(async () => (await import("./ShortcutSheet.tsx")).ShortcutSheet);

/** The keys that work everywhere in the open messenger, and the dialogs that they open. */
export function Keys() {
  const [shown, setShown] = useState<"switcher" | "sheet">();
  const step = useSteps();
  const lockNow = useLockNow();
  const [path, navigate] = useLocation();
  const [isTalk, talk] = useRoute("/c/:contact/:panel?");

  const act = useCallback(
    (shortcut: Shortcut) => {
      switch (shortcut) {
        case "switcher":
        case "sheet":
          return setShown(shortcut);
        case "settings":
          return navigate(paths.settings);
        case "details": {
          if (!isTalk) return;
          const contact = decodeURIComponent(talk.contact);
          return talk.panel === undefined ? navigate(paths.details(contact)) : goBackTo(paths.conversation(contact));
        }
        case "lock":
          return lockNow();
        case "region":
          return moveToRegion(1);
        case "regionBack":
          return moveToRegion(-1);
        default: {
          const next = step(path, shortcut);
          if (next !== undefined) navigate(next);
        }
      }
    },
    [navigate, step, path, isTalk, talk, lockNow],
  );
  useShortcuts(act);

  return (
    <Suspense>
      {shown === "switcher" && <Switcher onClose={() => setShown(undefined)} onSheet={() => setShown("sheet")} />}
      {shown === "sheet" && <ShortcutSheet onClose={() => setShown(undefined)} />}
    </Suspense>
  );
}

type Step = Extract<Shortcut, "previous" | "next" | "previousUnread" | "nextUnread">;

/** From a place to the conversation before or after it in the list. */
function useSteps(): (path: string, step: Step) => string | undefined {
  const rows = useView({ view: "conversations" });
  return useCallback(
    (path, step) => {
      const order = listedInOrder(rows ?? []);
      const at = order.findIndex(({ contact }) => `${path}/`.startsWith(`${paths.conversation(contact)}/`));
      const isWanted = ({ unread }: { readonly unread: number }) => !step.endsWith("Unread") || unread > 0;
      const next = step.startsWith("next")
        ? order.slice(at + 1).find(isWanted)
        : order.slice(0, Math.max(at, 0)).findLast(isWanted);
      return next === undefined ? undefined : paths.conversation(next.contact);
    },
    [rows],
  );
}
