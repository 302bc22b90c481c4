import { expect, test } from "vitest";
import { World } from "./world.ts";

const MANY = 300;

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
