import { type ComponentType, type LazyExoticComponent, lazy } from "react";

/** A screen in a chunk of its own. */
export function lazyScreen<Props>(
  load: () => Promise<ComponentType<Props>>,
): LazyExoticComponent<ComponentType<Props>> {
  return lazy(async () => ({ default: await load() }));
}
