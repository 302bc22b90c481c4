import { expect, test } from "@playwright/test";
import { isLong } from "../extent.ts";
import { hasTurnServer, TurnProcess } from "../turn-process.ts";
import {
  accept,
  call,
  counts,
  hears,
  isSteady,
  isTalking,
  joinCaller,
  meetingOfCallers,
  PAGE_AS_SCREEN,
  ringing,
  sees,
} from "./callers.ts";
import { knowsNothingOf, SIGNALS } from "./leaks.ts";
import { friends, type Person } from "./people.ts";

test("two people talk: it rings, is taken, sound and then pictures flow both ways, and hanging up ends it", async () => {
  await using meeting = await meetingOfCallers();
  const { relay, alice, bob } = meeting;

  await call(alice, bob, "voice");
  await expect(ringing(bob.page, alice)).toBeVisible();
  expect([await counts(alice.page), await counts(bob.page)]).toMatchObject([{ bytesSent: 0 }, { bytesSent: 0 }]);
  await accept(bob, alice);
  await isTalking(alice, bob);
  await hears(alice.page);
  await hears(bob.page);
  await expect(alice.button("Direct")).toBeVisible();
  await isSteady(alice.page);

  await alice.button("Turn camera on").click();
  await sees(bob.page, "Video of Alice");
  await bob.button("Turn camera on").click();
  await sees(alice.page, "Video of Bob");

  await alice.button("Hang up").click();
  await expect(bob.page.getByText("Alice hung up")).toBeVisible();
  await bob.turnTo(alice);
  await expect(bob.page.getByText(/Voice call to you, \d+ (seconds|minutes?) /)).toBeVisible();
  knowsNothingOf(relay, ...SIGNALS);
});

test("nobody answers for a minute, one declines, and two who then call each other at once get one call", async () => {
  await using meeting = await meetingOfCallers();
  const { alice, bob } = meeting;

  await alice.page.clock.install();
  await call(alice, bob, "voice");
  await expect(ringing(bob.page, alice)).toBeVisible();
  await alice.page.clock.fastForward(61_000);
  await expect(alice.page.getByText("No answer", { exact: true })).toBeVisible();
  await expect(bob.page.getByText("Missed call", { exact: true })).toBeVisible();
  await alice.button("Close").click();
  await bob.page.getByRole("region", { name: "Call", exact: true }).getByRole("button", { name: "Call back" }).click();
  await bob.button("Allow microphone").click();
  await bob.page.getByRole("dialog").getByRole("button", { name: "Call Alice", exact: true }).click();
  await expect(ringing(alice.page, bob)).toBeVisible();
  await alice.page.keyboard.press("Escape");
  await expect(bob.page.getByText("Alice declined")).toBeVisible();
  await bob.button("Close").click();
  await expect(alice.button("Call Bob")).toBeVisible();
  await bob.turnTo(alice);

  await Promise.all([press(alice, "Call Bob"), press(bob, "Call Alice")]);
  await expect(ringing(alice.page, bob).or(alice.page.getByText("Ringing…"))).toBeVisible();
  const [callee, caller] = (await ringing(alice.page, bob).isVisible()) ? [alice, bob] : [bob, alice];
  await accept(callee, caller);
  await isTalking(alice, bob);
  await hears(alice.page);
});

test("whoever calls somebody in a call hears that they are busy, and that call goes on", async () => {
  test.skip(!isLong, "scenarios/calls.test.ts says the same without browsers");
  await using meeting = await meetingOfCallers();
  const { relay, alice, bob } = meeting;
  await using carol = await joinCaller(relay, "Carol");
  await friends(carol, bob);
  await call(alice, bob, "voice");
  await accept(bob, alice);
  await isTalking(alice, bob);

  await call(carol, bob, "voice");

  await expect(carol.page.getByText("Bob is in another call")).toBeVisible();
  await hears(bob.page);
});

test("a video call is declined, then taken with video, and its code verifies both", async () => {
  await using meeting = await meetingOfCallers();
  const { alice, bob } = meeting;

  await call(alice, bob, "video");
  await expect(ringing(bob.page, alice)).toBeVisible();
  await bob.page.keyboard.press("Escape");
  await expect(alice.page.getByText("Bob declined")).toBeVisible();
  // The row behind it offers the same.
  const screen = alice.page.getByRole("region", { name: "Call", exact: true });
  await screen.getByRole("button", { name: "Call again" }).click();
  await accept(bob, alice, "Accept with video");
  await isTalking(alice, bob);
  await sees(alice.page, "Video of Bob");
  await sees(bob.page, "Video of Alice");

  const codes = [];
  for (const { page, button } of [alice, bob].map((one) => ({
    page: one.page,
    button: one.button("Compare the code"),
  }))) {
    await button.click();
    codes.push(await page.getByRole("dialog").getByRole("listitem").allInnerTexts());
  }
  expect(codes[0]).toHaveLength(4);
  expect(codes[0]).toEqual(codes[1]);
  await alice.button("They are the same").click();
  await bob.button("They are the same").click();
  for (const { page } of [alice, bob]) await expect(page.getByText(/is verified\.$/)).toBeVisible();
});

test("a screen is shared at 1920 by 1080 while the camera stays on, and stops from its bar", async () => {
  const screen = { width: 1920, height: 1080, browser: { arguments: [PAGE_AS_SCREEN] } };
  await using meeting = await meetingOfCallers({ alice: screen });
  const { alice, bob } = meeting;
  await call(alice, bob, "voice");
  await accept(bob, alice);
  await isTalking(alice, bob);
  await alice.button("Turn camera on").click();
  await sees(bob.page, "Video of Alice");

  await alice.button("Share screen").click();
  await alice.button("Choose what to share").click();

  await sees(bob.page, "Screen of Alice");
  await expect(bob.page.getByLabel("Video of Alice")).toBeVisible();
  await expect.poll(async () => (await counts(bob.page)).width).toBe(1920);
  expect((await counts(bob.page)).height).toBe(1080);
  await expect(alice.page.getByText("You are sharing your screen")).toBeVisible();
  await expect(alice.page.getByText(/1920 × 1080, \d+ fps/)).toBeVisible();
  await alice.page.getByText("You are sharing your screen").locator("..").getByRole("button").click();
  await expect(bob.page.getByLabel("Screen of Alice")).toBeHidden();
  await expect(bob.page.getByLabel("Video of Alice")).toBeVisible();
});

test("with a TURN server it rings by that alone, without a byte of sound or an address, and goes direct once taken", async () => {
  test.skip(!hasTurnServer(), "coturn is not installed");
  await using turn = await TurnProcess.start({ isForThisMachine: true });
  await using meeting = await meetingOfCallers({ environment: turn.environment });
  const { alice, bob } = meeting;

  await call(alice, bob, "video");
  await expect(ringing(bob.page, alice)).toBeVisible();
  for (const { page } of [alice, bob]) await expect.poll(async () => (await counts(page)).pair.length).toBe(2);
  const whileRinging = [await counts(alice.page), await counts(bob.page)];
  for (const { bytesSent, candidates, pair } of whileRinging) {
    expect(bytesSent).toBe(0);
    expect(new Set(candidates)).toEqual(new Set(["relay"]));
    expect(pair).toContain("relay");
  }

  await accept(bob, alice, "Accept with video");
  await isTalking(alice, bob);
  await sees(alice.page, "Video of Bob");
  for (const person of [alice, bob]) await expect(person.button("Direct")).toBeVisible();
  expect((await counts(alice.page)).pair).not.toContain("relay");
});

test("a call goes on as a bar and a picture while one writes", async () => {
  await using meeting = await meetingOfCallers();
  const { alice, bob } = meeting;
  await call(alice, bob, "voice");
  await accept(bob, alice);
  await isTalking(alice, bob);

  await alice.button("Back to the messages").click();
  await alice.say(bob, "look at this meanwhile");
  await hears(alice.page);
  await bob.button("Back to the messages").click();
  await bob.hears(alice, "look at this meanwhile");
  await expect(alice.page.getByRole("region", { name: "Call with Bob" })).toBeVisible();
  await alice.button("Mute").click();
  await alice.button("Back to the call").click();
  await expect(alice.button("Unmute")).toBeVisible();
  await bob.page.getByRole("region", { name: "Call with Alice" }).getByRole("button", { name: "Hang up" }).click();
  await expect(alice.page.getByText("Bob hung up")).toBeVisible();
});

test("of two tabs one rings, and the other says where", async () => {
  await using meeting = await meetingOfCallers();
  const { alice, bob } = meeting;
  const second = await bob.secondTab();
  await bob.isIn(second);

  await call(alice, bob, "voice");
  await expect(second.getByText("Alice is calling. It rings in the other tab of Tacit.")).toBeVisible();
  await expect(ringing(bob.page, alice)).toBeVisible();
  await expect(ringing(second, alice)).toBeHidden();
  await accept(bob, alice);
  await expect(second.getByText("Your call with Alice is in the other tab of Tacit.")).toBeVisible();
  await bob.button("Hang up", second).click();

  await expect(alice.page.getByText("Bob hung up")).toBeVisible();
});

/** At once, whatever else is on the way to this page. */
async function press(person: Person, name: string): Promise<void> {
  await person.button(name).evaluate((button) => (button as HTMLElement).click());
}
