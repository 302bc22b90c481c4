import type { Person } from "./person.ts";
import type { World } from "./world.ts";

/** Waits until the relay has everything that a recovery needs. */
export async function isSaved(world: Pick<World, "clock">, person: Person): Promise<void> {
  await world.clock.passing(() =>
    person.sees("a saved vault", { view: "recovery" }, (recovery) => recovery?.isBehind === false),
  );
}

/** How somebody comes back to their account. */
export function account(person: Person, words: string, password = person.password) {
  return { login: person.name.toLowerCase(), password, words, keep: true };
}
