import { decode, encode } from "@tacit/shared/codec";
import type { EnvelopeId } from "@tacit/shared/ids";
import { MAX_CONTENT_BYTES, MINUTE_MS } from "@tacit/shared/limits";
import type { Body, Content } from "@tacit/shared/wire/content";
import type { Keyholder } from "@tacit/web/core/ports/keyholder";
import type { MessageRow } from "@tacit/web/core/views";
import { expect, test } from "vitest";
import { Dropping } from "../scenarios/dropping.ts";
import type { Person } from "../scenarios/person.ts";
import { World } from "../scenarios/world.ts";
import { befriend, Grip } from "./relays.ts";

/** The texts of a conversation, and a question mark for what is said to be missing. */
async function inShort(who: Person, other: Person): Promise<string> {
  return shorten(await who.rows(other));
}

function shorten(rows: readonly MessageRow[]): string {
  return rows.flatMap((row) => (row.kind === "text" ? [row.text] : row.kind === "missing" ? ["?"] : [])).join(" ");
}

/** Lets time pass, and everything happen that is due in it. */
async function pass(world: World, minutes: number): Promise<void> {
  for (let quarter = 0; quarter < minutes * 4; quarter++) {
    world.clock.advance(MINUTE_MS / 4);
    for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}

/** Keys of somebody who says of each Content what they like. */
function lying(change: (content: Content) => unknown) {
  return (keyholder: Keyholder): Keyholder => ({
    ...keyholder,
    encrypt: (request) => {
      const contents = request.contents.map((encoded) => {
        const decoded = decode(encoded, MAX_CONTENT_BYTES);
        if (!decoded.ok) throw new Error("not a Content");
        // The core wrote it.
        return encode(change(decoded.value as Content));
      });
      return keyholder.encrypt({ ...request, contents });
    },
  });
}

test("AR-5: of what is swapped, moved to another mailbox and dropped, one message is missing, and is said to be", async () => {
  await using world = await World.create();
  const [hers, carols, his] = [new Grip(), new Grip(), new Dropping()];
  const alice = await world.person("Alice", { disturb: hers.over });
  const bob = await world.person("Bob", { disturb: his.disturb, disturbKeys: his.disturbKeys });
  const carol = await world.person("Carol", { disturb: carols.over });
  await befriend(alice, bob, false);
  await befriend(alice, carol, false);
  await bob.say(alice, "zero");
  await alice.hears(bob, "zero");
  await alice.quit();
  his.dropOnce("two");
  await bob.say(alice, "one", "two", "three", "four");
  await bob.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);
  await bob.quit();

  hers.onPage = (page) => page.toReversed();
  await alice.open();
  await alice.sees("the last text", { view: "conversations" }, (rows) =>
    rows.some(({ last }) => last?.text === "four"),
  );
  carols.say(
    ...hers.delivered.map((envelope) => ({
      ...envelope,
      id: crypto.getRandomValues(new Uint8Array(16)) as EnvelopeId,
    })),
  );
  const contact = await alice.contact(bob);
  await world.clock.passing(
    () =>
      alice.sees("what is missing", { view: "messages", contact, limit: 100 }, ({ rows }) =>
        rows.some(({ kind }) => kind === "missing"),
      ),
    1_000,
  );
  await pass(world, 2);

  expect(await inShort(alice, bob)).toBe("zero one ? three four");
  expect(await inShort(alice, carol)).toBe("");
  expect(await inShort(carol, alice)).toBe("");
  hers.onPage = (page) => page;
  await bob.open();
  await world.clock.passing(() => alice.hears(bob, "zero", "one", "two", "three", "four"));
  expect(await inShort(alice, bob)).toBe("zero one two three four");
});

test("AR-5: a relay that drops every other message hides none by the number of them", async () => {
  await using world = await World.create();
  const his = new Dropping();
  const alice = await world.person("Alice");
  const bob = await world.person("Bob", { disturb: his.disturb, disturbKeys: his.disturbKeys });
  await befriend(alice, bob, false);
  const texts = Array.from({ length: 40 }, (_, i) => (i % 2 === 0 ? `lost-${i}` : `here-${i}`));
  his.drops = ({ body }) => body.type === "text" && body.text.startsWith("lost");
  await bob.say(alice, ...texts);
  await bob.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);
  await alice.hears(bob, ...texts.filter((text) => text.startsWith("here")));
  await bob.quit();

  const contact = await alice.contact(bob);
  const wanted = texts.map((text) => (text.startsWith("here") ? text : "?")).join(" ");
  await world.clock.passing(
    () =>
      alice.sees("a line for each", { view: "messages", contact, limit: 100 }, ({ rows }) => shorten(rows) === wanted),
    5_000,
  );
});

test("AR-5: a contact who lies about numbers hides nothing, and gets one line for a gap of any size", async () => {
  await using world = await World.create();
  const alice = await world.person("Alice");
  const lies = [
    { number: 0xffff_ffff, before: 0xffff_fffe },
    { number: 5, before: 4 },
    { number: 5, before: 4 },
    { number: 9, before: 0xffff_ffff },
    { number: 1, before: 0 },
    { number: 0xffff_ffff, before: 0 },
  ];
  const run = new Uint8Array(8).fill(7);
  let said = 0;
  const mallory = await world.person("Mallory", {
    disturbKeys: lying((content) =>
      content.body.type === "text" ? { ...content, place: { run, ...lies[said++] } } : content,
    ),
  });
  const bob = await world.person("Bob");
  await befriend(alice, mallory, false);
  await befriend(alice, bob, false);
  const texts = lies.map((_, at) => `lie ${at}`);
  for (const text of texts) {
    await mallory.say(alice, text);
    await mallory.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);
    await bob.say(alice, text);
  }
  await alice.hearsAnyOrder(mallory, ...texts);

  await pass(world, 20);

  await alice.hearsAnyOrder(mallory, ...texts);
  const lines = (await alice.rows(mallory)).filter(({ kind }) => kind === "missing");
  expect(lines.length).toBeLessThanOrEqual(3);
  await world.clock.passing(() =>
    alice.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0),
  );
  expect(await inShort(alice, bob)).toBe(texts.join(" "));
});

test("AR-5: places that a contact keeps free without a message are nobody else's, also after a restart", async () => {
  await using world = await World.create();
  const alice = await world.person("Alice");
  const run = new Uint8Array(8).fill(7);
  const numbers = [1, 41, ...Array.from({ length: 39 }, (_, i) => i + 2)];
  const mallory = await world.person("Mallory", {
    disturbKeys: lying((content) => {
      if (content.body.type !== "text") return content;
      const number = numbers.shift() ?? 100;
      const body = number === 41 ? { type: "hello" } : content.body;
      return { ...content, body, place: { run, number, before: number - 1 } };
    }),
  });
  await befriend(alice, mallory, false);
  await mallory.say(alice, "1");
  await alice.hears(mallory, "1");
  await mallory.say(alice, "hello");
  await mallory.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);
  await pass(world, 1);
  await alice.quit();
  await alice.open();
  await alice.isOnline();

  await alice.say(mallory, "mine");
  const late = Array.from({ length: 39 }, (_, i) => `${i + 2}`);
  for (const text of late) await mallory.say(alice, text);
  await alice.hears(mallory, "1", ...late);

  expect(await inShort(alice, mallory)).toBe(["1", ...late, "mine"].join(" "));
  const orders = [...(alice.disk.tables.get("messages")?.values() ?? [])].map(({ order }) => order);
  expect(new Set(orders).size).toBe(orders.length);
});

test("AR-5: a number that no message can have is no message", async () => {
  await using world = await World.create();
  const alice = await world.person("Alice");
  let isLying = false;
  const mallory = await world.person("Mallory", {
    disturbKeys: lying((content) =>
      isLying && content.body.type === "text"
        ? { ...content, place: { run: new Uint8Array(8), number: 2 ** 53, before: 2 ** 53 - 1 } }
        : content,
    ),
  });
  await befriend(alice, mallory);
  isLying = true;
  await mallory.say(alice, "beyond all numbers");
  await mallory.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);
  isLying = false;
  await mallory.say(alice, "and after it");

  await alice.sees("what came after", { view: "conversations" }, ([row]) => row?.last?.text === "and after it");
  expect((await alice.rows(mallory)).filter(({ kind }) => kind === "unreadable" || kind === "missing")).toHaveLength(1);
});

test("AR-11: whoever says that something is missing gets what was written to them, each message once", async () => {
  await using world = await World.create();
  const hers = new Dropping();
  const alice = await world.person("Alice", { disturb: hers.disturb, disturbKeys: hers.disturbKeys });
  const bob = await world.person("Bob");
  let isAsking = false;
  const ask = (): Body => {
    const runs = hers.posted.flatMap(({ place }) => (place === undefined ? [] : [place.run]));
    return { type: "missing", gaps: runs.slice(0, 16).map((run) => ({ run, from: 0, to: 0xffff_ffff })) };
  };
  const mallory = await world.person("Mallory", {
    disturbKeys: lying((content) => (isAsking && content.body.type === "text" ? { ...content, body: ask() } : content)),
  });
  await befriend(alice, bob, false);
  await befriend(alice, mallory, false);
  await alice.say(bob, "for Bob alone");
  await alice.say(mallory, "for Mallory", "and more");
  await mallory.hears(alice, "for Mallory", "and more");
  await alice.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);

  isAsking = true;
  for (let time = 0; time < 20; time++) {
    await mallory.say(alice, "give");
    await pass(world, 1);
  }

  const texts = () => hers.posted.flatMap(({ body }) => (body.type === "text" ? [body.text] : [])).toSorted();
  await expect.poll(texts).toEqual(["and more", "and more", "for Bob alone", "for Mallory", "for Mallory"]);
  await mallory.hears(alice, "for Mallory", "and more");
});
