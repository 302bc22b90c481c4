import { expect, test } from "@playwright/test";
import { RelayProcess } from "../relay-process.ts";
import { accept, call, counts, hears, isTalking, joinCaller, sees } from "./callers.ts";
import { friends } from "./people.ts";

test("two people talk: it rings, is taken, sound and then pictures flow both ways, and hanging up ends it", async () => {
  await using relay = await RelayProcess.start();
  await using alice = await joinCaller(relay, "Alice");
  await using bob = await joinCaller(relay, "Bob");
  await friends(alice, bob);

  await call(alice, bob, "voice");
  await accept(bob, alice);
  await isTalking(alice, bob);
  await hears(alice.page);
  await hears(bob.page);

  await alice.button("Turn camera on").click();
  await sees(bob.page, "Video of Alice");
  await bob.button("Turn camera on").click();
  await sees(alice.page, "Video of Bob");

  await alice.button("Hang up").click();
  await expect(bob.page.getByText("Alice hung up")).toBeVisible();
  await bob.turnTo(alice);
  await expect(bob.message("Voice call to you")).toBeVisible();
  expect((await counts(alice.page)).framesDecoded).toBeGreaterThan(0);
});
