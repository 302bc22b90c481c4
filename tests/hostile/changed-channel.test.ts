import { type Bytes, equalBytes } from "@tacit/shared/bytes";
import { encode } from "@tacit/shared/codec";
import { KIB, MAX_CHANNEL_MESSAGE_BYTES, MINUTE_MS, SECOND_MS } from "@tacit/shared/limits";
import type { OutgoingEnvelope } from "@tacit/shared/wire/envelopes";
import { decodeFileFrame, encodeFileFrame, type FileFrame, MAX_PART_BYTES } from "@tacit/shared/wire/file-frames";
import { decodeLinkFrame } from "@tacit/shared/wire/link-frames";
import { LINKED_ENVELOPES } from "@tacit/web/core/links/links";
import { expect, test } from "vitest";
import { isGate, isLong } from "../extent.ts";
import { fileOf } from "../scenarios/file-of.ts";
import { insteadOf } from "../scenarios/forging.ts";
import { until } from "../scenarios/until.ts";
import { World } from "../scenarios/world.ts";
import { Chance } from "../simulation/chance.ts";
import { changeSome, changeValue } from "./changed-values.ts";
import { OddChannels, type OddEnd } from "./odd-channels.ts";
import { befriend, Grip, idle } from "./relays.ts";

const ROUNDS = isLong ? 400 : isGate ? 60 : 6;
/** In one round; the link of most ends before. */
const FRAMES = 80;
/** As many as may be on their way. */
const SAID_AT_ONCE = 200;
/** Longer than any link is shunned. */
const SHUNNED_MS = 17 * MINUTE_MS;
const MIB = KIB * KIB;

test("AR-10: whatever a contact says on a link, the client goes on, and loses and doubles nothing of others", async () => {
  await using world = await World.create();
  const channels = new OddChannels();
  const chance = new Chance("changed link");
  const alice = await world.person("Alice", { peers: () => channels.peers });
  const carol = await world.person("Carol");
  const grip = new Grip();
  const mallory = await world.person("Mallory", { disturb: grip.over });
  await befriend(alice, carol);
  await befriend(alice, mallory);
  const contact = await alice.contact(mallory);
  await alice.client.setDirect(await alice.contact(carol), "relay");
  await mallory.say(alice, "hi");
  await alice.hears(mallory, "hi");
  const held: OutgoingEnvelope[] = [];
  grip.onPosts = (posts) => {
    held.push(...posts.flatMap(({ envelopes }) => envelopes));
    return [];
  };
  await mallory.say(alice, "over the link");
  const texts: string[] = [];
  let said = 0;

  for (let round = 0; round < ROUNDS; round++) {
    await alice.client.openConversation(contact);
    const end = await until("a link", () => channels.open[0]);
    await until("an envelope", () => held.length > 0);
    const originals = [
      ...held.slice(-3).map(({ id, sealed }) => ({ envelope: id, lane: "durable", sealed })),
      { envelope: new Uint8Array(16), lane: "live", sealed: new Uint8Array(2 * KIB) },
      { got: [new Uint8Array(16)] },
      { after: new Uint8Array(16) },
      ...end.said.map(decodeLinkFrame).flatMap((frame) => (frame.ok ? [frame.value] : [])),
    ];
    for (let n = 0; n < FRAMES && !end.isClosed; n++) {
      const frame = encode(chance.isOneIn(3) ? chance.pick(originals) : changeSome(chance.pick(originals), chance));
      // One that is none ends the link: most come last.
      if (!decodeLinkFrame(frame).ok && n < FRAMES - 10 && !chance.isOneIn(50)) continue;
      end.say(frame);
      said += 1;
    }
    texts.push(`text ${round}`);
    await carol.say(alice, texts.at(-1) ?? "");
    await alice.hears(carol, ...texts);
    channels.close();
    world.clock.advance(SHUNNED_MS);
    await idle();
  }

  expect(said).toBeGreaterThan(ROUNDS);
  const [, ...heard] = (await alice.rows(mallory)).flatMap((row) => (row.kind === "text" ? [row.text] : []));
  expect(heard.filter((text) => text === "over the link").length).toBeLessThanOrEqual(1);
}, 3_600_000);

test("AR-10: a contact fills no device past the relay: a link takes so many envelopes, and then there is none for a while", async () => {
  const { atOnce } = LINKED_ENVELOPES.each;
  await using world = await World.create();
  const channels = new OddChannels();
  const alice = await world.person("Alice", { peers: () => channels.peers });
  const mallory = await world.person("Mallory");
  await befriend(alice, mallory);
  await mallory.say(alice, "hi");
  await alice.hears(mallory, "hi");
  await alice.client.openConversation(await alice.contact(mallory));
  const end = await until("a link", () => channels.open[0]);
  const chance = new Chance("many envelopes");
  const sayOne = () => {
    const envelope = Uint8Array.from({ length: 16 }, () => chance.below(256));
    return end.say(encode({ envelope, lane: "durable", sealed: new Uint8Array(2 * KIB) }));
  };

  for (let said = 0; said < atOnce; said += SAID_AT_ONCE) {
    for (let n = 0; n < SAID_AT_ONCE; n++) sayOne();
    await until("each is taken in", () => end.said.length >= said + SAID_AT_ONCE);
    world.clock.advance(SECOND_MS);
  }
  expect(end.isClosed).toBe(false);
  for (let n = 0; n < SAID_AT_ONCE; n++) sayOne();

  await until("the link to end", () => end.isClosed);
  expect(channels.open).toEqual([]);
  await mallory.say(alice, "by the relay");
  await alice.hears(mallory, "hi", "by the relay");
});

test("AR-10: whatever a contact says on a link for files, the client goes on, and files of others come", async () => {
  await using world = await World.create({
    turn: { urls: ["turn:turn.example:3478"], secret: "a secret of the relay" },
  });
  const channels = new OddChannels();
  const chance = new Chance("changed files");
  const alice = await world.person("Alice", { peers: () => channels.peers });
  const carol = await world.person("Carol");
  const mallory = await world.person("Mallory", {
    disturbKeys: insteadOf((body) => (body.type === "file" ? { ...body, blob: undefined } : body)),
  });
  await befriend(alice, carol);
  await befriend(alice, mallory);
  // Then all links are for files.
  for (const other of [carol, mallory]) await alice.client.setDirect(await alice.contact(other), "relay");
  for (const size of [10, 5 * MIB, 15 * MIB]) {
    await mallory.sendFile(alice, `to Alice ${size}`, fileOf(size, "to Alice"));
    await alice.sendFile(mallory, `to Mallory ${size}`, fileOf(size, "to Mallory"));
    await alice.file(mallory, `to Alice ${size}`);
  }
  let said = 0;

  for (let round = 0; round < ROUNDS; round++) {
    const rows = await alice.rows(mallory);
    const files = rows.flatMap((row) => (row.kind === "text" && row.file !== undefined ? [row] : []));
    for (const { isMine, file } of files) {
      if (!isMine && file?.progress.state !== "here") await alice.client.startFile(file?.shelf ?? "");
    }
    await idle();
    for (const end of channels.open)
      said += sayOfFiles(
        end,
        files.flatMap(({ file }) => file?.id ?? []),
        chance,
      );
    await carol.say(alice, `text ${round}`);
    await alice.hears(carol, ...Array.from({ length: round + 1 }, (_, n) => `text ${n}`));
    channels.close();
    world.clock.advance(SHUNNED_MS);
    await idle();
  }

  expect(said).toBeGreaterThan(ROUNDS);
  await carol.sendFile(alice, "honest", fileOf(MIB, "honest"));
  const came = await world.clock.passing(() => alice.reads(carol, "honest"));
  expect(equalBytes(came, fileOf(MIB, "honest"))).toBe(true);
}, 3_600_000);

/** Gives what is asked for, more or less, and says much else of these files. Answers how much. */
function sayOfFiles(end: OddEnd, ids: readonly Bytes[], chance: Chance): number {
  let said = 0;
  let given = 0;
  end.hasRoom = !chance.isOneIn(8);
  for (let n = 0; n < FRAMES && !end.isClosed; n++) {
    const parts = partsAsked(end);
    const part = chance.isOneIn(2) ? parts[given] : undefined;
    const isGiven = part !== undefined && !chance.isOneIn(10);
    if (isGiven) given += 1;
    const frame = part === undefined ? changedWord(chance.pick(ids), chance) : encodeFileFrame(part);
    const changed = part === undefined || isGiven ? frame : changeValue(frame, chance);
    if (!(changed instanceof Uint8Array) || changed.length > MAX_CHANNEL_MESSAGE_BYTES) continue;
    const message = Uint8Array.from(changed);
    if (!decodeFileFrame(message).ok && n < FRAMES - 10 && !chance.isOneIn(50)) continue;
    end.say(message);
    said += 1;
  }
  return said;
}

/** All that the other end asked for, in order, and nothing in it. */
function partsAsked(end: OddEnd): readonly FileFrame[] {
  const frames = end.said.map(decodeFileFrame).flatMap((frame) => (frame.ok ? [frame.value] : []));
  return frames.flatMap((frame) => {
    if (!("want" in frame)) return [];
    const { ask, from, until } = frame;
    return Array.from({ length: Math.ceil((until - from) / MAX_PART_BYTES) }, (_, n) => {
      const at = from + n * MAX_PART_BYTES;
      return { ask, at, part: new Uint8Array(Math.min(MAX_PART_BYTES, until - at)) };
    });
  });
}

function changedWord(id: Bytes, chance: Chance): Bytes {
  const ask = chance.below(50);
  const word: FileFrame = chance.pick<FileFrame>([
    { offer: [id] },
    { want: id, ask, from: 0, until: 1 + chance.below(MIB) },
    { want: id, ask, from: 40 * MIB, until: 40 * MIB + 1 },
    { stop: id },
    { have: id },
    { cannot: id, why: chance.pick(["unknown", "paused", "withdrawn", "lost"]) },
  ]);
  return encode(chance.isOneIn(4) ? word : changeSome(word, chance));
}
