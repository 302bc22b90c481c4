import { useEffect, useEffectEvent } from "react";

/** Chromium's, https://html.spec.whatwg.org/multipage/interaction.html#close-watchers. Not in TypeScript's DOM yet. */
type CloseWatcher = { onclose: (() => void) | null; destroy(): void };
declare const CloseWatcher: (new () => CloseWatcher) | undefined;

/**
 * What the system's way back closes while it is open: a phone's back button then leaves a dialog, and not the page
 * under it. Where the browser has no such thing, the button does what it does.
 */
export function useCloseRequest(isOpen: boolean, onClose: () => void): void {
  const close = useEffectEvent(onClose);
  useEffect(() => {
    if (!isOpen || typeof CloseWatcher === "undefined") return;
    const watcher = new CloseWatcher();
    watcher.onclose = () => close();
    return () => watcher.destroy();
  }, [isOpen]);
}
