import { type Bytes, concat, equalBytes } from "@tacit/shared/bytes";
import { KIB } from "@tacit/shared/limits";
import type { Relay } from "@tacit/web/core/ports/relay";
import { expect, test } from "vitest";
import { RelayProcess } from "../relay-process.ts";
import { FakeClock } from "./fake-clock.ts";
import { Person } from "./person.ts";
import { seededRandom } from "./seeded-random.ts";
import { until } from "./until.ts";

const MIB = KIB * KIB;

test("a relay that is killed in the middle of an upload and of a download has what it answered for, and the file is the same", async () => {
  await using relay = await RelayProcess.start();
  const clock = new FakeClock(Date.now());
  let parts = 0;
  const counting = (direction: "append" | "fetch") => ({
    clock,
    origin: relay.origin,
    disturb: (plain: Relay) => {
      const { blobs } = plain;
      const count = <Answer>(answer: Answer): Answer => {
        parts += 1;
        return answer;
      };
      const counted =
        direction === "append"
          ? { ...blobs, append: async (...part: Parameters<typeof blobs.append>) => count(await blobs.append(...part)) }
          : { ...blobs, fetch: async (...part: Parameters<typeof blobs.fetch>) => count(await blobs.fetch(...part)) };
      return { ...plain, blobs: counted };
    },
  });
  const alice = await (await new Person("Alice", counting("append")).open()).join();
  const bob = await (await new Person("Bob", counting("fetch")).open()).join();
  await bob.add(await alice.card());
  await alice.client.accept(await alice.contact(bob));
  const bytes = fileOf(30 * MIB);
  async function killAfter(more: number): Promise<void> {
    const goal = parts + more;
    await until("parts have moved", () => parts >= goal);
    await relay.kill();
    await relay.start();
  }

  await alice.sendFile(bob, "film.bin", bytes, "a film");
  await killAfter(7);
  await clock.passing(async () => {
    await killAfter(9);
    await bob.hears(alice, "a film");
  });
  const { shelf } = await bob.file(alice, "film.bin");
  await bob.client.startFile(shelf);
  await clock.passing(async () => {
    await killAfter(5);
    await killAfter(6);
    expect(equalBytes(await bob.reads(alice, "film.bin"), bytes)).toBe(true);
  });

  await alice.quit();
  await bob.quit();
});

function fileOf(length: number): Bytes {
  const block = seededRandom("a film")(64 * KIB);
  return concat(...Array.from({ length: length / block.length }, (_, at) => block.with(0, at % 256)));
}
