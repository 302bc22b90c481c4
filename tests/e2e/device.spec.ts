import { spawnSync } from "node:child_process";
import { expect, test } from "@playwright/test";
import { RelayProcess } from "../relay-process.ts";
import { Meeting } from "./meeting.ts";
import { friends, Person } from "./people.ts";

const CANARY = "canary-7d1f40a2";

test("two tabs of one person both work, and when one closes the other goes on", async () => {
  await using meeting = await Meeting.again();
  const { alice, bob } = meeting;
  const second = await alice.secondTab();
  await alice.isIn(second);

  await alice.say(bob, "from the second tab", second);
  await bob.hears(alice, "from the second tab");
  await expect(alice.message("from the second tab")).toBeVisible();
  await bob.say(alice, "to both tabs");
  await alice.hears(bob, "to both tabs");
  await alice.hears(bob, "to both tabs", second);

  await alice.page.close();
  await alice.say(bob, "the first tab is gone", second);
  await bob.hears(alice, "the first tab is gone");
  await bob.say(alice, "I see");
  await alice.hears(bob, "I see", second);
});

test("Tacit starts also where the browser collects its garbage just then", async () => {
  await using relay = await RelayProcess.start();
  await using alice = await Person.join(relay, "Alice");
  const { page } = alice;
  const devtools = await page.context().newCDPSession(page);
  await page.exposeFunction("collectGarbage", () => devtools.send("HeapProfiler.collectGarbage"));
  await page.addInitScript(collectWhileRoomIsSought);

  await alice.reload();

  await expect.poll(() => page.evaluate(() => "isCollected" in globalThis)).toBe(true);
  await alice.isIn();
  await expect(page.getByText("Connecting…")).toHaveCount(0);
});

test("in locked mode the password opens Tacit, and another one does not", { tag: "@gate" }, async () => {
  await using relay = await RelayProcess.start();
  await using alice = await Person.join(relay, "Alice", { keep: false });
  await using bob = await Person.join(relay, "Bob");
  await friends(alice, bob);
  await alice.say(bob, "before the lock");

  await alice.quit();
  await alice.reopen();
  await alice.unlock("surely not the password");
  await expect(alice.page.getByText("That is not the password.")).toBeVisible();
  await bob.say(alice, "while locked");
  await alice.unlock();

  await alice.isIn();
  await alice.hears(bob, "while locked");
  await alice.lock();
  await expect(alice.page.getByText("while locked")).toHaveCount(0);
});

test("a used card is said in words, and leads nowhere", { tag: "@gate" }, async () => {
  await using relay = await RelayProcess.start();
  await using alice = await Person.join(relay, "Alice");
  await using bob = await Person.join(relay, "Bob");
  await using carol = await Person.join(relay, "Carol");
  const card = await alice.card();
  await bob.add(card);
  await expect(bob.page.getByRole("heading", { name: "Alice", level: 1 })).toBeVisible();

  await carol.add(card);

  await expect(carol.page.getByText("This card works once, and somebody has used it.")).toBeVisible();
});

test("a word that was sent lies nowhere in clear: not at the relay, not in its log, not in a locked browser", async () => {
  await using relay = await RelayProcess.start();
  await using alice = await Person.join(relay, "Alice", { keep: false });
  await using bob = await Person.join(relay, "Bob", { keep: false });
  await friends(alice, bob);

  await alice.say(bob, `the word is ${CANARY}`);
  await bob.hears(alice, CANARY);
  await alice.page.setInputFiles("input[type=file]", {
    name: `${CANARY}.txt`,
    mimeType: "text/plain",
    buffer: Buffer.from(`in the file: ${CANARY}`),
  });
  await alice.page.getByRole("textbox", { name: "Write something to it" }).fill(`to the file: ${CANARY}`);
  await alice.page.getByRole("dialog").getByRole("button", { name: "Send" }).click();
  await bob.hears(alice, `to the file: ${CANARY}`);
  await expect(bob.page.getByText(`${CANARY}.txt`)).toBeVisible();
  await bob.quit();
  await alice.say(bob, `once more ${CANARY}`);
  await alice.marks(bob, `once more ${CANARY}`, /Sent/);
  await alice.page.getByRole("link", { name: "Contact details" }).click();
  const name = alice.page.getByLabel("Name on this device");
  await name.fill(`Bob ${CANARY}`);
  await name.press("Enter");
  await alice.page.goto(`${relay.origin}/#/`);
  await alice.page.getByRole("link", { name: `Bob ${CANARY}` }).click();
  // Where somebody leaves a page, the browser writes down what its fields hold.
  await alice.composer().fill(`not yet ${CANARY}`);
  await alice.lock();
  await alice.page.getByLabel("Password", { exact: true }).fill(`seen ${CANARY}`);
  await alice.button("Show password").click();
  await alice.page.goto("about:blank");
  await alice.quit();
  await relay.stop();

  expect(relay.log).not.toContain(CANARY);
  for (const folder of [relay.dataDir, alice.profile, bob.profile]) expect(findIn(folder, CANARY)).toEqual([]);
  expect(findIn(alice.profile, alice.password)).toEqual([]);
  // The search itself finds what is there: the profile holds the address of the relay.
  expect(findIn(alice.profile, `localhost:${relay.port}`).length).toBeGreaterThan(0);
});

/** Files under `folder` that hold a word as UTF-8 or UTF-16. */
function findIn(folder: string, word: string): readonly string[] {
  const utf16 = [...word].map((letter) => `${letter}\\x00`).join("");
  const grep = (pattern: string) => spawnSync("grep", ["-rlaP", "--", pattern, folder], { encoding: "utf8" }).stdout;
  const quoted = word.replace(/[.:]/g, "\\$&");
  return `${grep(quoted)}${grep(utf16)}`.split("\n").filter((line) => line !== "");
}

/** A transaction goes on while it is asked for something: that of `web/adapters/new-log.ts` does until all is collected. */
function collectWhileRoomIsSought(): void {
  const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (value, key) {
    const request = put.call(this, value, key);
    if (this.name !== "new log") return request;
    let isCollected = false;
    const askAgain = () => {
      if (!isCollected) this.count().onsuccess = askAgain;
    };
    askAgain();
    const { collectGarbage } = globalThis as unknown as { collectGarbage: () => Promise<void> };
    void collectGarbage().then(() => {
      isCollected = true;
      Object.assign(globalThis, { isCollected });
    });
    return request;
  };
}
