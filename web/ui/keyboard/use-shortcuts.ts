import { useEffect } from "react";
import { hasAppleKeyboard, type Shortcut, shortcutOf } from "./shortcuts.ts";

/** Does what a shortcut says, wherever the focus is; in a dialog, the keys are the dialog's. */
export function useShortcuts(act: (shortcut: Shortcut) => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      const shortcut = shortcutOf(event, hasAppleKeyboard());
      if (shortcut === undefined || event.defaultPrevented) return;
      if (event.target instanceof Element && event.target.closest("[role=dialog]") !== null) return;
      event.preventDefault();
      act(shortcut);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [act]);
}
