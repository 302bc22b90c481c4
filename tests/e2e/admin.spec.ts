import { AxeBuilder } from "@axe-core/playwright";
import { chromium, expect, test } from "@playwright/test";
import { browserArguments, findBrowser } from "../find-browser.ts";
import { RelayProcess } from "../relay-process.ts";

const pictures = process.env["TACIT_PICTURES"];

test("the operator opens the page by the link of the command, decides, hears the doctor, and makes an invite", async () => {
  await using relay = await RelayProcess.start();
  const executablePath = findBrowser();
  const browser = await chromium.launch({ ...(executablePath && { executablePath }), args: browserArguments() });
  const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
  const link = relay.command("admin").said.trim();

  await page.goto(link);
  await page.getByRole("heading", { name: "Set up your relay" }).waitFor();
  expect(page.url()).toBe(`${relay.origin}/admin`);
  await page.getByLabel("What it is called").fill("   ");
  await page.getByRole("button", { name: "Save" }).click();
  // Nothing was asked of the relay, which would have refused it without saying why: see `complaints`.
  await expect(page.getByLabel("What it is called")).toBeFocused();
  await page.getByLabel("What it is called").fill("Our relay");
  await page.getByLabel("Nobody for now").check();
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved. It is in force.").waitFor();
  await page.getByText("database: whole").waitFor();
  await page.getByRole("button", { name: "Make an invite code" }).click();
  await expect(page.locator("code")).toHaveText(/^[\w-]{22}$/);

  expect((await new AxeBuilder({ page }).analyze()).violations).toEqual([]);
  for (const [width, height] of pictures === undefined
    ? []
    : ([
        [390, 844],
        [1440, 900],
        [320, 640],
      ] as const)) {
    for (const colorScheme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height });
      await page.screenshot({ path: `${pictures}/admin-${width}-${colorScheme}.png`, fullPage: true });
    }
  }
  expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);

  // A tab that is loaded again goes on; the link opens nothing a second time.
  await page.reload();
  await page.getByRole("heading", { name: "Your relay", exact: true }).waitFor();
  const other = await context.newPage();
  await other.goto(link);
  await other.getByRole("heading", { name: "This link does not open the page any more" }).waitFor();
  await other.getByText("npx node server/src/main.ts admin").waitFor();
  expect(complaints).toEqual([]);
  await browser.close();
});
