import { type Bytes, equalBytes } from "@tacit/shared/bytes";
import { KIB, MINUTE_MS, SECOND_MS } from "@tacit/shared/limits";
import { decodeFileFrame, encodeFileFrame, type FileFrame } from "@tacit/shared/wire/file-frames";
import type { Peers } from "@tacit/web/core/ports/peers";
import type { Relay } from "@tacit/web/core/ports/relay";
import { MemoryNetwork } from "@tacit/web/core/testing/memory-peers";
import type { FileView } from "@tacit/web/core/views";
import { expect, test } from "vitest";
import { fileOf } from "./file-of.ts";
import type { Surroundings } from "./person.ts";
import { seededRandom } from "./seeded-random.ts";
import { until } from "./until.ts";
import { World } from "./world.ts";

const MIB = KIB * KIB;
const isLong = process.env["TACIT_LONG"] === "1";

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

type Part = Extract<FileFrame, { readonly part: Bytes }>;

const isHere = ({ progress }: FileView) => progress.state === "here";
const isFailed = ({ progress }: FileView) => progress.state === "failed";
const isOffered = ({ progress }: FileView) => progress.state === "offered";

/** Somebody's wires: counts what they give, and may change it. */
class Wires {
  readonly #network: MemoryNetwork | undefined;
  partBytes = 0;
  wants = 0;
  created = 0;
  appended = 0;
  readonly routings: string[] = [];
  tamper: ((frame: Part) => readonly Part[]) | undefined;
  saying: ((frame: FileFrame) => FileFrame) | undefined;

  constructor(network: MemoryNetwork | undefined) {
    this.#network = network;
  }

  get wish(): Partial<Surroundings> {
    return { disturb: (relay) => this.#noted(relay), ...(this.#network && { peers: () => this.#peers() }) };
  }

  #noted(relay: Relay): Relay {
    return {
      ...relay,
      blobs: {
        ...relay.blobs,
        create: (...wanted) => {
          this.created += 1;
          return relay.blobs.create(...wanted);
        },
        append: (...wanted) => {
          this.appended += 1;
          return relay.blobs.append(...wanted);
        },
      },
    };
  }

  #peers(): Peers {
    const device = this.#network?.device();
    if (device === undefined) throw new Error("no network");
    return {
      openChannel: (options, events) => {
        this.routings.push(options.routing);
        const peer = device.openChannel(options, events);
        const send = peer.send.bind(peer);
        peer.send = (message) => this.#say(message).every((said) => send(said));
        return peer;
      },
      openCall: (...wanted) => device.openCall(...wanted),
    };
  }

  #say(message: Bytes): readonly Bytes[] {
    const frame = decodeFileFrame(message);
    if (!frame.ok) return [message];
    const said = this.saying === undefined ? frame.value : this.saying(frame.value);
    if ("want" in said) this.wants += 1;
    if (!("part" in said)) return [encodeFileFrame(said)];
    this.partBytes += said.part.length;
    return this.tamper === undefined ? [message] : this.tamper(said).map((part) => encodeFileFrame(part));
  }
}

/** Two friends who look at their conversation; a message went each way. */
async function meet(
  wishes: {
    readonly ofBob?: Partial<Surroundings>;
    readonly network?: undefined;
    readonly fileBytes?: number;
    readonly hasTurn?: boolean;
  } = {},
) {
  const world = await World.create({
    ...(wishes.fileBytes !== undefined && { blobLimits: { fileBytes: wishes.fileBytes } }),
    ...(wishes.hasTurn && { turn: { urls: ["turn:turn.example:3478"], secret: "a secret of the relay and TURN" } }),
  });
  const network = new MemoryNetwork(world.clock);
  const [ofAlice, ofBob] = [1, 2].map(() => new Wires("network" in wishes ? undefined : network)) as [Wires, Wires];
  const alice = await world.person("Alice", ofAlice.wish);
  const bob = await world.person("Bob", { ...ofBob.wish, ...wishes.ofBob });
  await bob.add(await alice.card());
  await alice.client.accept(await alice.contact(bob));
  const contact = await bob.contact(alice);
  await bob.sees("Alice accepts", { view: "contact", contact }, (details) => details?.status === "accepted");
  const passing: World["clock"]["passing"] = (action) => world.clock.passing(action);
  await bob.say(alice, "hi");
  await alice.hears(bob, "hi");
  return {
    world,
    network,
    alice,
    bob,
    ofAlice,
    ofBob,
    passing,
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

/** A file of Alice's that Bob has begun to fetch; some of it is through. Answers it as Alice sees it. */
async function startOf(met: Awaited<ReturnType<typeof meet>>, name: string, bytes: Bytes): Promise<FileView> {
  const { alice, bob, ofAlice, passing } = met;
  await alice.sendFile(bob, name, bytes);
  const { shelf } = await passing(() => bob.file(alice, name));
  await bob.client.startFile(shelf);
  await passing(() => until("some of it is through", () => ofAlice.partBytes > 3 * MIB));
  return alice.file(bob, name);
}

/** Waits until so much time of the world has passed: somebody else moves it. */
async function passes(world: World, ms: number): Promise<void> {
  const endMs = world.clock.nowMs() + ms;
  await until("time passes", () => world.clock.nowMs() >= endMs);
}
