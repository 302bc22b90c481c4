// `npx node tests/icons.ts`: draws the PNG icons in web/public anew from the SVG ones, for systems that take no SVG.
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { chromium } from "@playwright/test";
import { browserArguments, findBrowser } from "./find-browser.ts";

const folder = resolve(import.meta.dirname, "../web/public");
const ICONS = [
  { from: "icon", to: "icon-192", side: 192 },
  { from: "icon", to: "icon-512", side: 512 },
  { from: "icon-maskable", to: "icon-maskable-512", side: 512 },
  { from: "icon-maskable", to: "apple-touch-icon", side: 180 },
  { from: "icon-monochrome", to: "icon-monochrome-512", side: 512 },
] as const;

const executablePath = findBrowser();
const browser = await chromium.launch({ ...(executablePath && { executablePath }), args: browserArguments() });
for (const { from, to, side } of ICONS) {
  const svg = readFileSync(resolve(folder, `${from}.svg`)).toString("base64");
  const page = await browser.newPage({ viewport: { width: side, height: side } });
  await page.setContent(
    `<style>body{margin:0}img{display:block}</style><img width="${side}" height="${side}" src="data:image/svg+xml;base64,${svg}">`,
  );
  await page.locator("img").evaluate((image: HTMLImageElement) => image.decode());
  await page.screenshot({ path: resolve(folder, `${to}.png`), omitBackground: true });
  await page.close();
}
await browser.close();
