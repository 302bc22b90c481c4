import AxeBuilder from "@axe-core/playwright";
import { type BrowserContextOptions, expect, type Page, test } from "@playwright/test";
import { isGate, isLong } from "../extent.ts";
import { brokenWords, misfits } from "./layout.ts";
import { MadeUp } from "./made-up.ts";
import { SCREENS } from "./made-up-screens.ts";
import { english, german, pseudo, type Words } from "./words.ts";

// Every screen, state and dialog of the interface, in every look that people need: shown once, then looked at from all
// sides.
const DESK = { width: 1280, height: 800 };
const WIDE = { width: 1440, height: 900 };
const TABLET = { width: 820, height: 1180 };
const PHONE = { width: 390, height: 844 };
const SMALLEST = { width: 320, height: 568 };
/** So that two workers end at about the same time. */
const PARTS = isGate ? 3 : 4;

test.describe.configure({ mode: "parallel" });
let madeUp: MadeUp;
test.beforeAll(async () => {
  madeUp = await MadeUp.build();
});
test.afterAll(async () => {
  await madeUp?.[Symbol.asyncDispose]();
});

test("a part of the app that does not come at first comes later, and a call goes on meanwhile", async () => {
  await using visit = await madeUp.open(english);
  await visit.at("/c/alex", "call=live");
  await visit.press("button", "call.minimise");
  const asked = new Set<string>();
  // As Chromium ends what is on its way when the network changes: each file once.
  await visit.page.route(/\/assets\//, (route) => {
    const { pathname } = new URL(route.request().url());
    if (asked.has(pathname)) return route.continue();
    asked.add(pathname);
    return route.abort("internetdisconnected");
  });

  await visit.press("link", "list.settings");

  await expect(visit.page.getByRole("heading", { name: english.say("settings.title") })).toBeVisible();
  expect(asked.size).toBeGreaterThan(0);
  await expect(visit.page.getByRole("region", { name: "Call with Alex Moreau" })).toBeVisible();
});

test("a call goes by keys, from wherever one is, and a small window of it stays while one reads and writes", async () => {
  await using visit = await madeUp.open(english);
  const { page } = visit;
  const button = (key: string) => page.getByRole("button", { name: english.say(key), exact: true }).first();
  await visit.at("/c/alex", "call=incoming");
  await visit.sees("call.phase.incoming");
  await page.keyboard.press("Alt+Shift+A");
  await expect(button("call.popOut")).toBeVisible();

  await page.keyboard.press("m");
  await expect(button("call.unmute")).toBeVisible();
  await page.keyboard.down(" ");
  await expect(button("call.mute")).toBeVisible();
  await page.keyboard.up(" ");
  await expect(button("call.unmute")).toBeVisible();
  await page.keyboard.press("s");
  await visit.sees("call.shareChoice.title");
  await page.keyboard.press("Escape");

  await button("call.popOut").click();
  const small = () =>
    page.evaluate(() => {
      const { window: opened } = (globalThis as unknown as { documentPictureInPicture: { window: Window | null } })
        .documentPictureInPicture;
      return [...(opened?.document.querySelectorAll("button") ?? [])].map((one) => one.ariaLabel);
    });
  await expect.poll(small).toEqual([english.say("call.unmute"), english.say("call.hangUp")]);
  await visit.press("button", "call.minimise");
  await page.getByRole("textbox", { name: english.say("composer.label") }).focus();
  await page.keyboard.press("Control+Shift+M");
  await expect(button("call.mute")).toBeVisible();
  await expect.poll(small).toEqual([english.say("call.mute"), english.say("call.hangUp")]);
  await button("call.hangUp").click();
  await expect.poll(small).toEqual([]);
});

test("the day floats over messages whose divider is out of view, and over no others", async () => {
  await using visit = await madeUp.open(english, { viewport: { ...PHONE, height: 1100 } });
  const { page } = visit;
  const floating = page.getByRole("main").locator("p[aria-hidden=true]", { hasText: /^(Today|Friday)$/ });
  await page.clock.setFixedTime("2026-11-22T15:00:00");
  await visit.at("/c/dmitri");
  await expect(page.getByRole("listitem").filter({ hasText: "You have a new key" })).toBeVisible();
  const composer = page.getByRole("textbox", { name: english.say("composer.label") });
  // All of it has room.
  for (const draft of ["", "a\nb\nc\nd"]) {
    await composer.fill(draft);
    await settled(page);
    await expect(page.locator("time", { hasText: /^Today$/ })).toBeInViewport({ ratio: 1 });
    await expect(floating).toHaveCount(0);
  }

  await page.setViewportSize(PHONE);

  await expect(floating).toHaveText("Friday");
});

test("a connection that is being made, and its end, move nothing that is about to be pressed", async () => {
  await using visit = await madeUp.open(english, { viewport: PHONE });
  const rowIn = async (connection: string) => {
    await visit.at("/", `connection=${connection}`);
    const row = visit.page.getByRole("link", { name: /^Alex Moreau/ });
    await expect(row).toBeVisible();
    return row.boundingBox();
  };

  const resting = await rowIn("online");

  expect(await rowIn("connecting")).toEqual(resting);
  expect(await rowIn("draining")).toEqual(resting);
});

test("what is pressed in a dialog stays in it, however long the name on it", async () => {
  await using visit = await madeUp.open(english, { viewport: DESK });
  const { page } = visit;
  await page.addInitScript(() => {
    if (isSecureContext)
      navigator.mediaDevices.getUserMedia = async () => new AudioContext().createMediaStreamDestination().stream;
  });
  await visit.at("/c/alex/details", "setup");
  const name = page.getByLabel(english.say("contact.name"), { exact: true });
  await name.fill(`Friederike von und zu ${"Donaudampfschifffahrt".repeat(2)}`);
  await name.press("Enter");
  await page
    .getByRole("button", { name: /^Call Friederike/ })
    .first()
    .click();
  await visit.press("button", "call.setUp.allow");

  const [dialog, go] = [page.getByRole("dialog"), page.getByRole("dialog").getByRole("button", { name: /^Call/ })];

  await expect(go).toBeVisible();
  const [around, inside] = [await dialog.boundingBox(), await go.boundingBox()];
  expect(inside?.x).toBeGreaterThanOrEqual(around?.x ?? Number.NaN);
});

const phones = [
  fits("on a phone", PHONE),
  { name: "no word of a button goes on in the next line", look: isUnbroken },
  fits("on a phone, from right to left", PHONE, { dir: "rtl" }),
  ...(isGate ? [fits("on a phone, with text twice as large", PHONE, { textPercent: 200 })] : []),
  fits("on the smallest phone", SMALLEST),
  ...inLong(
    fits("on the smallest phone, from right to left", SMALLEST, { dir: "rtl" }),
    { name: "more contrast, light", look: isAccessible("light", "more") },
    { name: "more contrast, dark", look: isAccessible("dark", "more") },
  ),
  { name: "colours of the system", look: isOutlined },
];

lookAtAll(
  "every screen fits a desk and a tablet, is still where that is wanted, and axe finds nothing wrong",
  english,
  [
    { name: "still", look: isStill },
    // To show each screen once more costs more than to look at it: without the gate, it is a narrow window for a phone.
    ...(isGate ? [] : phones),
    fits("at a desk", DESK),
    fits("from right to left", DESK, { dir: "rtl" }),
    fits("with text twice as large", DESK, { textPercent: 200 }),
    fits("on a tablet", TABLET),
    ...inLong(fits("on a tablet, from right to left", TABLET, { dir: "rtl" }), fits("on a wide desk", WIDE)),
    { name: "light", look: isAccessible("light") },
    ...(isGate ? [{ name: "dark", look: isAccessible("dark") }] : []),
  ],
);

if (isGate) {
  const options = { viewport: PHONE, hasTouch: true, isMobile: true };
  lookAtAll(
    "on a phone no German word of a button goes on in the next line",
    german,
    [{ name: "buttons", look: isUnbroken }],
    options,
  );
  lookAtAll("every screen fits a phone, with every colour that is asked for", english, phones, options);

  lookAtAll("words that are 40 % longer fit", pseudo, [
    fits("on a desk", DESK),
    ...inLong(fits("on a tablet", TABLET), fits("on a phone", PHONE)),
    fits("on the smallest phone", SMALLEST),
  ]);
}

if (isLong) {
  lookAtAll("German fits", german, [
    fits("on a desk", DESK),
    fits("on a tablet", TABLET),
    fits("on the smallest phone", SMALLEST),
  ]);
}

type Side = { readonly name: string; readonly look: (page: Page, screen: string) => Promise<void> };

/** Between those that are looked at each time. */
function inLong(...sides: readonly Side[]): readonly Side[] {
  return isLong ? sides : [];
}

function lookAtAll(
  title: string,
  words: Words,
  sides: readonly Side[],
  options: BrowserContextOptions = { viewport: DESK },
): void {
  for (let part = 1; part <= PARTS; part++) {
    test(`${title} (${part} of ${PARTS})`, async () => {
      test.setTimeout(900_000);
      // Less motion, so that nothing has to be waited for: what moves where it may, ends in the same places.
      await using visit = await madeUp.open(words, { ...options, reducedMotion: "reduce" });
      for (const { name, show } of SCREENS.filter((_, at) => at % PARTS === part - 1)) {
        await show(visit);
        for (const side of sides) await side.look(visit.page, `${name}, ${side.name}`);
      }
    });
  }
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

/** With more contrast, text is told from its ground by 7 to 1, or 4.5 where it is large (WCAG 1.4.6). */
function isAccessible(
  colorScheme: "light" | "dark",
  contrast: "more" | "no-preference" = "no-preference",
): Side["look"] {
  return async (page, screen) => {
    await page.emulateMedia({ colorScheme, contrast });
    await settled(page);
    // Legacy: in this page alone. A blank one for each look would cost more than the look, and there are no foreign frames.
    const axe = new AxeBuilder({ page }).options({ resultTypes: ["violations"] }).setLegacyMode();
    // Only colours are others in the dark.
    if (contrast === "more") axe.withRules("color-contrast-enhanced");
    else if (colorScheme === "dark") axe.withRules("color-contrast");
    const { violations } = await axe.analyze();
    await page.emulateMedia({ colorScheme: null, contrast: null });
    const found = violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`);
    expect.soft(found, screen).toEqual([]);
  };
}

/** Backgrounds are gone there: what is pressed or filled in needs a line around it, or words that are underlined. */
async function isOutlined(page: Page, screen: string): Promise<void> {
  await page.emulateMedia({ forcedColors: "active" });
  await settled(page);
  const bare = await page.evaluate(() =>
    [...document.querySelectorAll<HTMLElement>("button, input, textarea, select, [role=switch]")]
      .filter((control) => control.checkVisibility({ visibilityProperty: true, opacityProperty: true }))
      .filter((control) => {
        const style = getComputedStyle(control);
        const around = control.parentElement === null ? undefined : getComputedStyle(control.parentElement);
        const hasLine = [style, around].some((one) => one !== undefined && Number.parseFloat(one.borderTopWidth) > 0);
        const hasSign = control.querySelector("svg, img") !== null || (control.textContent ?? "").trim() !== "";
        return !hasLine && !hasSign && style.appearance === "none";
      })
      .map((control) => control.outerHTML.slice(0, 120)),
  );
  await page.emulateMedia({ forcedColors: null });
  expect.soft(bare, screen).toEqual([]);
}

async function isUnbroken(page: Page, screen: string): Promise<void> {
  expect.soft(await brokenWords(page), screen).toEqual([]);
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
