import { DAY_MS } from "@tacit/shared/limits";
import { expect, test } from "vitest";
import { World } from "./world.ts";

const MANY = 300;
/** More than are looked through at once. */
const VERY_MANY = 1_010;

test("whoever was away while more was said than one receipt names confirms every word of it, and reads it all", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  const texts = Array.from({ length: MANY }, (_, at) => `text ${at}`);
  await alice.quit();
  await bob.say(alice, ...texts);
  await bob.sees("nothing waiting", { view: "connection" }, ({ waiting }) => waiting === 0);

  await alice.open();
  await alice.isOnline();

  await alice.hears(bob, ...texts);
  await world.clock.passing(() => bob.marks(alice, texts.at(-1) ?? "", "delivered"));
  expect(await marksOf("delivered")).toBe(MANY);
  await alice.client.openConversation(await alice.contact(bob));
  await world.clock.passing(() => bob.marks(alice, texts[0] ?? "", "read"));
  expect(await marksOf("read")).toBe(MANY);

  async function marksOf(mark: string): Promise<number> {
    const rows = await bob.rows(alice);
    return rows.filter((row) => row.kind === "text" && row.isMine && row.mark === mark).length;
  }
});

test("of however many that nobody collected in time each is said to have expired", async () => {
  await using world = await World.create();
  const [alice, bob] = await world.friends();
  await bob.quit();
  const texts = Array.from({ length: VERY_MANY }, (_, at) => `text ${at}`);
  await alice.say(bob, ...texts);
  await alice.sees("nothing waiting", { view: "connection" }, ({ waiting }) => waiting === 0);
  await alice.quit();
  world.clock.advance(31 * DAY_MS);

  await alice.open();
  await world.clock.passing(() => alice.isOnline());

  const contact = await alice.contact(bob);
  await alice.sees(
    "all of it expired",
    { view: "messages", contact, limit: 2 * VERY_MANY },
    ({ rows }) => rows.filter((row) => row.kind === "text" && row.mark === "expired").length === VERY_MANY,
    () => world.clock.advance(5),
  );
});
