import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect as anyExpect, type BrowserContext, chromium, type Locator, type Page } from "@playwright/test";
import { browserArguments, findBrowser, withoutProposals } from "../find-browser.ts";

/** As in playwright.config.ts: a command that drives people has none. */
const expect = anyExpect.configure({ timeout: 30_000 });

export type Look = {
  readonly width?: number;
  readonly height?: number;
  readonly colorScheme?: "light" | "dark";
  /** Fingers instead of a mouse. */
  readonly isPhone?: boolean;
  /** A film (see camera.ts) that the camera sees, where it may be used. */
  readonly film?: string;
  /** Another Chromium than this machine's, and what else it is started with. */
  readonly browser?: { readonly executablePath?: string; readonly arguments: readonly string[] };
};

/** Where a page of Tacit is served. */
type Place = { readonly origin: string };

/**
 * Somebody at a screen: a browser with a profile folder of their own, and the words and clicks of a person. Everything
 * is found by its role and name, as somebody who does not see the screen would find it.
 */
export class Person implements AsyncDisposable {
  readonly name: string;
  readonly password: string;
  readonly profile: string;
  readonly relay: Place;
  /** What the browser complained about: content security, uncaught errors. */
  readonly complaints: string[] = [];
  readonly #look: Look;
  #context: BrowserContext | undefined;
  #page: Page | undefined;

  private constructor(relay: Place, name: string, look: Look) {
    this.relay = relay;
    this.name = name;
    this.password = `${name} and five more words`;
    this.profile = mkdtempSync(join(tmpdir(), `tacit-${name}-`));
    this.#look = look;
  }

  /** Somebody who has never been here. */
  static async arrive(relay: Place, name: string, look: Look = {}): Promise<Person> {
    const person = new Person(relay, name, look);
    await person.reopen();
    return person;
  }

  /** Somebody with a new account. */
  static async join(
    relay: Place,
    name: string,
    options: Look & { readonly keep?: boolean; readonly handle?: string; readonly invite?: string } = {},
  ): Promise<Person> {
    const person = await Person.arrive(relay, name, options);
    await person.createAccount(options.keep ?? true, options.handle, options.invite);
    return person;
  }

  /** Somebody who goes on from what the browser of `other` had kept when it was closed. */
  static async goOn(other: Person, relay: Place, look: Look = {}): Promise<Person> {
    const person = new Person(relay, other.name, look);
    cpSync(other.profile, person.profile, { recursive: true });
    await person.reopen();
    await person.isIn();
    return person;
  }

  get page(): Page {
    if (this.#page === undefined) throw new Error(`${this.name} has no window open`);
    return this.#page;
  }

  button(name: string | RegExp, page = this.page): Locator {
    return page.getByRole("button", { name, exact: true });
  }

  async createAccount(keep: boolean, handle = this.name.toLowerCase(), invite?: string): Promise<void> {
    const { page, name } = this;
    await this.button("Create account").click();
    await page.getByLabel("Your name").fill(name);
    await page.getByLabel("Handle").fill(handle);
    await page.getByLabel("Password", { exact: true }).fill(this.password);
    await page.getByRole("checkbox", { name: /Keep Tacit unlocked/ }).setChecked(keep);
    // A server for invited people says so, and asks.
    if (invite !== undefined) await page.getByLabel("Invite code").fill(invite);
    await this.button("Create account").click();
    // The recovery key can wait: see keepRecoveryKey.
    await this.button("Later").click({ timeout: 60_000 });
    await this.isIn();
  }

  /** Reads the words of the recovery key off the screen. */
  async showRecoveryKey(): Promise<readonly string[]> {
    const { page } = this;
    await page.goto(`${this.relay.origin}/#/recovery-key`);
    await this.button("Show the words").click();
    const words = page.getByRole("list", { name: "Your twelve words" }).getByRole("listitem");
    await expect(words).toHaveCount(12);
    return (await words.allInnerTexts()).map((word) => word.replace(/^\d+\s+/, ""));
  }

  /** Writes the recovery key down, gives back the two words that are asked for, and answers all twelve. */
  async keepRecoveryKey(): Promise<string> {
    const words = await this.showRecoveryKey();
    await this.button("I have written them down").click();
    await this.giveWords(words);
    await expect(this.page.getByRole("heading", { name: "Your recovery key is kept" })).toBeVisible();
    return words.join(" ");
  }

  /** Answers each "Word n" that is asked for from `words`. */
  async giveWords(words: readonly string[]): Promise<void> {
    await expect(this.page.getByRole("textbox", { name: /^Word / })).toHaveCount(2);
    for (const [at, word] of words.entries()) {
      const field = this.page.getByLabel(`Word ${at + 1}`, { exact: true });
      if (await field.isVisible()) await field.fill(word);
    }
    await this.button("Check").click();
  }

  /** Everything that a recovery brings back is at the relay. */
  async isSaved(): Promise<void> {
    await this.page.goto(`${this.relay.origin}/#/settings`);
    await expect(this.page.getByText(/settings: saved on [^.]*\.$/)).toBeVisible();
  }

  /** Fills in the way back in an empty browser, and goes it. */
  async comeBack(words: string, password = this.password, handle = this.name.toLowerCase()): Promise<void> {
    const { page } = this;
    const heading = page.getByRole("heading", { name: "Come back to your account" });
    const choice = this.button("I have an account");
    await expect(heading.or(choice)).toBeVisible();
    if (await choice.isVisible()) await choice.click();
    await page.getByLabel("Handle").fill(handle);
    await page.getByLabel("Password", { exact: true }).fill(password);
    await page.getByLabel("Recovery key").fill(words);
    await this.button("Come back").click();
  }

  /** The messenger is open. */
  async isIn(page = this.page): Promise<void> {
    await expect(page.getByRole("link", { name: "Settings" })).toBeVisible({ timeout: 60_000 });
  }

  /** Makes a card and answers its link. */
  async card(kind: "Once" | "Many times" = "Once"): Promise<string> {
    const { page } = this;
    await page.goto(`${this.relay.origin}/#/cards`);
    await page.getByRole("radio", { name: kind }).check();
    await this.button("Make a card").click();
    const link = page.getByRole("textbox", { name: "Link of this card" });
    await expect(link).toHaveValue(/#\/add\//);
    const value = await link.inputValue();
    await this.button("Close").click();
    return value;
  }

  /** Adds somebody by pasting the link of their card. */
  async add(link: string): Promise<void> {
    const { page } = this;
    await page.goto(`${this.relay.origin}/#/add`);
    await page.getByRole("textbox", { name: "Link of their card" }).fill(link);
    await this.button("Continue").click();
    await this.button("Add").click();
  }

  /** Opens the conversation with somebody. */
  async turnTo(other: Person, page = this.page): Promise<void> {
    const heading = page.getByRole("heading", { name: other.name, level: 1 });
    if (await heading.isVisible()) return;
    await page.goto(`${this.relay.origin}/#/`);
    await page.getByRole("link", { name: new RegExp(other.name) }).click();
    await expect(heading).toBeVisible();
  }

  async accept(other: Person): Promise<void> {
    await this.turnTo(other);
    await this.button("Accept").click();
    await expect(this.composer()).toBeVisible();
  }

  /** Says that the safety number of somebody was compared. */
  async verify(other: Person): Promise<void> {
    await this.turnTo(other);
    await this.page.getByRole("link", { name: "Contact details" }).click();
    await this.button("Compare safety number").click();
    await this.button("Mark as verified").click();
    await this.button("Close").click();
  }

  /** Switches direct connections off, for everybody. */
  async alwaysRelays(): Promise<void> {
    await this.page.goto(`${this.relay.origin}/#/settings`);
    const direct = this.page.getByRole("switch", { name: "Direct connections" });
    await direct.click();
    await expect(direct).not.toBeChecked();
  }

  composer(page = this.page): Locator {
    return page.getByRole("textbox", { name: "Message" });
  }

  async say(other: Person, text: string, page = this.page): Promise<void> {
    await this.turnTo(other, page);
    await this.composer(page).fill(text);
    await this.composer(page).press("Enter");
    await expect(this.message(text, page)).toBeVisible();
    // Only now it is stored.
    await expect(this.message(text, page)).not.toHaveAttribute("data-echo", /./);
  }

  message(text: string, page = this.page): Locator {
    return page.getByRole("list", { name: "Messages" }).getByRole("listitem").filter({ hasText: text });
  }

  async hears(other: Person, text: string, page = this.page): Promise<void> {
    await this.turnTo(other, page);
    await expect(this.message(text, page)).toHaveCount(1);
    await expect(this.message(text, page)).toBeVisible();
  }

  /** The texts of theirs that are on screen now, in order. */
  async texts(page = this.page): Promise<readonly string[]> {
    const rows = page.locator("[data-message-key]:not([data-mine]) [dir=auto]");
    return rows.allInnerTexts();
  }

  async marks(other: Person, text: string, mark: RegExp): Promise<void> {
    await this.turnTo(other);
    await expect(this.message(text)).toHaveAccessibleName(mark);
  }

  async goOffline(): Promise<void> {
    await this.#context?.setOffline(true);
  }

  async goOnline(): Promise<void> {
    await this.#context?.setOffline(false);
  }

  async reload(): Promise<void> {
    await this.page.reload();
  }

  async secondTab(): Promise<Page> {
    if (this.#context === undefined) throw new Error(`${this.name} has no browser open`);
    const page = await this.#context.newPage();
    this.#listenTo(page);
    await page.goto(`${this.relay.origin}/`);
    return page;
  }

  /** Closes the browser; the profile stays. */
  async quit(): Promise<void> {
    await this.#context?.close();
    this.#context = undefined;
    this.#page = undefined;
  }

  async reopen(): Promise<void> {
    const { width = 1280, height = 800, colorScheme = "light", isPhone = false, film, browser } = this.#look;
    const executablePath = browser?.executablePath ?? findBrowser();
    this.#context = await chromium.launchPersistentContext(this.profile, {
      ...(executablePath && { executablePath }),
      args: [
        ...browserArguments(),
        withoutProposals(),
        ...(film === undefined ? [] : cameraArguments(film)),
        ...(browser?.arguments ?? []),
      ],
      viewport: { width, height },
      hasTouch: isPhone,
      isMobile: isPhone,
      colorScheme,
      locale: "en-GB",
    });
    this.#page = this.#context.pages()[0] ?? (await this.#context.newPage());
    this.#listenTo(this.#page);
    await this.#page.goto(`${this.relay.origin}/`);
  }

  /** The tab dies, with all that runs in it, and is opened anew; the browser stays. */
  async crashTab(): Promise<void> {
    const [context, dead] = [this.#context, this.page];
    if (context === undefined) throw new Error(`${this.name} has no browser open`);
    const crashed = dead.waitForEvent("crash");
    const session = await context.newCDPSession(dead);
    session.send("Page.crash").catch(() => undefined);
    await crashed;
    this.#page = await context.newPage();
    this.#listenTo(this.#page);
    await dead.close();
    await this.#page.goto(`${this.relay.origin}/`);
  }

  async lock(): Promise<void> {
    await this.page.goto(`${this.relay.origin}/#/settings`);
    await this.button("Lock now").click();
    await expect(this.page.getByRole("heading", { name: "Tacit is locked" })).toBeVisible();
  }

  async unlock(password = this.password): Promise<void> {
    await this.page.getByLabel("Password", { exact: true }).fill(password);
    await this.button("Unlock").click();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.quit();
    rmSync(this.profile, { recursive: true, force: true });
    expect(this.complaints).toEqual([]);
  }

  #listenTo(page: Page): void {
    page.on("pageerror", (error) => this.complaints.push(error.message));
    page.on("console", (message) => {
      if (message.type() === "error" && /Content Security Policy|Trusted/i.test(message.text())) {
        this.complaints.push(message.text());
      }
    });
  }
}

function cameraArguments(film: string): readonly string[] {
  return [
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    `--use-file-for-fake-video-capture=${film}`,
  ];
}

/** Two people who have accepted each other. */
export async function friends(alice: Person, bob: Person): Promise<void> {
  await bob.add(await alice.card());
  await alice.accept(bob);
}
