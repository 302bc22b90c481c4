import type { ReactNode } from "react";

/** Stands in for react-remove-scroll, which injects a <style>. The page behind a dialog does not scroll: see base.css. */
export function RemoveScroll({ children }: { readonly children: ReactNode }) {
  return children;
}
