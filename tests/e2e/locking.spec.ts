import { expect, type Page, test } from "@playwright/test";
import { RelayProcess } from "../relay-process.ts";
import { friends, Person } from "./people.ts";

/** A device that asks for a finger, and gets one. Answers how to take its passkeys away. */
async function withAuthenticator(page: Page, hasPrf: boolean): Promise<() => Promise<void>> {
  const session = await page.context().newCDPSession(page);
  await session.send("WebAuthn.enable");
  const { authenticatorId } = await session.send("WebAuthn.addVirtualAuthenticator", {
    options: {
      protocol: "ctap2",
      ctap2Version: "ctap2_1",
      transport: "internal",
      hasResidentKey: true,
      hasUserVerification: true,
      hasPrf,
      isUserVerified: true,
      automaticPresenceSimulation: true,
    },
  });
  return async () => {
    await session.send("WebAuthn.clearCredentials", { authenticatorId });
  };
}

async function addPasskey(person: Person): Promise<void> {
  const { page } = person;
  await page.goto(`${person.relay.origin}/#/settings`);
  await person.button("Add a passkey…").click();
  await page.getByLabel("Password", { exact: true }).fill("surely not the password");
  await person.button("Continue").click();
  await expect(page.getByText("That is not the password.")).toBeVisible();
  await page.getByLabel("Password", { exact: true }).fill(person.password);
  await person.button("Continue").click();
  await person.button("Make the passkey").click();
}

test("a passkey unlocks after a reload, and when it is gone the password does", { tag: "@gate" }, async () => {
  await using relay = await RelayProcess.start();
  await using alice = await Person.join(relay, "Alice", { keep: false });
  await using bob = await Person.join(relay, "Bob");
  await friends(alice, bob);
  const takeAway = await withAuthenticator(alice.page, true);
  await addPasskey(alice);
  await expect(alice.button("Remove the passkey…")).toBeVisible();

  await alice.reload();
  await alice.button("Unlock with passkey").click();
  await expect(alice.button("Remove the passkey…")).toBeVisible({ timeout: 60_000 });
  await alice.say(bob, "opened by a finger");
  await bob.hears(alice, "opened by a finger");

  await takeAway();
  await alice.lock();
  await alice.button("Unlock with passkey").click();
  await expect(alice.page.getByText(/Nothing was unlocked: .* Your password works\./)).toBeVisible();
  await alice.unlock();
  await expect(alice.button("Remove the passkey…")).toBeVisible({ timeout: 60_000 });
  await alice.button("Remove the passkey…").click();
  await alice.page.getByLabel("Password", { exact: true }).fill(alice.password);
  await alice.button("Remove").click();
  await expect(alice.button("Add a passkey…")).toBeVisible();
  await alice.lock();
  await expect(alice.button("Unlock with passkey")).toHaveCount(0);
});

test("a device whose passkeys cannot unlock says so, and nothing changes", { tag: "@gate" }, async () => {
  await using relay = await RelayProcess.start();
  await using alice = await Person.join(relay, "Alice", { keep: false });
  await withAuthenticator(alice.page, false);

  await addPasskey(alice);

  await expect(alice.page.getByText(/can sign in, but cannot unlock Tacit/)).toBeVisible();
  await alice.button("Cancel").click();
  await expect(alice.button("Add a passkey…")).toBeVisible();
});

test("in locked mode every tab locks when nobody is there or the device slept, and what was written stays", {
  tag: "@gate",
}, async () => {
  await using relay = await RelayProcess.start();
  await using alice = await Person.join(relay, "Alice", { keep: false });
  await using bob = await Person.join(relay, "Bob");
  await friends(alice, bob);
  const { page } = alice;
  await page.clock.install();
  await alice.reload();
  await alice.unlock();
  await alice.isIn();
  const second = await alice.secondTab();
  await alice.turnTo(bob);
  await alice.composer().fill("half a sentence");

  await page.clock.fastForward("20:00");

  for (const tab of [page, second]) {
    await expect(tab.getByRole("heading", { name: "Tacit is locked" })).toBeVisible();
  }
  await alice.unlock();
  await expect(alice.composer()).toHaveValue("half a sentence");
  await alice.composer().press("End");
  await alice.composer().pressSequentially(" more");
  await page.keyboard.press("ControlOrMeta+Shift+L");
  await expect(page.getByRole("heading", { name: "Tacit is locked" })).toBeVisible();
  await alice.unlock();
  await expect(alice.composer()).toHaveValue("half a sentence more");
});
