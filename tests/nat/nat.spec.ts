import { test } from "@playwright/test";
import { friends } from "../e2e/people.ts";
import { joinFrom } from "./homes.ts";
import { Laboratory, whyNoLaboratory } from "./laboratory.ts";

const reason = whyNoLaboratory();
test.skip(reason !== undefined, reason);

test("two homes behind ordinary routers talk @gate", async () => {
  await using laboratory = await Laboratory.start({ routers: ["cone", "cone"] });
  await using alice = await joinFrom("A", laboratory, "Alice");
  await using bob = await joinFrom("B", laboratory, "Bob");
  await friends(alice, bob);
  await alice.say(bob, "from home to home");
  await bob.hears(alice, "from home to home");
});
