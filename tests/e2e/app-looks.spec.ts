import AxeBuilder from "@axe-core/playwright";
import { type BrowserContextOptions, expect, type Page, test } from "@playwright/test";
import { misfits } from "./layout.ts";
import { MadeUp } from "./made-up.ts";
import { SCREENS } from "./made-up-screens.ts";
import { english, german, pseudo, type Words } from "./words.ts";

// Every screen, state and dialog of the interface, in every look that people need: shown once, then looked at from all
// sides.
const DESK = { width: 1280, height: 800 };
const TABLET = { width: 820, height: 1180 };
const PHONE = { width: 390, height: 844 };
const SMALLEST = { width: 320, height: 568 };

let madeUp: MadeUp;
test.beforeAll(async () => {
  madeUp = await MadeUp.build();
});
test.afterAll(async () => {
  await madeUp?.[Symbol.asyncDispose]();
});

lookAtAll(
  "every screen fits a desk and a tablet, from right to left and with text twice as large",
  english,
  { viewport: DESK },
  [
    fits("as it is", DESK),
    fits("from right to left", DESK, { dir: "rtl" }),
    fits("with text twice as large", DESK, { textPercent: 200 }),
    fits("on a tablet", TABLET),
  ],
);

const touch = { viewport: PHONE, hasTouch: true, isMobile: true };
lookAtAll(
  "every screen fits a phone, the smallest one too, from right to left and with text twice as large",
  english,
  touch,
  [
    fits("as it is", PHONE),
    fits("from right to left", PHONE, { dir: "rtl" }),
    fits("with text twice as large", PHONE, { textPercent: 200 }),
    fits("on the smallest phone", SMALLEST),
  ],
);

lookAtAll("words that are 40 % longer fit", pseudo, { viewport: DESK }, [
  fits("on a desk", DESK),
  fits("on a phone", PHONE),
]);

lookAtAll("German fits", german, { viewport: DESK }, [
  fits("on a desk", DESK),
  fits("on a tablet", TABLET),
  fits("on the smallest phone", SMALLEST),
]);

lookAtAll("axe finds nothing wrong, in light and in dark", english, { viewport: DESK }, [
  { name: "light", look: isAccessible("light") },
  { name: "dark", look: isAccessible("dark") },
]);

lookAtAll("nothing moves by itself where less motion is wanted", english, { viewport: DESK, reducedMotion: "reduce" }, [
  { name: "still", look: isStill },
]);

type Side = { readonly name: string; readonly look: (page: Page, screen: string) => Promise<void> };

function lookAtAll(title: string, words: Words, options: BrowserContextOptions, sides: readonly Side[]): void {
  test(title, async () => {
    test.setTimeout(400_000);
    await using visit = await madeUp.open(words, options);
    for (const { name, show } of SCREENS) {
      await show(visit);
      for (const side of sides) await side.look(visit.page, `${name}, ${side.name}`);
    }
  });
}

type Turned = { readonly dir?: "rtl"; readonly textPercent?: number };

function fits(name: string, size: { readonly width: number; readonly height: number }, turned: Turned = {}): Side {
  const { dir = "ltr", textPercent = 100 } = turned;
  return {
    name,
    async look(page, screen) {
      await page.setViewportSize(size);
      await page.evaluate(
        (wanted) => {
          document.documentElement.dir = wanted.dir;
          document.documentElement.style.fontSize = `${wanted.textPercent}%`;
        },
        { dir, textPercent },
      );
      await settled(page);
      expect.soft(await misfits(page), screen).toEqual([]);
    },
  };
}

function isAccessible(colorScheme: "light" | "dark"): Side["look"] {
  return async (page, screen) => {
    await page.emulateMedia({ colorScheme });
    await settled(page);
    const axe = new AxeBuilder({ page });
    // Only colours are others in the dark.
    const { violations } = await (colorScheme === "light" ? axe : axe.withRules("color-contrast")).analyze();
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
    expect.soft(found, screen).toEqual([]);
  };
}

async function isStill(page: Page, screen: string): Promise<void> {
  const moving = await page.evaluate(() =>
    document
      .getAnimations()
      .map((animation) => Number(animation.effect?.getComputedTiming().activeDuration ?? 0))
      .filter((ms) => ms > 1),
  );
  expect.soft(moving, screen).toEqual([]);
}

/** What appears has appeared, and what changes its colour has changed it. */
async function settled(page: Page): Promise<void> {
  await page.evaluate(async () => {
    // Two frames: the first one starts what a change of style starts.
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    const running = document
      .getAnimations()
      .filter(({ effect }) => Number.isFinite(effect?.getComputedTiming().endTime));
    await Promise.allSettled(running.map(({ finished }) => finished));
  });
}
