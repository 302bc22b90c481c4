import { expect, test } from "vitest";
import { seededRandom } from "./seeded-random.ts";
import { World } from "./world.ts";

const random = seededRandom("blocked files");

test("a file that was to leave when somebody was blocked leaves once they are not", async () => {
  await using world = await World.create();
  let isCut = false;
  const [alice, bob] = await world.friends("Alice", "Bob", {
    disturb: (relay) => ({
      ...relay,
      blobs: {
        ...relay.blobs,
        create: async (key, bytes) => (isCut ? { ok: false, reason: "unreachable" } : relay.blobs.create(key, bytes)),
      },
    }),
  });
  const contact = await alice.contact(bob);
  isCut = true;
  const bytes = random(5_000);
  await alice.sendFile(bob, "a file", bytes);
  await alice.client.block(contact);
  await world.settle(alice);
  isCut = false;

  await alice.client.unblock(contact);

  await world.clock.passing(() => bob.file(alice, "a file"));
  expect(await bob.reads(alice, "a file")).toEqual(bytes);
});
