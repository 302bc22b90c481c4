import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect, type Page, test } from "@playwright/test";
import { RelayProcess } from "../relay-process.ts";
import { Meeting } from "./meeting.ts";
import { Person } from "./people.ts";
import { serveFolder } from "./serve-folder.ts";

const dist = resolve(import.meta.dirname, "../../web/dist");

test("a browser finds nothing wrong with installing Tacit", { tag: "@gate" }, async () => {
  await using relay = await RelayProcess.start();
  await using alice = await Person.arrive(relay, "Alice");
  await isKept(alice.page);
  await alice.reload();
  const devtools = await alice.page.context().newCDPSession(alice.page);

  const { errors, data } = await devtools.send("Page.getAppManifest");
  const { installabilityErrors } = await devtools.send("Page.getInstallabilityErrors");

  expect(errors).toEqual([]);
  expect(installabilityErrors).toEqual([]);
  const { icons, shortcuts } = JSON.parse(data ?? "{}");
  for (const { src } of [...icons, ...shortcuts.flatMap((shortcut: { icons: unknown[] }) => shortcut.icons)]) {
    const { status, type } = await alice.page.evaluate(async (path) => {
      const answer = await fetch(path);
      return { status: answer.status, type: answer.headers.get("content-type") };
    }, src);
    expect([status, type], src).toEqual([200, expect.stringMatching(/^image\//)]);
  }
});

test("without a network Tacit starts at any place, and keeps what is written", { tag: "@gate" }, async () => {
  await using meeting = await Meeting.again();
  const { relay, alice, bob } = meeting;
  await alice.say(bob, "said while online");
  await isKept(alice.page);
  await relay.kill();
  await alice.quit();

  await alice.reopen();

  await alice.isIn();
  await alice.hears(bob, "said while online");
  await alice.say(bob, "written before there was a network");
  const tab = await alice.secondTab();
  await tab.goto(`${relay.origin}/#/settings`);
  await expect(tab.getByRole("heading", { name: "Settings" })).toBeVisible();
  await tab.goto(`${relay.origin}/#/cards`);
  await expect(tab.getByRole("heading", { name: "Your cards" })).toBeVisible();

  await relay.start();
  await bob.hears(alice, "written before there was a network");
});

test("the service worker keeps the files of the app, and nothing that was said", async () => {
  await using relay = await RelayProcess.start();
  await using alice = await Person.join(relay, "Alice");
  await isKept(alice.page);
  await alice.reload();
  await alice.card();

  const kept = await alice.page.evaluate(async () => {
    const caches_ = await Promise.all((await caches.keys()).map((name) => caches.open(name)));
    const requests = await Promise.all(caches_.map((cache) => cache.keys()));
    return requests.flat().map(({ url }) => new URL(url).pathname);
  });
  const worker = readFileSync(join(dist, "sw.js"), "utf8");

  expect(kept.length).toBeGreaterThan(30);
  expect(
    kept.filter((path) => !/^\/(?:assets\/|index\.html$|before-paint\.js$|icon\.svg$|manifest)/.test(path)),
  ).toEqual([]);
  expect(worker.length).toBeLessThan(32_000);
  for (const word of ["indexedDB", "crypto", "/v1", "socket.io"]) expect(worker).not.toContain(word);
});

test("a newer version waits until somebody lets it in, and is not spoken of while they type", {
  tag: "@gate",
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), "tacit-versions-"));
  cpSync(dist, folder, { recursive: true });
  await using place = await serveFolder(folder);
  await using alice = await Person.arrive(place, "Alice");
  const { page } = alice;
  await isKept(page);
  await page.clock.install();
  await alice.reload();
  const other = await alice.secondTab();
  const bar = page.getByText("A newer version of Tacit is ready.", { exact: true }).first();
  await alice.button("Create account").click();

  makeNewer(folder);
  await page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.update());
  await waits(page);
  const name = page.getByLabel("Your name");
  for (const letter of "Alice") {
    await name.press(letter);
    await page.clock.runFor(2_000);
  }
  expect(await bar.count()).toBe(0);
  await page.clock.runFor(3_000);
  await expect(bar).toBeVisible();
  await expect(name).toHaveValue("Alice");

  await alice.reload();
  expect(await version(page)).toBe("older");
  await page.clock.runFor(3_000);
  await page.getByRole("button", { name: "Load it" }).click();
  await expect.poll(() => version(page)).toBe("newer");
  expect(await version(other)).toBe("older");
  await expect(other.getByRole("button", { name: "Load it" })).toBeVisible();
  await other.getByRole("button", { name: "Load it" }).click();
  await expect.poll(() => version(other)).toBe("newer");
  rmSync(folder, { recursive: true });
});

/** The shell is in this browser. */
async function isKept(page: Page): Promise<void> {
  await page.evaluate(async () => void (await navigator.serviceWorker.ready));
}

/** A newer version has come, and waits. */
async function waits(page: Page): Promise<void> {
  const isWaiting = () =>
    page.evaluate(async () => (await navigator.serviceWorker.getRegistration())?.waiting?.state === "installed");
  await expect.poll(isWaiting).toBe(true);
}

/** What a build of changed sources would write: another page, and a worker that names its revision. */
function makeNewer(folder: string): void {
  const page = join(folder, "index.html");
  writeFileSync(page, readFileSync(page, "utf8").replace("<body>", '<body data-version="newer">'));
  const worker = join(folder, "sw.js");
  const changed = readFileSync(worker, "utf8").replace(/(index\.html`,revision:`)[0-9a-f]{16}/, `$1${"0".repeat(16)}`);
  expect(changed).not.toBe(readFileSync(worker, "utf8"));
  writeFileSync(worker, changed);
}

async function version(page: Page): Promise<string> {
  return page.evaluate(() => document.body.dataset["version"] ?? "older").catch(() => "loading");
}
