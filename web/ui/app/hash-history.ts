import type { MouseEvent } from "react";
import { navigate, useHashLocation } from "wouter/use-hash-location";

// Each entry of the browser's history remembers the path before it, so that a way back goes back instead of on.

type Options = { readonly replace?: boolean };

/** The router's view of the URL's fragment. */
export function useHashHistory(): [string, typeof goTo] {
  const [path] = useHashLocation();
  return [path, goTo];
}
useHashHistory.hrefs = (path: string) => `#${path}`;

/**
 * Of a link to `path` that is one of hundreds: unlike the router's own it does not hear of every move. Keys that open a new
 * tab or window are left to the browser.
 */
export function linkTo(path: string) {
  return {
    href: useHashHistory.hrefs(path),
    onClick(event: MouseEvent) {
      const { button, ctrlKey, metaKey, altKey, shiftKey } = event;
      if (button !== 0 || ctrlKey || metaKey || altKey || shiftKey) return;
      event.preventDefault();
      goTo(path);
    },
  };
}

function goTo(path: string, { replace = false }: Options = {}): void {
  navigate(path, { replace, state: { from: replace ? cameFrom() : location.hash.replace(/^#?\/?/, "/") } });
}

/** Back to `path` where that is what came before; there in place of this entry otherwise. */
export function goBackTo(path: string): void {
  if (cameFrom() === path) history.back();
  else goTo(path, { replace: true });
}

function cameFrom(): string | undefined {
  const state: unknown = history.state;
  return typeof state === "object" && state !== null && "from" in state && typeof state.from === "string"
    ? state.from
    : undefined;
}
