const REGIONS = "[data-region]";
const TABBABLE =
  "a[href], button:not(:disabled), input:not(:disabled), textarea:not(:disabled), summary, [tabindex='0']";

/** Moves the focus to the next part of the page that is in sight, or to the one before: around and around. */
export function moveToRegion(step: 1 | -1): void {
  const regions = [...document.querySelectorAll<HTMLElement>(REGIONS)].filter(
    (region) => region.checkVisibility() && region.closest("[inert]") === null,
  );
  const here = regions.findIndex((region) => region.contains(document.activeElement));
  const next = here < 0 ? (step === 1 ? 0 : -1) : (here + step) % regions.length;
  const region = regions.at(next);
  if (region !== undefined) focusIn(region);
}

/** Where a region starts: at what it marks for that, else at its first control, else at itself. */
export function focusIn(region: HTMLElement): void {
  const reachable = (selector: string) =>
    [...region.querySelectorAll<HTMLElement>(selector)].find(
      (element) => element.checkVisibility() && element.tabIndex >= 0,
    );
  const start = reachable("[data-region-start]") ?? reachable(TABBABLE) ?? region;
  start.focus();
}

/** The focus is nowhere: what had it is gone, or out of sight. */
export function isFocusLost(): boolean {
  const { activeElement } = document;
  return activeElement === null || activeElement === document.body || !activeElement.checkVisibility();
}
