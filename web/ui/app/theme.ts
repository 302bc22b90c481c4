import type { Settings } from "@tacit/web/core/views";

const KEY = "tacit-theme";

/** Sets the theme now, and for public/theme.js at the next start: settings are sealed until then, a theme is no secret. */
export function applyTheme(theme: Settings["theme"]): void {
  if (theme === "system") delete document.documentElement.dataset["theme"];
  else document.documentElement.dataset["theme"] = theme;
  try {
    if (theme === "system") localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // Storage is closed to us: the theme holds until the page is closed.
  }
}
