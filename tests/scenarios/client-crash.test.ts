import type { Query, ValueOf } from "@tacit/web/core/views";
import { expect, test } from "vitest";
import { Mortal } from "./mortal.ts";
import { World } from "./world.ts";

type Page = ValueOf<Extract<Query, { readonly view: "messages" }>>;

// One commit after the other, on both sides of the write, until the story needs fewer commits than that.
test.each([false, true])(
  "a client that dies at any commit (written: %s) loses no message and shows none twice",
  async (writesLast) => {
    await using world = await World.create();
    const mortal = new Mortal();
    const alice = await world.person("Alice");
    const bob = await world.person("Bob", { disturbStore: mortal.wrap });
    await bob.add(await alice.card());
    await alice.client.accept(await alice.contact(bob));
    const contact = await bob.contact(alice);
    await bob.sees("acceptance", { view: "contact", contact }, (details) => details?.status === "accepted");

    const toBob: string[] = [];
    const toAlice = { certain: new Set<string>(), possible: new Set<string>() };
    let deaths = 0;
    for (let commit = 1; commit <= 14; commit++) {
      mortal.dieAt(commit, writesLast);
      for (const part of ["a", "b"]) {
        const text = `Bob ${commit}${part}`;
        toAlice.possible.add(text);
        await bob.client.sendText(contact, text).then(
          () => toAlice.certain.add(text),
          () => undefined,
        );
        toBob.push(`Alice ${commit}${part}`);
        await alice.say(bob, `Alice ${commit}${part}`);
      }
      await alice.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0);
      const dies = () => {
        if (mortal.isDead) throw new Error("Bob has died");
      };
      const isHeard = (page: Page) => textsOfOthers(page).length >= toBob.length;
      const view = { view: "messages", contact, limit: 1_000 } as const;
      await world.clock.passing(() => bob.sees("all that Alice said", view, isHeard, dies).catch(() => undefined));
      if (mortal.isDead) deaths += 1;
      await bob.quit().catch(() => undefined);
      mortal.revive();
      await bob.open();
      await world.clock.passing(() => bob.hears(alice, ...toBob));
      await world.clock.passing(() =>
        bob.sees("an empty outbox", { view: "connection" }, ({ waiting }) => waiting === 0),
      );
    }

    expect(deaths).toBeGreaterThan(5);
    const fromBob = { view: "messages", contact: await alice.contact(bob), limit: 1_000 } as const;
    const page = await alice.sees("what Bob has certainly said", fromBob, (shown) =>
      toAlice.certain.isSubsetOf(new Set(textsOfOthers(shown))),
    );
    const { rows } = page;
    const heard = textsOfOthers(page);
    expect(new Set(heard).size).toBe(heard.length);
    expect([...toAlice.possible]).toEqual(expect.arrayContaining(heard));
    expect(rows.some(({ kind }) => kind === "unreadable")).toBe(false);
    expect((await bob.rows(alice)).some(({ kind }) => kind === "unreadable")).toBe(false);
  },
);

function textsOfOthers({ rows }: Page): string[] {
  return rows.flatMap((row) => (row.kind === "text" && !row.isMine ? [row.text] : []));
}
