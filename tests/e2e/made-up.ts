import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { type Browser, type BrowserContextOptions, chromium, expect, type Page } from "@playwright/test";
import { build } from "vite";
import { browserArguments, findBrowser } from "../find-browser.ts";
import { serveFolder } from "./serve-folder.ts";
import type { Words } from "./words.ts";

const web = resolve(import.meta.dirname, "../../web");

/**
 * The screens over a made-up client (web/fake.html), built and served under the strict header. Every state is there to
 * see, also those that two people would need a week for, and none needs an account.
 */
export class MadeUp implements AsyncDisposable {
  readonly #browser: Browser;
  readonly #served: Awaited<ReturnType<typeof serveFolder>>;
  readonly #folder: string;

  private constructor(browser: Browser, served: Awaited<ReturnType<typeof serveFolder>>, folder: string) {
    this.#browser = browser;
    this.#served = served;
    this.#folder = folder;
  }

  static async build(): Promise<MadeUp> {
    const folder = mkdtempSync(join(tmpdir(), "tacit-made-up-"));
    await build({
      root: web,
      configFile: join(web, "vite.config.ts"),
      logLevel: "error",
      build: { outDir: folder, emptyOutDir: true, rolldownOptions: { input: join(web, "fake.html") } },
    });
    const executablePath = findBrowser();
    const browser = await chromium.launch({ ...(executablePath && { executablePath }), args: browserArguments() });
    return new MadeUp(browser, await serveFolder(folder), folder);
  }

  async open(words: Words, look: BrowserContextOptions = {}): Promise<Visit> {
    const context = await this.#browser.newContext({ locale: "en-GB", serviceWorkers: "block", ...look });
    const page = await context.newPage();
    const visit = new Visit(page, this.#served.origin, words);
    await words.useIn(page);
    return visit;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#browser.close();
    await this.#served[Symbol.asyncDispose]();
    rmSync(this.#folder, { recursive: true });
  }
}

/** One window over the made-up client, in one language and one look. */
export class Visit implements AsyncDisposable {
  readonly page: Page;
  readonly words: Words;
  readonly #origin: string;
  readonly #complaints: string[] = [];

  constructor(page: Page, origin: string, words: Words) {
    this.page = page;
    this.words = words;
    this.#origin = origin;
    page.on("pageerror", (error) => this.#complaints.push(error.message));
    page.on("console", (message) => {
      // A file that the test kept from coming.
      const isLost = message.text().includes("net::ERR_INTERNET_DISCONNECTED");
      if (message.type() === "error" && !isLost) this.#complaints.push(message.text());
    });
  }

  /** Loads the page at a place of the interface: `asked` is for the made-up client, see web/ui/testing/fake-main.tsx. */
  async at(place: string, asked = ""): Promise<void> {
    // A change of the fragment alone would not load the page.
    await this.page.goto("about:blank");
    await this.page.goto(`${this.#origin}/fake.html?${asked}#${place}`);
  }

  async press(role: "button" | "link" | "checkbox" | "switch", key: string): Promise<void> {
    await this.page
      .getByRole(role, { name: this.words.say(key), exact: true })
      .first()
      .click();
  }

  async sees(key: string): Promise<void> {
    await expect(this.page.getByText(this.words.say(key)).filter({ visible: true }).first()).toBeVisible();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.page.context().close();
    expect(this.#complaints).toEqual([]);
  }
}
