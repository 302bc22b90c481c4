import { MINUTE_MS } from "@tacit/shared/limits";
import type { Content } from "@tacit/shared/wire/content";
import type { MessageRow } from "@tacit/web/core/views";
import { expect } from "vitest";
import { Dropping } from "./dropping.ts";
import type { Person, Surroundings } from "./person.ts";
import type { World } from "./world.ts";

/** Alice and Bob, both by way of a relay that drops what it is told to. */
export async function robbed(world: World, ofAlice: Partial<Surroundings> = {}) {
  const [hers, his] = [new Dropping(), new Dropping()];
  const alice = await world.person("Alice", { ...ofAlice, disturb: hers.disturb, disturbKeys: hers.disturbKeys });
  const bob = await world.person("Bob", { disturb: his.disturb, disturbKeys: his.disturbKeys });
  await bob.add(await alice.card());
  await alice.client.accept(await alice.contact(bob));
  const contact = await bob.contact(alice);
  await bob.sees("acceptance", { view: "contact", contact }, (details) => details?.status === "accepted");
  return { alice, bob, hers, his };
}

/** Says something that has certainly left when this resolves. */
export async function says(from: Person, to: Person, ...texts: readonly string[]): Promise<void> {
  for (const text of texts) {
    await from.say(to, text);
    await from.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);
  }
}

export const isTwo = ({ body }: Content) => body.type === "text" && body.text === "two";

/** "two" was asked for, and has been posted once more. */
export function goesOutAgain(world: World, his: Dropping): Promise<void> {
  return world.clock.passing(() => expect.poll(() => his.posted.filter(isTwo), { timeout: 15_000 }).toHaveLength(2));
}

/** Says these while the other is away, who then has no session to read them with. */
export async function saysInVain(from: Person, to: Person, ...texts: readonly string[]): Promise<void> {
  await to.quit();
  await says(from, to, ...texts);
  to.disk.tables.get("sessions")?.clear();
}

/** The conversation in short: a line for what is missing is a question mark. */
export function inShort(rows: readonly MessageRow[]): string {
  return rows.flatMap((row) => (row.kind === "text" ? [row.text] : row.kind === "missing" ? ["?"] : [])).join(" ");
}

export async function shows(who: Person, other: Person, wanted: string): Promise<void> {
  const contact = await who.contact(other);
  let last = "";
  await who
    .sees(`"${wanted}"`, { view: "messages", contact, limit: 1_000 }, ({ rows }) => {
      last = inShort(rows);
      return last === wanted;
    })
    .catch((cause) => {
      throw new Error(`"${last}" instead of "${wanted}"`, { cause });
    });
}

/** Lets time pass, and everything happen that is due in it. */
export async function pass(world: World, minutes: number): Promise<void> {
  for (let quarter = 0; quarter < minutes * 4; quarter++) {
    world.clock.advance(MINUTE_MS / 4);
    for (let turn = 0; turn < 30; turn++) await new Promise((resolve) => setImmediate(resolve));
  }
}

export async function again(world: World, person: Person): Promise<Person> {
  const words = await person.client.recoveryWords();
  await person.quit();
  const back = await world.stranger(person.name);
  const login = person.name.toLowerCase();
  expect((await back.client.recover({ login, password: person.password, words, keep: true })).ok).toBe(true);
  await world.clock.passing(() => back.isOnline());
  return back;
}
