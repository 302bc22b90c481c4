import { expect, type Locator, test } from "@playwright/test";
import { MadeUp, type Visit } from "./made-up.ts";
import { english } from "./words.ts";

const DESK = { viewport: { width: 1280, height: 800 } };

let madeUp: MadeUp;
test.beforeAll(async () => {
  madeUp = await MadeUp.build();
});
test.afterAll(async () => {
  await madeUp?.[Symbol.asyncDispose]();
});

test("keys go to people and places, and the focus goes with them", async () => {
  await using visit = await madeUp.open(english, DESK);
  const { page } = visit;
  const { keyboard } = page;
  await visit.at("/");
  await visit.sees("list.pick");

  await keyboard.press("Control+k");
  await expect(page.getByRole("combobox")).toBeFocused();
  await keyboard.type("lind");
  await keyboard.press("Enter");
  await isOpen(visit, "Bea Lindqvist");
  await expect(composer(visit)).toBeFocused();

  await keyboard.press("Alt+ArrowDown");
  await expect(heading(visit)).not.toHaveText("Bea Lindqvist");
  await keyboard.press("Alt+ArrowUp");
  await isOpen(visit, "Bea Lindqvist");
  await keyboard.press("Alt+Shift+ArrowUp");
  await isOpen(visit, "Chiara");

  await keyboard.press("Control+,");
  await isOpen(visit, "Settings");
  await expect(page.locator("main")).toBeFocused();
  await keyboard.press("Control+k");
  await keyboard.type("your cards");
  await keyboard.press("Enter");
  await isOpen(visit, "Your cards");
});

test("F6 goes round the parts of the page, and single letters lead to the composer", async () => {
  await using visit = await madeUp.open(english, DESK);
  const { page } = visit;
  const { keyboard } = page;
  await visit.at("/c/alex");
  await expect(composer(visit)).toBeFocused();
  const row = page.getByRole("link", { name: /Alex Moreau/ });
  const lastMessage = page.getByRole("listitem").filter({ hasText: "And the bread" }).last();

  await keyboard.press("F6");
  await expect(row).toBeFocused();
  await keyboard.press("F6");
  await expect(lastMessage).toBeFocused();
  await keyboard.press("ArrowUp");
  await expect(page.getByRole("listitem").filter({ hasText: "Coffee is on me" }).last()).toBeFocused();
  await keyboard.press("F6");
  await expect(composer(visit)).toBeFocused();
  await keyboard.press("Shift+F6");
  await keyboard.press("Shift+F6");
  await expect(row).toBeFocused();

  await keyboard.press("c");
  await expect(composer(visit)).toBeFocused();
  await expect(composer(visit)).toHaveValue("");
  await keyboard.press("Shift+F6");
  await keyboard.press("y");
  await expect(composer(visit)).toHaveValue("y");
});

test("Esc puts things away one by one, and gives the focus back", async () => {
  await using visit = await madeUp.open(english, DESK);
  const { page } = visit;
  const { keyboard } = page;
  await visit.at("/c/bea");
  await visit.sees("conversation.new");
  await expect(composer(visit)).toBeFocused();

  await keyboard.press("Control+/");
  await expect(page.getByRole("dialog")).toBeVisible();
  await keyboard.press("Control+,");
  await keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await isOpen(visit, "Bea Lindqvist");
  await expect(composer(visit)).toBeFocused();

  await keyboard.press("Control+.");
  const panel = page.getByRole("complementary", { name: "Contact details" });
  await panel.getByRole("button", { name: "Compare safety number" }).press("Enter");
  await expect(page.getByRole("dialog")).toBeVisible();
  await keyboard.press("Escape");
  await expect(panel.getByRole("button", { name: "Compare safety number" })).toBeFocused();
  await keyboard.press("Escape");
  await expect(panel).toHaveCount(0);

  await expect(page.getByText("New messages", { exact: true })).toBeVisible();
  await composer(visit).press("Escape");
  await expect(page.getByText("New messages", { exact: true })).toHaveCount(0);
});

test("a dialog gives the focus back to what opened it, or to the page where that is gone", async () => {
  await using visit = await madeUp.open(english, DESK);
  const { page } = visit;
  for (const [place, opener] of [
    ["/settings", page.getByRole("button", { name: "Sign out", exact: true })],
    ["/settings", page.getByRole("switch", { name: "Keep Tacit unlocked on this device" })],
    ["/settings", page.getByRole("button", { name: "Keyboard shortcuts" })],
    ["/cards", page.getByRole("button", { name: "Show card" }).first()],
    ["/add", page.getByRole("button", { name: "Scan a QR code" })],
  ] satisfies readonly (readonly [string, Locator])[]) {
    await visit.at(place);
    await opener.press("Space");
    await expect(page.getByRole("dialog")).toBeVisible();
    await page.keyboard.press("Escape");
    await expect(opener).toBeFocused();
  }

  await visit.at("/cards");
  await page.getByRole("button", { name: "Take back" }).first().press("Enter");
  await page.getByRole("dialog").getByRole("button", { name: "Take back" }).press("Enter");
  await expect(page.locator("main")).toBeFocused();
});

test("what lies behind a call is out of reach of keys, and has the focus again after it", async () => {
  await using visit = await madeUp.open(english, DESK);
  const { page } = visit;
  await visit.at("/c/alex", "call=video");
  const screen = page.getByRole("region", { name: "Call", exact: true });
  await expect(screen).toBeFocused();
  const reached = () => page.evaluate(() => document.activeElement?.closest("[data-region]")?.ariaLabel ?? "");

  for (const key of ["Shift+Tab", "Shift+Tab", "F6", "Tab", "Tab", "Shift+F6"]) {
    await page.keyboard.press(key);
    expect(["Call", ""]).toContain(await reached());
  }
  await page.keyboard.press("c");
  await expect(page.getByLabel("Message", { exact: true })).toHaveValue("");

  await page.getByRole("button", { name: "Back to the messages" }).press("Enter");
  await expect(page.locator("main:focus, main :focus")).toHaveCount(1);
  await page.getByRole("button", { name: "Back to the call" }).first().press("Enter");
  await page.getByRole("button", { name: "Hang up" }).press("Enter");
  await expect(screen).toBeFocused();
  await page.getByRole("button", { name: "Close" }).press("Enter");
  await expect(page.locator("main")).toBeFocused();
});

test("each step of the first screens begins with the focus at its top", async () => {
  await using visit = await madeUp.open(english, DESK);
  const { page } = visit;
  await visit.at("/", "phase=empty");
  for (const [button, title] of [
    ["Create account", "Create your account"],
    ["I have an account", "Come back to your account"],
  ] as const) {
    await page.getByRole("button", { name: button }).last().press("Enter");
    await expect(page.getByRole("heading", { name: title })).toBeVisible();
    await expect(page.locator("main")).toBeFocused();
  }
});

test("who forgot the password, or wants another account, is led to what that costs", async () => {
  await using visit = await madeUp.open(english, DESK);
  const { page } = visit;
  for (const [button, title] of [
    ["I forgot it", "Nobody can reset your password"],
    ["Use another account", "Use another account"],
  ] as const) {
    await visit.at("/", "phase=locked");
    await page.getByRole("button", { name: button }).press("Enter");
    await expect(page.getByRole("heading", { name: title })).toBeFocused();
    // Before anything is erased: another key may still be there.
    if (button === "I forgot it") await expect(page.getByText("A passkey that you added opens it too.")).toBeVisible();
  }
});

test("whoever unlocks is where they were, with the focus there", async () => {
  await using visit = await madeUp.open(english, DESK);
  const { page } = visit;
  await visit.at("/settings");
  await page.getByRole("button", { name: "Lock now" }).press("Enter");
  await page.getByLabel("Password", { exact: true }).fill("correct horse");
  await page.keyboard.press("Enter");
  await isOpen(visit, "Settings");
  await expect(page.locator("main")).toBeFocused();
});

test("on a phone the focus goes into what was opened, and back to its row", async () => {
  await using visit = await madeUp.open(english, {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  const { page } = visit;
  await visit.at("/");
  const row = page.getByRole("link", { name: /Alex Moreau/ });

  await row.press("Enter");
  await isOpen(visit, "Alex Moreau");
  await expect(page.locator("main")).toBeFocused();
  await page.goBack();

  await expect(row).toBeFocused();
});

test("one polite voice says what arrives and what changes, and keeps silent about the rest", async () => {
  await using visit = await madeUp.open(english, DESK);
  const { page } = visit;
  await visit.at("/c/alex", "connection=offline");
  const voice = page.getByRole("status");
  await expect(voice).toHaveCount(1);
  await expect(voice).toHaveText("You are offline. Messages will be sent later.");

  await page.getByRole("button", { name: "Try now" }).click();
  await composer(visit).fill("are you there?");
  await expect(page.getByText(/Offline|Connecting/)).toHaveCount(0);
  await composer(visit).press("Enter");
  await expect(voice).toHaveText("Alex Moreau: I see.");

  await page.keyboard.press("Control+k");
  await expect(page.getByRole("combobox")).toBeFocused();
  await page.keyboard.type("qqqq");
  await expect(page.locator("[role=status]")).toHaveText("Nothing here is called “qqqq”.");
});

function composer({ page }: Visit): Locator {
  return page.getByRole("textbox", { name: "Message" });
}

function heading({ page }: Visit): Locator {
  return page.locator("main").getByRole("heading", { level: 1 });
}

async function isOpen(visit: Visit, name: string): Promise<void> {
  await expect(heading(visit)).toHaveText(name);
}
