import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { RelayProcess } from "../relay-process.ts";
import { Meeting } from "./meeting.ts";
import { Person } from "./people.ts";

/** Twelve words in order, of nobody's account: an example of BIP-39. */
const OTHER_WORDS = "legal winner thank year wave sausage worth useful legal winner thank yellow";

test("who lost every device comes back by handle, password and recovery key, and is the same for everybody", {
  tag: "@gate",
}, async () => {
  await using meeting = await Meeting.again();
  const { relay, alice, bob } = meeting;
  await alice.say(bob, "before the fall");
  await bob.hears(alice, "before the fall");
  await alice.verify(bob);
  const words = await alice.keepRecoveryKey();
  await alice.isSaved();
  await alice.quit();
  await bob.say(alice, "while you had no device");

  await using again = await Person.arrive(relay, "Alice");
  await again.comeBack(words, "surely not the password");
  await expect(again.page.getByText("Handle and password do not go together.")).toBeVisible();
  await expect(again.page.getByLabel("Password", { exact: true })).toBeFocused();
  await again.comeBack(words.replace(/^\S+/, "zebraa"));
  await expect(again.page.getByText("These are not the twelve words of a recovery key.")).toBeVisible();
  await expect(again.page.getByLabel("Recovery key")).toBeFocused();
  await again.comeBack(OTHER_WORDS);
  await expect(again.page.getByText("this recovery key does not open what the server keeps")).toBeVisible();
  const paper = words.split(" ").map((word, at) => `${at + 1}. ${word.toUpperCase()},`);
  await again.comeBack(paper.join("\n"));

  await again.isIn();
  await again.turnTo(bob);
  await expect(again.page.getByRole("img", { name: "Verified", exact: true })).toBeVisible();
  await again.hears(bob, "while you had no device");
  await again.say(bob, "here I am again");
  await bob.hears(again, "here I am again");
  await expect(bob.page.getByText("Alice uses another device now. Their key is the same.")).toBeVisible();
  await expect(bob.page.getByText(/has a new key/)).toHaveCount(0);
  await bob.say(again, "welcome back");
  await again.hears(bob, "welcome back");
  await expect(again.page.getByText("before the fall")).toHaveCount(0);
  await expect(again.page.getByRole("link", { name: /Keep your recovery key/ })).toHaveCount(0);
});

test("the recovery key can wait, and a banner stays until two of its words are given back", {
  tag: "@gate",
}, async () => {
  await using relay = await RelayProcess.start();
  await using alice = await Person.join(relay, "Alice", { width: 320, height: 640 });
  const banner = alice.page.getByRole("link", { name: /Keep your recovery key/ });

  await banner.click();
  await expect(alice.page.getByText("so keep the recovery key on paper")).toBeVisible();
  const words = await alice.showRecoveryKey();
  const [download] = await Promise.all([alice.page.waitForEvent("download"), alice.button("Download").click()]);
  const file = readFileSync(await download.path(), "utf8");
  expect([...file.matchAll(/^ *\d+\. (\w+)$/gm)].map(([, word]) => word)).toEqual(words);
  await alice.button("I have written them down").click();
  await alice.giveWords(words.map(() => "zebra"));
  await expect(alice.page.getByText(/^That is not word \d+\./)).not.toHaveCount(0);
  await alice.giveWords(words);
  await expect(alice.page.getByRole("heading", { name: "Your recovery key is kept" })).toBeVisible();
  await alice.button("Go to your conversations").click();

  await alice.isIn();
  await expect(banner).toHaveCount(0);
  await alice.reload();
  await alice.isIn();
  await expect(banner).toHaveCount(0);
  expect(await alice.showRecoveryKey()).toEqual(words);
});

test("a new password opens what the old one does not open any more", { tag: "@gate" }, async () => {
  await using relay = await RelayProcess.start();
  await using alice = await Person.join(relay, "Alice");
  const { page } = alice;
  const after = "another long password";
  await page.goto(`${relay.origin}/#/settings`);
  await alice.button("Change password…").click();
  await page.getByLabel("New password").fill(after);

  await page.getByLabel("Your password now").fill("surely not the password");
  await alice.button("Change").click();
  await expect(page.getByText("That is not your password.")).toBeVisible();
  await page.getByLabel("Your password now").fill(alice.password);
  await alice.button("Change").click();
  await expect(page.getByRole("dialog", { name: "Your password is changed" })).toBeVisible();
  await page.getByRole("dialog").getByRole("button", { name: "Close" }).last().click();
  await expect(alice.button("Change password…")).toBeFocused();

  await alice.lock();
  await alice.unlock(alice.password);
  await expect(page.getByText("That is not the password.")).toBeVisible();
  await alice.unlock(after);
  await alice.isIn();
});

test("a deleted account leaves an empty browser and a free handle", { tag: "@gate" }, async () => {
  await using relay = await RelayProcess.start();
  await using alice = await Person.join(relay, "Alice");
  const { page } = alice;
  await page.goto(`${relay.origin}/#/settings`);
  await alice.button("Delete account…").click();
  await page.getByRole("checkbox", { name: "I understand that nobody can bring it back" }).check();

  await page.getByLabel("Password", { exact: true }).fill("surely not the password");
  await alice.button("Delete account").click();
  await expect(page.getByText("That is not your password.")).toBeVisible();
  await page.getByLabel("Password", { exact: true }).fill(alice.password);
  await alice.button("Delete account").click();

  await expect(alice.button("Create account")).toBeVisible();
  await alice.reload();
  await alice.createAccount(true);
});

test("a browser that is put back to an older copy says so, and leads back by the recovery key", {
  tag: "@gate",
}, async () => {
  await using meeting = await Meeting.again();
  const { alice, bob } = meeting;
  const words = await alice.keepRecoveryKey();
  await alice.isSaved();
  const copy = mkdtempSync(join(tmpdir(), "tacit-copy-"));
  await alice.quit();
  cpSync(alice.profile, copy, { recursive: true });
  await alice.reopen();
  await alice.say(bob, "after the copy was made");
  await bob.hears(alice, "after the copy was made");
  await alice.quit();
  rmSync(alice.profile, { recursive: true });
  cpSync(copy, alice.profile, { recursive: true });
  rmSync(copy, { recursive: true });

  await alice.reopen();
  await alice.page.getByRole("link", { name: "What to do" }).click();
  await expect(alice.page.getByRole("heading", { name: "An older copy of your data" })).toBeVisible();
  await alice.button("Erase this browser…").click();
  await alice.page.getByRole("checkbox", { name: "I understand that my messages do not come back" }).check();
  await alice.button("Erase everything").click();
  await alice.comeBack(words);

  await alice.isIn();
  await alice.say(bob, "with new keys");
  await bob.hears(alice, "with new keys");
});
