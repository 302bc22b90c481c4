import { equalBytes } from "@tacit/shared/bytes";
import { KIB, MINUTE_MS } from "@tacit/shared/limits";
import type { FileView } from "@tacit/web/core/views";
import { expect, test } from "vitest";
import { isLong } from "../extent.ts";
import { meet, passes, startOf } from "./direct-friends.ts";
import { fileOf } from "./file-of.ts";
import { seededRandom } from "./seeded-random.ts";
import { until } from "./until.ts";

const MIB = KIB * KIB;
const isHere = ({ progress }: FileView) => progress.state === "here";
const isOffered = ({ progress }: FileView) => progress.state === "offered";

test("while both are there a file goes directly, and the relay gets nothing of it", async () => {
  await using met = await meet();
  const { alice, bob, ofAlice } = met;
  const bytes = fileOf(3 * MIB + 17);

  await alice.sendFile(bob, "direct.bin", bytes, "directly");
  await met.passing(() => bob.hears(alice, "directly"));

  expect(equalBytes(await met.passing(() => bob.reads(alice, "direct.bin")), bytes)).toBe(true);
  await met.passing(() => alice.file(bob, "direct.bin", isHere));
  expect(ofAlice.created).toBe(0);
  expect(ofAlice.partBytes).toBeGreaterThan(bytes.length);
});

test(`either side dies, or their connection, at ${isLong ? 10 : 3} points of a file, and it goes on where it was`, async () => {
  await using met = await meet();
  const { alice, bob, ofAlice, network } = met;
  const bytes = fileOf((isLong ? 500 : 50) * 1_000_000);
  const points = isLong ? 10 : 3;
  const chance = seededRandom("points");
  const ends = [
    async () => network.fail(),
    async () => {
      await bob.quit();
      await bob.open();
    },
    async () => {
      await alice.quit();
      await alice.open();
    },
  ];

  await alice.sendFile(bob, "film.bin", bytes, "a film");
  const { shelf } = await met.passing(() => bob.file(alice, "film.bin"));
  await bob.client.startFile(shelf);
  for (let point = 0; point < points; point++) {
    const [random = 0] = chance(1);
    const after = ofAlice.partBytes + (bytes.length / (points + 1)) * (0.5 + random / 512);
    await met.passing(() => until("so much is through", () => ofAlice.partBytes > after));
    await ends[point % ends.length]?.();
  }

  expect(equalBytes(await met.passing(() => bob.reads(alice, "film.bin")), bytes)).toBe(true);
  await met.passing(() => alice.file(bob, "film.bin", isHere));
  // What was on its way when something died is sent twice, and nothing else.
  expect(ofAlice.partBytes).toBeLessThan(bytes.length * 1.12 + (points + 1) * 10 * MIB);
  expect(ofAlice.created).toBe(0);
});

test("a file that is larger than the relay takes waits for the other, and comes when both are there", async () => {
  await using met = await meet({ fileBytes: 4 * MIB });
  const { alice, bob, ofAlice, world } = met;
  const bytes = fileOf(6 * MIB);
  await bob.quit();

  await alice.sendFile(bob, "larger.bin", bytes, "larger");
  const { progress } = await met.passing(() => alice.file(bob, "larger.bin", isOffered));
  expect(progress).toMatchObject({ by: "direct" });
  await met.passing(() => passes(world, 2 * MINUTE_MS));
  expect(ofAlice.created).toBe(0);
  await bob.open();

  expect(equalBytes(await met.passing(() => bob.reads(alice, "larger.bin")), bytes)).toBe(true);
});

test("a file that was to go directly is left at the relay when the other is gone, and comes when its sender is", async () => {
  await using met = await meet();
  const { alice, bob, ofAlice } = met;
  const bytes = fileOf(14 * MIB);
  await alice.sendFile(bob, "left.bin", bytes, "left");
  const { shelf } = await met.passing(() => bob.file(alice, "left.bin"));
  await bob.client.startFile(shelf);
  await met.passing(() => until("some of it is through", () => ofAlice.partBytes > 4 * MIB));

  await bob.quit();
  await met.passing(() => alice.file(bob, "left.bin", isHere));
  const outbox = alice.disk.tables.get("outbox");
  await met.passing(() => until("the message that names the copy is posted", () => outbox?.size === 0));
  expect(ofAlice.created).toBe(1);
  await alice.quit();
  await bob.open();

  expect(equalBytes(await met.passing(() => bob.reads(alice, "left.bin")), bytes)).toBe(true);
});

test("whoever wants to be relayed in the middle of a file has their connection closed, and it goes on through TURN", async () => {
  await using met = await meet({ hasTurn: true });
  const { alice, bob, ofAlice, ofBob } = met;
  const bytes = fileOf(30 * MIB);
  await startOf(met, "rerouted.bin", bytes);
  const before = ofBob.routings.length;

  await bob.client.setDirect(await bob.contact(alice), "relay");

  expect(equalBytes(await met.passing(() => bob.reads(alice, "rerouted.bin")), bytes)).toBe(true);
  expect(ofBob.routings.slice(before)).not.toHaveLength(0);
  expect(new Set(ofBob.routings.slice(before))).toEqual(new Set(["relayed"]));
  expect(ofAlice.created).toBe(0);
});

test("without TURN, a file to somebody who is always relayed goes by the relay, and names no candidate", async () => {
  await using met = await meet();
  const { alice, bob, ofAlice, ofBob } = met;
  await bob.client.setDirect(await bob.contact(alice), "relay");
  await alice.client.setDirect(await alice.contact(bob), "relay");
  const before = ofAlice.routings.length + ofBob.routings.length;
  const bytes = fileOf(3 * MIB);

  await alice.sendFile(bob, "relayed.bin", bytes);

  expect(equalBytes(await met.passing(() => bob.reads(alice, "relayed.bin")), bytes)).toBe(true);
  expect(ofAlice.created).toBe(1);
  expect(ofAlice.routings.length + ofBob.routings.length).toBe(before);
});
