import { expect, type Page, test } from "@playwright/test";
import { isLong } from "../extent.ts";
import { addresses, scriptsAsText } from "../hostile/corpus.ts";
import { Meeting } from "./meeting.ts";

const CASES = isLong ? 5_000 : 250;
const PER_MESSAGE = 50;

/** Notes every node and attribute that could run script or fetch something, from now on. */
async function keepWatch(page: Page): Promise<() => Promise<readonly string[]>> {
  await page.evaluate(() => {
    const found: string[] = [];
    Object.assign(globalThis, { found });
    const look = (node: Node) => {
      if (!(node instanceof Element)) return;
      const isOurs = node instanceof HTMLLinkElement && node.href.startsWith(location.origin);
      if (
        /^(?:script|iframe|object|embed|base|meta|link|style|form)$/i.test(node.localName) &&
        !isOurs &&
        node.localName !== "form"
      ) {
        found.push(node.outerHTML.slice(0, 200));
      }
      for (const { name, value } of node.attributes) {
        const isTarget = /^(?:href|src|xlink:href|action|formaction|data|srcdoc)$/i.test(name);
        if (/^on/i.test(name) || (isTarget && /^\s*(?:javascript|data|vbscript):/i.test(value)))
          found.push(`${name}=${value}`);
      }
      for (const child of node.children) look(child);
    };
    new MutationObserver((changes) => {
      for (const { addedNodes, target, type } of changes) {
        if (type === "attributes") look(target);
        for (const node of addedNodes) look(node);
      }
    }).observe(document, { subtree: true, childList: true, attributes: true });
    document.addEventListener("securitypolicyviolation", (event) => found.push(`CSP ${event.violatedDirective}`));
  });
  return () =>
    page.evaluate(() => {
      const { found, fallen } = globalThis as unknown as { found: string[]; fallen?: number };
      return fallen === undefined ? found : [...found, "script ran"];
    });
}

test("CS-7, CS-8: script as text, name, file name and link stays text, and no address in a message is asked for anything", async () => {
  test.setTimeout(600_000);
  await using meeting = await Meeting.again();
  const { relay, alice, bob } = meeting;
  const asked: string[] = [];
  for (const { page } of [alice, bob]) {
    page.on("request", (request) => asked.push(request.url()));
  }
  const [atAlice, atBob] = [await keepWatch(alice.page), await keepWatch(bob.page)];

  const cases = scriptsAsText(CASES);
  const messages: string[] = [];
  for (let at = 0; at < cases.length; at += PER_MESSAGE) messages.push(cases.slice(at, at + PER_MESSAGE).join("\n\n"));
  messages.push(addresses().join("\n"));
  for (const [n, text] of messages.entries()) {
    await bob.composer().fill(`${text}\n\nend of ${n}.`.replaceAll("\u0000", ""));
    await bob.composer().press("Enter");
    await expect(alice.message(`end of ${n}.`)).toHaveCount(1);
  }
  const name = `<img src=x onerror=globalThis.fallen=1>.txt`;
  await bob.page.setInputFiles("input[type=file]", { name, mimeType: "text/plain", buffer: Buffer.from("a text") });
  await bob.page.getByRole("dialog").getByRole("button", { name: "Send" }).click();
  await expect(alice.message("onerror=globalThis.fallen=1").last()).toBeVisible();

  await bob.page.goto(`${relay.origin}/#/settings`);
  const field = bob.page.getByLabel("Your name");
  await field.fill(`<svg onload=globalThis.fallen=1>`);
  await field.press("Enter");
  await expect(alice.page.getByRole("link", { name: /svg onload/ })).toBeVisible();

  expect(await atAlice()).toEqual([]);
  expect(await atBob()).toEqual([]);
  // The watch sees what it has to see.
  await alice.page.evaluate(() => document.body.append(document.createElement("embed")));
  expect(await atAlice()).toHaveLength(1);
  const own = [relay.origin, relay.origin.replace("http", "ws"), `blob:${relay.origin}`];
  expect(asked.filter((url) => !own.some((origin) => url.startsWith(origin)))).toEqual([]);
});

test("CS-3, CS-4: a tab that crashes in the middle of a talk loses nothing and doubles nothing, and the other one goes on", {
  tag: "@gate",
}, async () => {
  await using meeting = await Meeting.again();
  const { alice, bob } = meeting;
  const second = await alice.secondTab();
  await alice.isIn(second);
  await alice.turnTo(bob, second);
  const texts: string[] = [];

  // The tab that owns the client dies in the middle of what both send.
  for (let n = 0; n < 3; n++) texts.push(`before ${n}.`);
  for (const text of texts) await bob.say(alice, text);
  const session = await alice.page.context().newCDPSession(alice.page);
  await alice.say(bob, "said by the tab that dies", alice.page);
  session.send("Page.crash").catch(() => undefined);
  for (let n = 0; n < 3; n++) texts.push(`after ${n}.`);
  for (const text of texts.slice(3)) await bob.say(alice, text);
  await expect.poll(() => alice.texts(second), { timeout: 30_000 }).toEqual(texts);
  await bob.hears(alice, "said by the tab that dies");
});
