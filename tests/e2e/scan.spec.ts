import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "@playwright/test";
import { RelayProcess } from "../relay-process.ts";
import { filmCode } from "./camera.ts";
import { Person } from "./people.ts";

test("a card that is scanned from the screen makes two verified contacts", async () => {
  const folder = mkdtempSync(join(tmpdir(), "tacit-film-"));
  const film = join(folder, "card.y4m");
  await using relay = await RelayProcess.start();
  await using alice = await Person.join(relay, "Alice");
  await alice.card();
  await alice.button("Show card").click();
  await filmCode(alice.page.getByRole("img", { name: "QR code of this card" }), film);
  await alice.button("Close").click();
  await using bob = await Person.join(relay, "Bob", { film });

  await bob.page.goto(`${relay.origin}/#/add`);
  await bob.button("Scan a QR code").click();
  await bob.button("Add").click();

  await expect(bob.page.getByRole("heading", { name: "Alice", level: 1 })).toBeVisible();
  await alice.turnTo(bob);
  await expect(alice.page.getByText(/They scanned the code of your card/)).toBeVisible();
  for (const { page } of [alice, bob])
    await expect(page.locator("main").getByRole("img", { name: "Verified", exact: true })).toBeVisible();
  await alice.accept(bob);
  await bob.say(alice, "I scanned your card");
  await alice.hears(bob, "I scanned your card");
  rmSync(folder, { recursive: true });
});

test("an invitation opened in a new browser leads through sign-up into the conversation", {
  tag: "@gate",
}, async () => {
  await using relay = await RelayProcess.start();
  await using alice = await Person.join(relay, "Alice");
  const link = await alice.card();
  await using bob = await Person.arrive(relay, "Bob", { width: 390, height: 844 });

  await bob.page.goto(link);
  await expect(bob.page.getByRole("heading", { name: /Alice invites you to talk/ })).toBeVisible();
  await bob.button("Create account").click();
  await bob.page.getByLabel("Your name").fill("Bob");
  await bob.page.getByLabel("Handle").fill("bob");
  await bob.page.getByLabel("Password", { exact: true }).fill(bob.password);
  await bob.button("Create account").click();
  await bob.composer().fill("here I am");
  await bob.composer().press("Enter");

  await alice.accept(bob);
  await alice.hears(bob, "here I am");
});
