import { expect, test } from "vitest";
import { RelayProcess } from "../relay-process.ts";
import { FakeClock } from "./fake-clock.ts";
import { Person } from "./person.ts";

test("a relay killed in mid-conversation, six times, loses nothing and doubles nothing", async () => {
  await using relay = await RelayProcess.start();
  // The clients' time moves by hand; the relay's is real, and so is its death.
  const clock = new FakeClock(Date.now());
  const surroundings = { clock, origin: relay.origin };
  const alice = await (await new Person("Alice", surroundings).open()).join();
  const bob = await (await new Person("Bob", surroundings).open()).join();
  await bob.add(await alice.card());
  await alice.client.accept(await alice.contact(bob));

  const toBob: string[] = [];
  const toAlice: string[] = [];
  for (let round = 0; round < 6; round++) {
    for (let n = 0; n < 5; n++) {
      toBob.push(`to Bob ${round}.${n}`);
      toAlice.push(`to Alice ${round}.${n}`);
      await alice.say(bob, toBob.at(-1) ?? "");
      await bob.say(alice, toAlice.at(-1) ?? "");
    }
    await relay.kill();
    await relay.start();
    clock.advance(60_000);
  }
  // Connections that were lost at the last kill are taken up again with the time that passes.
  await clock.passing(async () => {
    await bob.hears(alice, ...toBob);
    await alice.hears(bob, ...toAlice);
    await alice.marks(bob, "to Bob 5.4", "delivered");
  });

  await alice.quit();
  await bob.quit();
});

test("a relay that is asked to stop ends by itself, and says nothing of who was there", async () => {
  await using relay = await RelayProcess.start();
  const clock = new FakeClock(Date.now());
  const alice = await (await new Person("Alice", { clock, origin: relay.origin }).open()).join();
  const { account } = (await alice.show({ view: "me" })) ?? { account: "" };

  expect(await relay.stop()).toBe(0);
  expect(relay.log).not.toContain(account);
  expect(relay.log.toLowerCase()).not.toContain("alice");

  await alice.quit();
});
