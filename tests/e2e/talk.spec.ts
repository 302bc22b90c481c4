import { expect, test } from "@playwright/test";
import { RelayProcess } from "../relay-process.ts";
import { Meeting } from "./meeting.ts";
import { friends, Person } from "./people.ts";

test("two people join, meet by a card and talk both ways", async () => {
  await using relay = await RelayProcess.start();
  await using alice = await Person.join(relay, "Alice");
  await using bob = await Person.join(relay, "Bob");
  await friends(alice, bob);

  await alice.say(bob, "hello Bob");
  await bob.hears(alice, "hello Bob");
  await bob.say(alice, "hello Alice");
  await alice.hears(bob, "hello Alice");

  await alice.marks(bob, "hello Bob", /Read|Delivered/);
});

test("twenty messages while away arrive once each, in order", { tag: "@gate" }, async () => {
  await using meeting = await Meeting.again({ bob: { height: 2_000 } });
  const { alice, bob } = meeting;
  const texts = Array.from({ length: 20 }, (_, n) => `message number ${n + 1}.`);

  await bob.quit();
  for (const text of texts) await alice.say(bob, text);
  await alice.marks(bob, "message number 20.", /Sent/);
  await bob.reopen();

  await bob.hears(alice, "message number 20.");
  await expect.poll(() => bob.texts()).toEqual(texts);
});

test("whoever is at the end of a conversation stays there, however many messages come and however long they are", {
  tag: "@gate",
}, async () => {
  await using meeting = await Meeting.again();
  const { alice, bob } = meeting;

  // More than are held at once, so that the first ones go while the last ones come.
  for (let n = 0; n < 110; n++) {
    await bob.composer().fill(`${"A line of a message.\n".repeat((n * 7) % 25)}end of ${n}.`);
    await bob.composer().press("Enter");
    if (n % 5 === 4) await expect(alice.message(`end of ${n}.`).last()).toBeInViewport();
  }
});

test("a reload keeps the draft, the conversation and the sign-in", { tag: "@gate" }, async () => {
  await using meeting = await Meeting.again();
  const { alice, bob } = meeting;
  await alice.say(bob, "said before the reload");

  await alice.composer().fill("not yet sent");
  await expect(alice.page.getByText("Draft: not yet sent")).toBeVisible();
  await alice.reload();

  await expect(alice.composer()).toHaveValue("not yet sent");
  await alice.hears(bob, "said before the reload");
  await alice.composer().press("Enter");
  await bob.hears(alice, "not yet sent");
});

test("a relay that is killed and started again loses nothing and doubles nothing", async () => {
  await using meeting = await Meeting.again();
  const { relay, alice, bob } = meeting;
  await alice.say(bob, "before the crash.");
  await bob.hears(alice, "before the crash.");

  await relay.kill();
  await alice.say(bob, "while the relay is dead.");
  await expect(alice.page.getByText(/Offline/)).toBeVisible();
  await relay.start();
  await alice.say(bob, "after the crash.");

  await bob.hears(alice, "after the crash.");
  await expect.poll(() => bob.texts()).toEqual(["before the crash.", "while the relay is dead.", "after the crash."]);
  await bob.say(alice, "all three arrived");
  await alice.hears(bob, "all three arrived");
});

test("what is written offline is sent once the network is back", { tag: "@gate" }, async () => {
  await using meeting = await Meeting.again();
  const { alice, bob } = meeting;
  // Offline as a test can make it leaves a direct connection alone.
  await alice.alwaysRelays();
  await alice.turnTo(bob);
  await bob.turnTo(alice);

  await alice.goOffline();
  await expect(alice.page.getByText(/Offline/)).toBeVisible();
  await alice.say(bob, "written offline");
  await alice.marks(bob, "written offline", /Waiting to send/);
  await alice.goOnline();

  await bob.hears(alice, "written offline");
  await alice.marks(bob, "written offline", /Delivered|Read/);
});

test("the divider stands before what is unread, and typing is seen", { tag: "@gate" }, async () => {
  await using meeting = await Meeting.again();
  const { relay, alice, bob } = meeting;
  await alice.say(bob, "seen at once");
  await bob.hears(alice, "seen at once");
  await bob.page.goto(`${relay.origin}/#/settings`);
  await expect(bob.page.getByRole("heading", { name: "Settings" })).toBeVisible();

  await alice.say(bob, "seen later");
  await bob.page.goto(`${relay.origin}/#/`);
  await expect(bob.page.getByText("1 unread message")).toBeAttached();
  await bob.turnTo(alice);
  await expect(bob.page.getByText("New messages")).toBeVisible();

  await bob.composer().pressSequentially("I am thinking of what to say", { delay: 250 });
  await expect(alice.page.getByText("Bob is typing")).toBeVisible();
});
