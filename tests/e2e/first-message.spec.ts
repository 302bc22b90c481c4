import { expect, test } from "@playwright/test";
import { RelayProcess } from "../relay-process.ts";
import { Person } from "./people.ts";

/** What somebody new has to do: `decide` where there is something to choose or to invent, `act` for all else. */
class Effort {
  readonly decisions: string[] = [];
  readonly acts: string[] = [];

  async decide(what: string, ...actions: readonly (() => Promise<void>)[]): Promise<void> {
    this.decisions.push(what);
    for (const action of actions) await this.act(what, action);
  }

  async act(what: string, action: () => Promise<void>): Promise<void> {
    this.acts.push(what);
    await action();
  }
}

test("from an invitation to the first message somebody new decides three things at most", async () => {
  await using relay = await RelayProcess.start();
  await using alice = await Person.join(relay, "Alice");
  const card = await alice.card();
  await using bob = await Person.arrive(relay, "Bob", { width: 390, height: 844, isPhone: true });
  const { page } = bob;
  const effort = new Effort();
  const startedMs = performance.now();

  await effort.act("follow the link", async () => void (await page.goto(card)));
  await expect(page.getByRole("heading", { name: "Alice invites you to talk." })).toBeVisible();
  await effort.decide("to join", () => bob.button("Create account").tap());
  await effort.decide(
    "who to be",
    () => page.getByLabel("Your name").fill("Bob"),
    () => page.getByLabel("Handle").fill("bob"),
  );
  await effort.decide("a password", () => bob.button("Generate a password").tap());
  await effort.act("go on", () => bob.button("Create account").tap());
  await expect(page.getByRole("heading", { name: "Alice", level: 1 })).toBeVisible({ timeout: 60_000 });
  await effort.act("write", () => bob.composer().fill("found you"));
  await effort.act("send", () => bob.button("Send").tap());
  await expect(bob.message("found you")).toHaveAccessibleName(/Sent/);
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(1);

  console.log(
    `from the invitation to the first message: ${effort.decisions.length} decisions (${effort.decisions.join(", ")}), ` +
      `${effort.acts.length} acts, ${seconds} s without the person's own time`,
  );
  expect(effort.decisions.length).toBeLessThanOrEqual(3);
  expect(effort.acts.length).toBeLessThanOrEqual(8);
  await alice.page.goto(`${relay.origin}/#/`);
  await alice.page.getByRole("link", { name: /Bob/ }).click();
  await expect(alice.message("found you")).toBeVisible();
  expect(bob.complaints).toEqual([]);
});
