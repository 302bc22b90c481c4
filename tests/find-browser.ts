import { existsSync } from "node:fs";

const SYSTEM_BROWSERS = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** The Chromium to test in: `PLAYWRIGHT_CHROMIUM`, or the system's. `undefined`: only Playwright's own may be there. */
export function findBrowser(): string | undefined {
  const named = process.env["PLAYWRIGHT_CHROMIUM"];
  if (named !== undefined && !existsSync(named)) throw new Error(`PLAYWRIGHT_CHROMIUM names no file: ${named}`);
  return named ?? SYSTEM_BROWSERS.find((path) => existsSync(path));
}

/** The sandbox stays on, but for root, where Chromium refuses it. */
export function browserArguments(): string[] {
  return process.getuid?.() === 0 ? ["--no-sandbox"] : [];
}

/**
 * For a window with an address bar: without the page that Chromium keeps ready for the proposals under it, which costs
 * more than half of a start. Only the last list counts, so it repeats the one of Playwright 1.63 (chromiumSwitches.ts).
 */
export function withoutProposals(): string {
  const playwrights = [
    "AvoidUnnecessaryBeforeUnloadCheckSync",
    "DestroyProfileOnBrowserClose",
    "HttpsUpgrades",
    "HttpsFirstBalancedModeAutoEnable",
    "LensOverlay",
    "MediaRouter",
    "PaintHolding",
    "ThirdPartyStoragePartitioning",
    "AvoidCorsURLLoaderRestartOnRedirect",
    "TcpPortRandomizationWin",
    "OptimizationHints",
    "NetworkTimeServiceQuerying",
    "AimEnabled",
    "PreconnectToSearch",
  ];
  return `--disable-features=${[...playwrights, "WebUIOmniboxPopup", "WebUIOmniboxAimPopup"].join(",")}`;
}
