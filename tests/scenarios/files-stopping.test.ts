import { equalBytes } from "@tacit/shared/bytes";
import { KIB, SECOND_MS } from "@tacit/shared/limits";
import type { FileView } from "@tacit/web/core/views";
import { expect, test } from "vitest";
import { meet, passes, startOf } from "./direct-friends.ts";
import { fileOf } from "./file-of.ts";
import { until } from "./until.ts";

const MIB = KIB * KIB;
const isFailed = ({ progress }: FileView) => progress.state === "failed";

test("a device without room says so before anything comes, or when its room ends or is taken, and keeps nothing", async () => {
  let quotaBytes = 8 * MIB;
  const space = {
    estimate: async () => ({ usedBytes: 0, quotaBytes }),
    isPersisted: async () => true,
    persist: async () => true,
  };
  await using met = await meet({ ofBob: { space } });
  const { alice, bob, ofAlice } = met;
  quotaBytes = 40 * MIB;
  const bytes = fileOf(36 * MIB);
  await alice.sendFile(bob, "large.bin", bytes);
  const { shelf } = await met.passing(() => bob.file(alice, "large.bin"));

  await bob.client.startFile(shelf);
  const early = await met.passing(() => bob.file(alice, "large.bin", isFailed));
  expect(early.progress).toMatchObject({ failure: "device-full" });
  expect(ofAlice.partBytes).toBe(0);
  quotaBytes = 400 * MIB;
  bob.shelfDisk.roomBytes = 20 * MIB;
  await bob.client.startFile(shelf);
  await met.passing(() => until("something comes", () => ofAlice.partBytes > 0));
  const late = await met.passing(() => bob.file(alice, "large.bin", isFailed));
  expect(late.progress).toMatchObject({ failure: "device-full" });
  expect(bob.shelfDisk.files.size).toBe(0);
  bob.shelfDisk.roomBytes = Number.POSITIVE_INFINITY;
  const before = ofAlice.partBytes;
  await bob.client.startFile(shelf);
  await met.passing(() => until("something comes", () => ofAlice.partBytes > before));
  quotaBytes = 45 * MIB;
  const taken = await met.passing(() => bob.file(alice, "large.bin", isFailed));
  expect(taken.progress).toMatchObject({ failure: "device-full" });
  expect(bob.shelfDisk.files.size).toBe(0);
  quotaBytes = 400 * MIB;
  await bob.client.startFile(shelf);

  expect(equalBytes(await met.passing(() => bob.reads(alice, "large.bin")), bytes)).toBe(true);
});

test("its sender takes a file back in the middle: nothing of it is kept there, and it comes if they send it after all", async () => {
  await using met = await meet();
  const { alice, bob } = met;
  const bytes = fileOf(30 * MIB);
  const mine = await startOf(met, "back.bin", bytes);

  await alice.client.cancelFile(mine.shelf);

  const { shelf, progress } = await met.passing(() => bob.file(alice, "back.bin", isFailed));
  expect(progress).toMatchObject({ failure: "withdrawn" });
  expect(bob.shelfDisk.files.get(shelf)).toBeUndefined();
  expect((await alice.file(bob, "back.bin")).progress).toMatchObject({ state: "failed", failure: "withdrawn" });
  await alice.client.startFile(mine.shelf);
  expect(equalBytes(await met.passing(() => bob.reads(alice, "back.bin")), bytes)).toBe(true);
});

test("whoever fetches a file stops it in the middle: their room comes back, and nothing more is sent", async () => {
  await using met = await meet();
  const { alice, bob, ofAlice, world } = met;
  await startOf(met, "stopped.bin", fileOf(30 * MIB));
  const { shelf } = await bob.file(alice, "stopped.bin");

  await bob.client.cancelFile(shelf);
  await met.passing(() => passes(world, SECOND_MS));
  const sent = ofAlice.partBytes;
  await met.passing(() => passes(world, 10 * SECOND_MS));

  expect(ofAlice.partBytes).toBe(sent);
  expect(bob.shelfDisk.files.get(shelf)).toBeUndefined();
  expect((await bob.file(alice, "stopped.bin")).progress.state).toBe("absent");
});

test.each(["its sender", "its recipient"])(
  "%s pauses a file, and it goes on from there when they say so",
  async (who) => {
    await using met = await meet();
    const { alice, bob, ofAlice, world } = met;
    const bytes = fileOf(30 * MIB);
    await startOf(met, "paused.bin", bytes);
    const person = who === "its sender" ? alice : bob;
    const other = person === alice ? bob : alice;
    const { shelf } = await person.file(other, "paused.bin");

    await person.client.pauseFile(shelf);
    await met.passing(() => passes(world, 2 * SECOND_MS));
    const sent = ofAlice.partBytes;
    await met.passing(() => passes(world, 15 * SECOND_MS));
    expect(ofAlice.partBytes).toBe(sent);
    expect((await person.file(other, "paused.bin")).progress).toMatchObject({ state: "paused" });
    if (person === alice)
      await met.passing(() => bob.file(alice, "paused.bin", ({ progress }) => progress.state === "held"));
    await person.client.startFile(shelf);

    expect(equalBytes(await met.passing(() => bob.reads(alice, "paused.bin")), bytes)).toBe(true);
    expect(ofAlice.partBytes).toBeLessThan(bytes.length * 1.12 + 12 * MIB);
  },
);

test.each(["its sender", "its recipient"])("a file stops where %s blocks the other", async (who) => {
  await using met = await meet();
  const { alice, bob, ofAlice, world } = met;
  await startOf(met, "blocked.bin", fileOf(30 * MIB));
  const person = who === "its sender" ? alice : bob;

  await person.client.block(await person.contact(person === alice ? bob : alice));
  await met.passing(() => passes(world, SECOND_MS));
  const sent = ofAlice.partBytes;
  await met.passing(() => passes(world, 30 * SECOND_MS));

  expect(ofAlice.partBytes).toBe(sent);
  expect((await bob.file(alice, "blocked.bin")).progress.state).not.toBe("here");
});

test("an upload stops where its recipient is blocked in the middle", async () => {
  await using met = await meet({ network: undefined });
  const { alice, bob, ofAlice, world } = met;
  const mine = alice.sendFile(bob, "upload.bin", fileOf(20 * MIB));
  await mine;
  await met.passing(() => until("some of it is up", () => ofAlice.appended > 3));

  await alice.client.block(await alice.contact(bob));
  const { appended } = ofAlice;
  await met.passing(() => passes(world, 10 * SECOND_MS));

  expect(ofAlice.appended).toBeLessThanOrEqual(appended + 1);
});
