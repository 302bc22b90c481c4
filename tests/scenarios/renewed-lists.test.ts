import { DAY_MS, SECOND_MS } from "@tacit/shared/limits";
import type { Keyholder } from "@tacit/web/core/ports/keyholder";
import type { Relay } from "@tacit/web/core/ports/relay";
import { expect, test } from "vitest";
import { World } from "./world.ts";

test("a list that is due while a connection ends is signed once: nobody sees two under one counter", async () => {
  await using world = await World.create();
  const [held, isHeld] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  let isHolding = false;
  const slow = (keyholder: Keyholder): Keyholder => ({
    ...keyholder,
    async sign(label, bytes) {
      if (label === "device list" && isHolding) {
        isHolding = false;
        isHeld.resolve();
        await held.promise;
      }
      return keyholder.sign(label, bytes);
    },
  });
  let cut = () => {};
  const cutting = (relay: Relay): Relay => ({
    ...relay,
    connect(hello, events) {
      const mailbox = relay.connect(hello, events);
      cut = () => {
        mailbox.close();
        events.closed("unreachable");
      };
      return mailbox;
    },
  });
  const alice = await world.person("Alice", { disturb: cutting, disturbKeys: slow });
  isHolding = true;
  world.clock.advance(8 * DAY_MS);
  await isHeld.promise;
  cut();
  world.clock.advance(5 * SECOND_MS);
  await world.clock.passing(() => alice.isOnline());
  const carol = await world.person("Carol");
  await carol.add(await alice.card());
  const contact = await alice.contact(carol);

  held.resolve();
  await alice.client.accept(contact);
  await alice.say(carol, "by which list?");

  await world.clock.passing(() => carol.hears(alice, "by which list?"));
  expect((await carol.rows(alice)).map(({ kind }) => kind)).not.toContain("unreadable");
});
