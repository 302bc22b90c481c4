import { equalBytes } from "@tacit/shared/bytes";
import { KIB, SECOND_MS } from "@tacit/shared/limits";
import { MemoryNetwork } from "@tacit/web/core/testing/memory-peers";
import type { FileView } from "@tacit/web/core/views";
import { expect, test } from "vitest";
import { meet, type Part, passes, Wires } from "./direct-friends.ts";
import { fileOf } from "./file-of.ts";
import { until } from "./until.ts";
import { World } from "./world.ts";

const MIB = KIB * KIB;
const isHere = ({ progress }: FileView) => progress.state === "here";
const isFailed = ({ progress }: FileView) => progress.state === "failed";

const damages: Readonly<Record<string, (frame: Part, before: Part | undefined) => Part>> = {
  damaged: (frame) => ({ ...frame, part: frame.part.with(frame.part.length - 1, (frame.part.at(-1) ?? 0) ^ 1) }),
  "damaged in the list": (frame) => (frame.at === 0 ? { ...frame, part: frame.part.with(3, 1) } : frame),
  "swapped with the one before": (frame, before) => (before === undefined ? frame : { ...frame, part: before.part }),
  empty: (frame) => ({ ...frame, part: new Uint8Array(frame.part.length) }),
};
test.each(Object.entries(damages))(
  "a chunk that is %s is refused, and nothing of the file is kept",
  async (_, damage) => {
    await using met = await meet();
    const { alice, bob, ofAlice } = met;
    const bytes = fileOf(2 * MIB);
    let before: Part | undefined;
    ofAlice.tamper = (frame) => {
      const damaged = damage(frame, before?.part.length === frame.part.length ? before : undefined);
      before = frame;
      return [damaged];
    };

    await alice.sendFile(bob, "tampered.bin", bytes);

    const { shelf, progress } = await met.passing(() => bob.file(alice, "tampered.bin", isFailed));
    expect(progress).toMatchObject({ failure: "forged" });
    expect(bob.shelfDisk.files.get(shelf)).toBeUndefined();
    ofAlice.tamper = undefined;
    await bob.client.startFile(shelf);
    expect(equalBytes(await met.passing(() => bob.reads(alice, "tampered.bin")), bytes)).toBe(true);
  },
);

const misorders: Readonly<Record<string, (frame: Part, count: number) => readonly Part[]>> = {
  "out of order": (frame, count) => (count === 5 ? [] : [frame]),
  truncated: (frame, count) => (count === 5 ? [{ ...frame, part: frame.part.slice(0, -1) }] : [frame]),
  twice: (frame, count) => (count === 5 ? [frame, frame] : [frame]),
  "unasked for": (frame, count) => (count === 5 ? [{ ...frame, ask: 4_000 }] : [frame]),
};
test.each(Object.entries(misorders))(
  "parts that come %s end the link, and the file comes by another",
  async (_, misorder) => {
    await using met = await meet();
    const { alice, bob, ofAlice } = met;
    const bytes = fileOf(4 * MIB);
    let count = 0;
    ofAlice.tamper = (frame) => {
      count += 1;
      return misorder(frame, count);
    };

    await alice.sendFile(bob, "misordered.bin", bytes);

    expect(equalBytes(await met.passing(() => bob.reads(alice, "misordered.bin")), bytes)).toBe(true);
  },
);

test("whoever asks for a file that was sent to somebody else gets nothing of it", async () => {
  await using met = await meet();
  const { alice, bob, ofBob, world } = met;
  const carol = await world.person("Carol");
  await carol.add(await alice.card());
  await alice.client.accept(await alice.contact(carol));
  await alice.sendFile(carol, "secret.bin", fileOf(MIB, "secret"), "for Carol");
  await met.passing(() => carol.hears(alice, "for Carol"));
  const secret = await alice.file(carol, "secret.bin");
  ofBob.saying = (frame) => ("want" in frame ? { ...frame, want: secret.id } : frame);

  await alice.sendFile(bob, "bait.bin", fileOf(2 * MIB));
  await met.passing(() => until("Bob asks", () => ofBob.wants > 0));
  await met.passing(() => passes(world, 10 * SECOND_MS));

  expect(met.ofAlice.partBytes).toBe(0);
  expect((await bob.file(alice, "bait.bin")).progress.state).not.toBe("here");
});

test("whoever asks for what is behind the end of a file does not make it a lost one", async () => {
  await using met = await meet();
  const { alice, bob, ofBob, world } = met;
  ofBob.saying = (frame) => ("want" in frame ? { ...frame, from: 9 * MIB, until: 9 * MIB + 1 } : frame);
  await alice.sendFile(bob, "whole.bin", fileOf(2 * MIB));
  await met.passing(() => until("Bob asks", () => ofBob.wants > 0));
  await met.passing(() => passes(world, 10 * SECOND_MS));
  expect((await alice.file(bob, "whole.bin")).progress).toMatchObject({ failure: undefined });

  ofBob.saying = undefined;
  await bob.client.startFile((await bob.file(alice, "whole.bin")).shelf);

  expect((await met.passing(() => bob.file(alice, "whole.bin", isHere))).size).toBe(2 * MIB);
});

test("a contact who gives two files and no byte of them holds up nobody else's", async () => {
  await using met = await meet();
  const { alice, bob, network, world } = met;
  const ofCarol = new Wires(network);
  const carol = await world.person("Carol", ofCarol.wish);
  await carol.add(await alice.card());
  await alice.client.accept(await alice.contact(carol));
  await carol.say(alice, "hi");
  await alice.hears(carol, "hi");
  await alice.say(carol, "hi");
  await carol.hears(alice, "hi");
  ofCarol.tamper = () => [];
  for (const name of ["one.bin", "two.bin"]) await carol.sendFile(alice, name, fileOf(MIB));
  await met.passing(() => until("Carol gives nothing", () => ofCarol.partBytes > 2 * MIB));

  // Time stands still: what waits for Carol's files to stall waits for ever.
  const bytes = fileOf(MIB, "Bob's");
  await bob.sendFile(alice, "quick.bin", bytes);

  expect(equalBytes(await alice.reads(bob, "quick.bin"), bytes)).toBe(true);
});

test("a stranger who offers a connection for files gets no answer and no candidate", async () => {
  await using world = await World.create();
  const network = new MemoryNetwork(world.clock);
  const [alice, bob] = [
    await world.person("Alice", { peers: () => network.device() }),
    await world.person("Bob", { peers: () => network.device() }),
  ];
  await bob.add(await alice.card());
  await bob.say(alice, "hello");
  await alice.hears(bob, "hello");
  const contact = await bob.contact(alice);
  const staged = await bob.stage(fileOf(10));

  expect(await bob.client.sendFile(contact, { ...staged, name: "early.bin", mediaType: "" }, "")).toMatchObject({
    reason: "not-accepted",
  });
  await world.clock.passing(() => passes(world, 20 * SECOND_MS));
  expect(network.byFragment.size).toBe(0);
});
