import type { Settings } from "@tacit/web/core/views";

// How the page looks and speaks is decided before the first paint, when settings are still sealed. So it is kept beside
// them, in clear: it is no secret. public/before-paint.js reads the same keys.
const THEME = "tacit-theme";
const CONTRAST = "tacit-contrast";
const LANGUAGE = "tacit-language";

export function applyTheme(theme: Settings["theme"]): void {
  const chosen = theme === "system" ? undefined : theme;
  mark("theme", chosen);
  keep(THEME, chosen);
}

export function isContrastHigh(): boolean {
  return kept(CONTRAST) === "more";
}

/** Off: as the system has it. */
export function applyContrast(isHigh: boolean): void {
  const chosen = isHigh ? "more" : undefined;
  mark("contrast", chosen);
  keep(CONTRAST, chosen);
}

/** `undefined`: like the system. */
export function keptLanguage(): string | undefined {
  return kept(LANGUAGE);
}

export function keepLanguage(language: string | undefined): void {
  keep(LANGUAGE, language);
}

/** Leaves nothing in this browser. */
export function forgetAppearance(): void {
  applyTheme("system");
  applyContrast(false);
  keepLanguage(undefined);
}

function mark(name: string, value: string | undefined): void {
  if (value === undefined) delete document.documentElement.dataset[name];
  else document.documentElement.dataset[name] = value;
}

function kept(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined;
  } catch {
    return undefined;
  }
}

function keep(key: string, value: string | undefined): void {
  try {
    if (value === undefined) localStorage.removeItem(key);
    else localStorage.setItem(key, value);
  } catch {
    // Storage is closed to us: the choice holds until the page is closed.
  }
}
