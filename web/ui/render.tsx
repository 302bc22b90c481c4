import { createRoot } from "react-dom/client";
import { App } from "./app/App.tsx";
import { keptLanguage } from "./app/appearance.ts";
import type { Outside } from "./app/surroundings.ts";
import { buildI18n } from "./i18n/build-i18n.ts";
import { pickLanguage } from "./i18n/languages.ts";

/** Draws the interface into the page, in the language of the person. */
export async function render(outside: Outside): Promise<void> {
  const root = document.getElementById("root");
  if (root === null) throw new Error("the page has no #root");
  const words = await buildI18n(pickLanguage(keptLanguage(), navigator.languages));
  createRoot(root).render(<App outside={outside} words={words} />);
}
