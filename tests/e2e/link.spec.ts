import { expect, test } from "@playwright/test";
import { RelayProcess } from "../relay-process.ts";
import { knowsNothingOf, SIGNALS } from "./leaks.ts";
import { Meeting } from "./meeting.ts";
import { Person } from "./people.ts";

test("two people who look at their conversation are connected directly, and go on without the relay", async () => {
  await using meeting = await Meeting.again();
  const { relay, alice, bob } = meeting;
  for (const person of [alice, bob]) await expect(linkOf(person)).toBeVisible({ timeout: 60_000 });

  await alice.say(bob, "straight to you");
  await bob.hears(alice, "straight to you");
  await alice.marks(bob, "straight to you", /Read|Delivered/);
  await expect(alice.message("straight to you").getByText("direct", { exact: true })).toBeAttached();
  await expect(bob.message("straight to you").getByText("direct", { exact: true })).toBeAttached();

  await relay.kill();
  await alice.say(bob, "the server is gone");
  await bob.hears(alice, "the server is gone");
  await bob.say(alice, "so it is");
  await alice.hears(bob, "so it is");
  await alice.marks(bob, "the server is gone", /Read|Delivered/);

  knowsNothingOf(relay, ...SIGNALS, "straight to you");
});

test("whoever always uses the relay is not connected directly, and is told the way of each message", async () => {
  await using relay = await RelayProcess.start();
  await using alice = await Person.join(relay, "Alice");
  await using bob = await Person.join(relay, "Bob");
  await bob.add(await alice.card());
  await alice.turnTo(bob);
  const always = alice.page.getByRole("switch", { name: "Always use the relay" });
  await always.click();
  await expect(always).toBeChecked();
  await alice.accept(bob);
  await bob.turnTo(alice);

  await bob.say(alice, "by the relay");
  await alice.hears(bob, "by the relay");
  await alice.say(bob, "and back");
  await bob.hears(alice, "and back");

  await expect(alice.message("by the relay").getByText("through the relay")).toBeAttached();
  await expect(bob.message("by the relay").getByText("through the relay")).toBeAttached();
  await expect(linkOf(alice)).toHaveCount(0);
  await alice.page.getByRole("link", { name: "Contact details" }).click();
  await expect(alice.page.getByRole("radio", { name: "Always use the relay" })).toBeChecked();
});

function linkOf({ page }: Person) {
  return page.getByRole("img", { name: "Connected directly" });
}
