import { setImmediate } from "node:timers/promises";
import { type Bytes, concat, equalBytes } from "@tacit/shared/bytes";
import { BLOB_TTL_MS, DAY_MS, HOUR_MS, KIB, MAX_TEXT_CHARACTERS, MAX_THUMBNAIL_BYTES } from "@tacit/shared/limits";
import { ok, refused } from "@tacit/shared/result";
import type { Blobs } from "@tacit/web/core/ports/blobs";
import type { Relay } from "@tacit/web/core/ports/relay";
import { expect, test } from "vitest";
import { fileOf } from "./file-of.ts";
import type { Person } from "./person.ts";
import { until } from "./until.ts";
import { World } from "./world.ts";

const MIB = KIB * KIB;

/** A network that goes and comes, and counts what it carried. */
class Wire {
  readonly fetched: (readonly [number, number])[] = [];
  readonly appended: number[] = [];
  /** After so many parts in either direction nothing gets through. */
  partsLeft = Number.POSITIVE_INFINITY;
  tamper: ((bytes: Bytes, start: number) => Bytes) | undefined;

  readonly wrap = (relay: Relay): Relay => {
    const { blobs } = relay;
    const pass = () => this.partsLeft-- > 0;
    const wrapped: Blobs = {
      ...blobs,
      append: async (id, offset, part) => {
        if (!pass()) return refused("unreachable");
        this.appended.push(offset);
        return blobs.append(id, offset, part);
      },
      fetch: async (id, start, end) => {
        if (!pass()) return refused("unreachable");
        this.fetched.push([start, end]);
        const fetched = await blobs.fetch(id, start, end);
        return fetched.ok && this.tamper !== undefined ? ok(this.tamper(fetched.value, start)) : fetched;
      },
    };
    return { ...relay, blobs: wrapped };
  };
}

/** Two friends; what Alice sends goes over `up`, what Bob fetches over `down`. */
async function meet(world: World, up = new Wire(), down = new Wire()) {
  const alice = await world.person("Alice", { disturb: up.wrap });
  const bob = await world.person("Bob", { disturb: down.wrap });
  await bob.add(await alice.card());
  await alice.client.accept(await alice.contact(bob));
  const contact = await bob.contact(alice);
  await bob.sees("Alice accepts", { view: "contact", contact }, (details) => details?.status === "accepted");
  return { alice, bob, up, down };
}

const isHere = ({ progress }: { readonly progress: { readonly state: string } }) => progress.state === "here";

test("a file whose caption is as long as it may be, in whatever letters, leaves, and all that is said after it", async () => {
  await using world = await World.create();
  const { alice, bob } = await meet(world);
  const contact = await alice.contact(bob);
  const thumbnail = fileOf(MAX_THUMBNAIL_BYTES, "small");
  const captions = ["山".repeat(MAX_TEXT_CHARACTERS), "short"];

  for (const [n, caption] of captions.entries()) {
    const staged = await alice.stage(fileOf(10, `file ${n}`));
    const file = { ...staged, name: "山".repeat(250) + n, mediaType: "image/png", thumbnail };
    expect((await alice.client.sendFile(contact, file, caption)).ok).toBe(true);
  }
  await alice.say(bob, "after it");

  await world.clock.passing(() => bob.hearsAnyOrder(alice, ...captions, "after it"));
  // The one that is first at the relay comes first.
  const withThumbnail = (await bob.rows(alice)).flatMap((row) =>
    row.kind === "text" && row.file?.thumbnail !== undefined ? [row.text] : [],
  );
  expect(withThumbnail).toEqual(["short"]);
});

test("a file reaches somebody who is away, with what was written to it, and is marked read like any message", async () => {
  await using world = await World.create();
  const { alice, bob } = await meet(world);
  const bytes = fileOf(3 * MIB + 17);
  await bob.quit();

  await alice.sendFile(bob, "report.bin", bytes, "the report");
  await alice.marks(bob, "the report", "sent");
  await bob.open();

  await bob.hears(alice, "the report");
  expect(equalBytes(await bob.reads(alice, "report.bin"), bytes)).toBe(true);
  expect(equalBytes(await alice.reads(bob, "report.bin"), bytes)).toBe(true);
  await bob.client.openConversation(await bob.contact(alice));
  await alice.marks(bob, "the report", "read");
  const [row] = await bob.show({ view: "conversations" });
  expect(row?.last).toMatchObject({ text: "the report", file: "report.bin" });
});

test("no Content names a file before the relay has all of it", async () => {
  await using world = await World.create();
  const { alice, bob, up } = await meet(world);
  up.partsLeft = 3;

  await alice.sendFile(bob, "slow.bin", fileOf(4 * MIB), "soon");
  await alice.say(bob, "a text that is faster");
  await bob.hears(alice, "a text that is faster");
  expect((await alice.file(bob, "slow.bin")).progress).toMatchObject({ way: "up" });
  up.partsLeft = Number.POSITIVE_INFINITY;
  await world.clock.passing(() => bob.hears(alice, "a text that is faster", "soon"));

  expect(equalBytes(await world.clock.passing(() => bob.reads(alice, "slow.bin")), fileOf(4 * MIB))).toBe(true);
});

test("an upload and a download that are cut off at three points of 50 MB go on where they were, and the file is the same", async () => {
  await using world = await World.create();
  const { alice, bob, up, down } = await meet(world);
  const bytes = fileOf(50_000_000);
  const cut = async (wire: Wire, person: Person, parts: number) => {
    wire.partsLeft = parts;
    await until(`${person.name} is cut off`, () => wire.partsLeft < 0);
    await person.quit();
    wire.partsLeft = Number.POSITIVE_INFINITY;
  };

  const cutting = cut(up, alice, 7);
  await alice.sendFile(bob, "film.bin", bytes, "a film");
  await cutting;
  for (const parts of [31, 50]) {
    const again = cut(up, alice, parts);
    await alice.open();
    await again;
  }
  await alice.open();
  await world.clock.passing(() => bob.hears(alice, "a film"));
  expect(new Set(up.appended).size).toBe(up.appended.length);

  const { shelf } = await bob.file(alice, "film.bin", ({ progress }) => progress.state === "absent");
  const first = cut(down, bob, 5);
  await bob.client.startFile(shelf);
  await first;
  for (const parts of [19, 11]) {
    const again = cut(down, bob, parts);
    await bob.open();
    await again;
  }
  // Half a chunk, as a device leaves it that fell while it wrote.
  const kept = bob.shelfDisk.files.get(shelf);
  kept?.write(kept.length, new Uint8Array(30_000));
  await bob.open();

  expect(equalBytes(await world.clock.passing(() => bob.reads(alice, "film.bin")), bytes)).toBe(true);
  const starts = down.fetched.map(([start]) => start);
  expect(new Set(starts).size).toBe(starts.length);
});

test("what a hostile relay damages, swaps or cuts is refused, and nothing of it is kept or shown", async () => {
  await using world = await World.create();
  const { alice, bob, down } = await meet(world);
  const bytes = fileOf(2 * MIB);
  const swap = (part: Bytes, start: number) =>
    start === 0 ? part : concat(part.slice(65_552, 131_104), part.slice(0, 65_552), part.slice(131_104));
  const damages: Record<string, (part: Bytes, start: number) => Bytes> = {
    damaged: (part) => part.with(part.length - 1, (part.at(-1) ?? 0) ^ 1),
    "in the list": (part, start) => (start === 0 ? part.with(0, (part[0] ?? 0) ^ 1) : part),
    swapped: swap,
    cut: (part) => part.slice(0, -1),
    empty: (part) => part.fill(0),
  };

  for (const [name, tamper] of Object.entries(damages)) {
    down.tamper = tamper;
    await alice.sendFile(bob, name, bytes);
    const file = await bob.file(alice, name, ({ progress }) => progress.state === "failed");
    expect(file.progress).toMatchObject({ failure: "forged" });
    expect(bob.shelfDisk.files.get(file.shelf)).toBeUndefined();
  }
  down.tamper = undefined;
  const { shelf } = await bob.file(alice, "damaged");
  await bob.client.startFile(shelf);
  expect(equalBytes(await bob.reads(alice, "damaged"), bytes)).toBe(true);
});

test.each(["says that it took a part and takes none", "says that the file goes on elsewhere"])(
  "a relay that %s gets a pause after it, and the file once it is honest",
  async (how) => {
    await using world = await World.create();
    let parts = 0;
    let isHonest = false;
    const [alice, bob] = await world.friends("Alice", "Bob", {
      disturb: (relay) => ({
        ...relay,
        blobs: {
          ...relay.blobs,
          async append(id, offset, part) {
            if (isHonest) return relay.blobs.append(id, offset, part);
            parts += 1;
            await setImmediate();
            return how.includes("elsewhere")
              ? refused("offset")
              : ok({ offset, expiresAtMs: world.clock.nowMs() + DAY_MS });
          },
        },
      }),
    });

    await alice.sendFile(bob, "slow.bin", fileOf(MIB));
    await until("a part is sent", () => parts > 0);
    await bob.say(alice, "one", "two", "three");
    await alice.hears(bob, "one", "two", "three");
    expect(parts).toBe(1);
    isHonest = true;

    expect(equalBytes(await world.clock.passing(() => bob.reads(alice, "slow.bin")), fileOf(MIB))).toBe(true);
  },
);

test("a device without room says so and keeps nothing; with room the file comes", async () => {
  await using world = await World.create();
  const { alice, bob } = await meet(world);
  bob.shelfDisk.roomBytes = MIB;
  await alice.sendFile(bob, "large.bin", fileOf(3 * MIB));

  const { shelf, progress } = await bob.file(alice, "large.bin", (file) => file.progress.state === "failed");
  expect(progress).toMatchObject({ failure: "device-full" });
  expect(bob.shelfDisk.files.size).toBe(0);

  bob.shelfDisk.roomBytes = Number.POSITIVE_INFINITY;
  await bob.client.startFile(shelf);
  expect(equalBytes(await bob.reads(alice, "large.bin"), fileOf(3 * MIB))).toBe(true);
});

test("a relay that takes no more for somebody today is said, and tried again when the person says so", async () => {
  await using world = await World.create();
  let refusal: "budget" | undefined = "budget";
  const alice = await world.person("Alice", {
    disturb: (relay) => ({
      ...relay,
      blobs: {
        ...relay.blobs,
        create: async (key, bytes) => (refusal === undefined ? relay.blobs.create(key, bytes) : refused(refusal)),
      },
    }),
  });
  const bob = await world.person("Bob");
  await bob.add(await alice.card());
  await alice.client.accept(await alice.contact(bob));
  await alice.sendFile(bob, "one.bin", fileOf(1_000));

  const { shelf, progress } = await alice.file(bob, "one.bin", (file) => file.progress.state === "failed");
  expect(progress).toMatchObject({ failure: "budget", way: "up" });
  refusal = undefined;
  await alice.client.startFile(shelf);

  expect(equalBytes(await bob.reads(alice, "one.bin"), fileOf(1_000))).toBe(true);
});

test("a file that is paused stays where it is, also after a restart, and goes on when the person says so", async () => {
  await using world = await World.create();
  const { alice, bob, up } = await meet(world);
  up.partsLeft = 2;
  await alice.sendFile(bob, "paused.bin", fileOf(3 * MIB));
  await until("two parts are up", () => up.partsLeft < 0);
  const { shelf } = await alice.file(bob, "paused.bin");
  await alice.client.pauseFile(shelf);
  up.partsLeft = Number.POSITIVE_INFINITY;

  await alice.quit();
  await alice.open();
  await alice.isOnline();
  expect((await alice.file(bob, "paused.bin")).progress).toMatchObject({ state: "paused", way: "up" });
  expect(up.appended).toHaveLength(2);
  await alice.client.startFile(shelf);

  expect(equalBytes(await bob.reads(alice, "paused.bin"), fileOf(3 * MIB))).toBe(true);
});

test("a file that is taken back before it has left is gone here and at the relay, and nobody hears of it", async () => {
  await using world = await World.create();
  const { alice, bob, up } = await meet(world);
  up.partsLeft = 2;
  await alice.sendFile(bob, "mistake.bin", fileOf(3 * MIB), "a mistake");
  await until("two parts are up", () => up.partsLeft < 0);
  const { shelf } = await alice.file(bob, "mistake.bin");

  await alice.client.cancelFile(shelf);
  up.partsLeft = Number.POSITIVE_INFINITY;
  await alice.say(bob, "never mind");

  await bob.hears(alice, "never mind");
  expect((await alice.rows(bob)).some((row) => row.kind === "text" && row.file !== undefined)).toBe(false);
  expect(alice.shelfDisk.files.size).toBe(0);
});

test("a file that waited too long is said to have expired", async () => {
  await using world = await World.create();
  const { alice, bob } = await meet(world);
  await alice.sendFile(bob, "old.bin", fileOf(11 * MIB), "old");
  await bob.hears(alice, "old");
  const { shelf } = await bob.file(alice, "old.bin", ({ progress }) => progress.state === "absent");
  await bob.quit();
  await alice.quit();
  world.clock.advance(BLOB_TTL_MS + HOUR_MS);
  await world.app.expire();
  await bob.open();
  await bob.isOnline();

  await bob.client.startFile(shelf);

  const { progress } = await bob.file(alice, "old.bin", (file) => file.progress.state === "failed");
  expect(progress).toMatchObject({ failure: "expired", way: "down" });
});

test("whoever has not been accepted yet sends no file, and a file for a relay is at most as large as it takes", async () => {
  await using world = await World.create();
  const [alice, bob] = [await world.person("Alice"), await world.person("Bob")];
  const contact = await bob.add(await alice.card());
  const staged = await bob.stage(fileOf(10));
  const file = { ...staged, name: "early.bin", mediaType: "" };

  expect(await bob.client.sendFile(contact, file, "")).toEqual({ ok: false, reason: "not-accepted" });
  const larger = { ...file, size: 101 * MIB };
  expect(await bob.client.sendFile(contact, larger, "")).toEqual({ ok: false, reason: "too-large" });
});

test("a file that is here is not fetched again, whatever the client does", async () => {
  await using world = await World.create();
  const { alice, bob, down } = await meet(world);
  const bytes = fileOf(100_000);
  await alice.sendFile(bob, "again.bin", bytes, "again");

  expect(equalBytes(await bob.reads(alice, "again.bin"), bytes)).toBe(true);
  await bob.file(alice, "again.bin", isHere);
  expect(down.fetched.length).toBe(2);
  await world.settle(bob);
  expect(down.fetched.length).toBe(2);
});

test("a file that was picked and never sent is swept off the shelf after a day, and one of a message never", async () => {
  await using world = await World.create();
  const { alice, bob } = await meet(world);
  await alice.sendFile(bob, "kept.bin", fileOf(1_000));
  await bob.reads(alice, "kept.bin");
  const { shelf } = await alice.stage(fileOf(5_000));
  await world.settle(alice);
  expect([...alice.shelfDisk.files.keys()]).toContain(shelf);

  world.clock.advance(DAY_MS);
  await world.settle(alice);
  await until("the shelf is swept", () => alice.shelfDisk.files.size === 1);

  expect(equalBytes(await alice.reads(bob, "kept.bin"), fileOf(1_000))).toBe(true);
});

test("whoever erases a browser erases its files", async () => {
  await using world = await World.create();
  const { alice, bob } = await meet(world);
  await alice.sendFile(bob, "gone.bin", fileOf(1_000));
  await bob.reads(alice, "gone.bin");

  await bob.client.eraseDevice();

  expect(bob.shelfDisk.files.size).toBe(0);
});
