import type { Page } from "@playwright/test";

/** What does not fit: the page scrolls sideways, or something stands out of the window or is cut off. */
export async function misfits(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const { scrollWidth, clientWidth } = document.documentElement;
    if (scrollWidth > clientWidth) found.push(`the page is ${scrollWidth} wide in ${clientWidth}`);
    for (const element of document.querySelectorAll<HTMLElement>("#root *, [role=dialog], [role=dialog] *")) {
      if (!element.checkVisibility({ visibilityProperty: true }) || element.closest("svg, video, [aria-hidden=true]"))
        continue;
      const style = getComputedStyle(element);
      if (style.display === "inline") continue;
      const isMeant =
        style.textOverflow === "ellipsis" || style.webkitLineClamp !== "none" || style.clipPath !== "none";
      if (isMeant || element.closest("pre")) continue;
      const { left, right, width, height } = element.getBoundingClientRect();
      const name = `${element.tagName.toLowerCase()}.${element.className} “${element.textContent?.slice(0, 30)}”`;
      if (width > 1 && height > 1 && (left < -1 || right > innerWidth + 1)) found.push(`out of the window: ${name}`);
      const isInput = element.matches("input, textarea");
      if (!isInput && element.scrollWidth > element.clientWidth + 1 && element.clientWidth > 1)
        found.push(`too wide for its box, ${element.scrollWidth} in ${element.clientWidth}: ${name}`);
      const isClipped = style.overflowY === "hidden" || style.overflowY === "clip";
      if (isClipped && element.scrollHeight > element.clientHeight + 1) found.push(`cut at the bottom: ${name}`);
    }
    return found;
  });
}

/** Words of what is pressed, and of the pictures of a call's code, that go on in the next line. */
export async function brokenWords(page: Page): Promise<readonly string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>("button, [role=dialog] li")) {
      if (!element.checkVisibility({ visibilityProperty: true })) continue;
      const texts = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
      for (let text = texts.nextNode(); text !== null; text = texts.nextNode()) {
        for (const { 0: word, index } of (text.nodeValue ?? "").matchAll(/\p{L}+/gu)) {
          const range = document.createRange();
          range.setStart(text, index);
          range.setEnd(text, index + word.length);
          const lines = new Set([...range.getClientRects()].map(({ top }) => Math.round(top)));
          if (lines.size > 1) found.push(word);
        }
      }
    }
    return found;
  });
}
