import { expect, type Locator, test } from "@playwright/test";
import { RelayProcess } from "../relay-process.ts";
import { friends, Person } from "./people.ts";

// One relay, Alice at a desk and Bob with a phone, for all of the checks: what each leaves behind the next one finds.
test.describe.configure({ mode: "serial" });
let relay: RelayProcess;
let alice: Person;
let bob: Person;

test.beforeAll(async () => {
  relay = await RelayProcess.start();
  alice = await Person.arrive(relay, "Alice", { width: 1366, height: 657 });
  bob = await Person.arrive(relay, "Bob", { width: 390, height: 844, isPhone: true });
});

test.afterAll(async () => {
  await bob[Symbol.asyncDispose]();
  await alice[Symbol.asyncDispose]();
  await relay[Symbol.asyncDispose]();
});

test("all of the sign-up form can be reached in a low window", async () => {
  const { page } = alice;
  await alice.button("Create account").click();
  await alice.button("I have an invite code").click();
  for (const [width, height] of [
    [1366, 657],
    [1280, 600],
    [1440, 900],
  ] as const) {
    await page.setViewportSize({ width, height });
    for (const part of [page.getByRole("heading", { level: 1 }), alice.button("I have an account")]) {
      await part.scrollIntoViewIfNeeded();
      await expect(part).toBeInViewport({ ratio: 1 });
    }
  }
  await page.setViewportSize({ width: 1366, height: 657 });
  await page.goto(`${relay.origin}/`);
  await alice.createAccount(true);
  await bob.createAccount(true);
  await friends(alice, bob);
});

test("the end stays in view when the window, the composer or the last message grows", async () => {
  for (let n = 1; n <= 14; n++) await alice.say(bob, `line ${n} of the talk.`);
  await bob.hears(alice, "line 14 of the talk.");
  const last = bob.message("line 14 of the talk.");
  await expect(last).toBeInViewport({ ratio: 1 });

  await bob.page.setViewportSize({ width: 390, height: 480 });
  await expect(last).toBeInViewport({ ratio: 1 });

  await bob.composer().fill("one\ntwo\nthree\nfour\nfive");
  await expect(last).toBeInViewport({ ratio: 1 });
  await bob.composer().fill("");

  await alice.say(bob, `${"A tall message.\n".repeat(40)}Its end.`);
  await bob.hears(alice, "Its end.");
  await expect.poll(() => distanceFromEnd(bob)).toBeLessThan(2);
  await bob.page.setViewportSize({ width: 390, height: 844 });
});

test("a reply to a long message leaves the composer in the window of a phone", async () => {
  const long = "A line that is much longer than a phone is wide, with **strong** words in it, and it goes on and on.";
  await alice.say(bob, "Before it.");
  await alice.composer().fill(long);
  await alice.composer().press("Enter");
  const message = bob.message("much longer than a phone");
  await expect(message).toBeInViewport();
  await message.tap();
  await message.getByRole("button", { name: "Reply" }).tap();
  const region = bob.page.locator("[data-region=composer]");
  await expect(region.getByText("with strong words in it")).toBeVisible();

  await bob.composer().fill("Short.");
  await expect(bob.button("Send")).toBeInViewport({ ratio: 1 });
  await bob.button("Send").tap();

  await expect(bob.message("Short.")).toHaveCount(1);
  await expect(bob.message("Short.")).toContainText("with strong words in it");
});

test("who points at a long message has its actions in the window, also in a narrow one with text twice as large", async () => {
  const { page } = alice;
  await page.setViewportSize({ width: 390, height: 844 });
  await page.evaluate(() => {
    document.documentElement.style.fontSize = "200%";
  });

  for (const message of [alice.message("much longer than a phone").first(), alice.message("Short.")]) {
    // The rows are still moving: they have become taller, and those at the end may be out of the window, and not there.
    await expect(async () => {
      await page.getByRole("list", { name: "Messages" }).hover({ timeout: 2_000 });
      await page.mouse.wheel(0, 10_000);
      const buttons = ["Reply", "Copy"].map((name) => message.getByRole("button", { name }));
      for (const button of buttons) await button.scrollIntoViewIfNeeded({ timeout: 2_000 });
      await message.hover({ timeout: 2_000 });
      for (const button of buttons) await expect(button).toBeInViewport({ ratio: 1, timeout: 500 });
    }).toPass();
  }

  await page.evaluate(() => {
    document.documentElement.style.fontSize = "";
  });
  await page.setViewportSize({ width: 1366, height: 657 });
});

test("one tap on a failed message's button is enough", async () => {
  const { page } = alice;
  await page.getByRole("link", { name: "Contact details" }).click();
  await alice.button("Block").click();
  const told = page.waitForResponse((response) => response.url().endsWith("/v1/delivery-keys") && response.ok());
  await page.getByRole("dialog").getByRole("button", { name: "Block" }).click();
  await told;
  await bob.composer().fill("are you there?");
  await bob.button("Send").tap();
  const failed = bob.message("are you there?");
  await expect(failed).toHaveAccessibleName(/Not sent/);

  await failed.getByRole("button", { name: "Discard" }).tap();

  await expect(failed).toHaveCount(0);
  await alice.button("Unblock").first().click();
  await expect(alice.composer()).toBeVisible();
});

test("with more unread than a page holds the conversation opens at the divider, which nothing covers", {
  tag: "@gate",
}, async () => {
  const { page } = bob;
  await page.goto(`${relay.origin}/#/settings`);
  // Until the settings are there the conversation is still on screen, and what arrives is read.
  await expect(page.getByRole("heading", { name: "Settings", level: 1 })).toBeVisible();
  await alice.turnTo(bob);
  await alice.composer().focus();
  for (let n = 1; n <= 85; n++) {
    await alice.page.keyboard.insertText(`while you were away ${n}.`);
    await alice.page.keyboard.press("Enter");
  }
  await page.goto(`${relay.origin}/#/`);
  await expect(page.getByText("85 unread messages")).toBeAttached({ timeout: 90_000 });
  await bob.turnTo(alice);

  const divider = page.getByText("New messages", { exact: true });
  await expect(divider).toBeInViewport({ ratio: 1 });
  await expect(bob.message("while you were away 1.")).toBeInViewport({ ratio: 1 });
  const day = await page.locator("p > span", { hasText: "Today" }).boundingBox();
  const first = await divider.boundingBox();
  expect((day?.y ?? 0) + (day?.height ?? 0)).toBeLessThanOrEqual(first?.y ?? 0);
});

test("at a desk the composer has the focus, and Esc closes the details", async () => {
  const { page } = alice;
  await page.goto(`${relay.origin}/#/`);
  await page.getByRole("link", { name: /Bob/ }).click();
  await expect(alice.composer()).toBeFocused();

  await page.getByRole("link", { name: "Contact details" }).click();
  await page.getByRole("complementary", { name: "Contact details" }).getByRole("heading", { level: 2 }).click();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("complementary", { name: "Contact details" })).toHaveCount(0);
  await expect(alice.composer()).toBeFocused();

  await page.getByRole("heading", { name: "Bob", level: 1 }).click();
  await page.evaluate(() => document.activeElement instanceof HTMLElement && document.activeElement.blur());
  await page.keyboard.type("typed");
  await expect(alice.composer()).toHaveValue("typed");
});

test("an invitation followed through sign-up opens the conversation, and back leads to the list", {
  tag: "@gate",
}, async () => {
  const card = await alice.card();
  await using carol = await Person.arrive(relay, "Carol", { width: 390, height: 844, isPhone: true });
  const { page } = carol;
  await page.goto(card);
  await carol.button("Create account").click();
  await page.getByLabel("Your name").fill("Carol");
  await page.getByLabel("Handle").fill("carol");
  await page.getByLabel("Password", { exact: true }).fill(carol.password);
  await carol.button("Create account").click();
  await expect(page.getByRole("heading", { name: "Alice", level: 1 })).toBeVisible({ timeout: 60_000 });
  await expect(page.getByText(/Waits for Alice to accept/)).toBeVisible();

  await page.goBack();
  await expect(page).toHaveURL(`${relay.origin}/#/`);
  await page.getByRole("link", { name: /Alice/ }).tap();
  await expect(carol.composer()).toBeVisible();
  const entries = await page.evaluate(() => history.length);
  await page.getByRole("link", { name: "Back" }).tap();
  await expect(page).toHaveURL(`${relay.origin}/#/`);
  expect(await page.evaluate(() => history.length)).toBe(entries);

  await page.goto(`${relay.origin}/#/c/nobody-of-this-name`);
  await page.reload();
  await expect(page.getByText("There is nothing here.")).toBeVisible();
  await page.getByRole("link", { name: "Go to your conversations" }).tap();
  await expect(page.getByRole("link", { name: /Alice/ })).toBeVisible();
});

function distanceFromEnd({ page }: Person): Promise<number> {
  const list: Locator = page.getByRole("list", { name: "Messages" });
  return list.evaluate(({ parentElement }) =>
    parentElement === null ? -1 : parentElement.scrollHeight - parentElement.clientHeight - parentElement.scrollTop,
  );
}
