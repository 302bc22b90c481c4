import { SECOND_MS } from "@tacit/shared/limits";
import { type ComponentType, type LazyExoticComponent, lazy } from "react";
import { browserClock } from "../browser.ts";

/** A network that changes aborts what is on its way: a part of the app that did not come is asked for again after these. */
const PAUSES_MS = [SECOND_MS / 2, 2 * SECOND_MS, 5 * SECOND_MS] as const;

/** A screen in a chunk of its own. */
export function lazyScreen<Props>(
  load: () => Promise<ComponentType<Props>>,
): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => ({ default: await loadAgain(load) }));
}

async function loadAgain<Value>(load: () => Promise<Value>): Promise<Value> {
  for (const ms of PAUSES_MS) {
    try {
      return await load();
    } catch {
      await new Promise<void>((resolve) => browserClock.after(ms, resolve));
      renewStyles();
    }
  }
  return load();
}

/** Vite asks for a style sheet once. One that did not come is asked for again, by a link of its own. */
function renewStyles(): void {
  for (const link of document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]')) {
    if (link.sheet === null) link.replaceWith(link.cloneNode());
  }
}
