import { rmSync } from "node:fs";
import { expect } from "@playwright/test";
import { RelayProcess } from "../relay-process.ts";
import { friends, type Look, Person } from "./people.ts";

export type MeetingOptions = {
  readonly alice?: Look;
  readonly bob?: Look;
  /** More variables for the relay. */
  readonly environment?: Readonly<Record<string, string>>;
};

/** A relay, and two people on it who have accepted each other and look at their conversation. */
export class Meeting implements AsyncDisposable {
  readonly relay: RelayProcess;
  readonly alice: Person;
  readonly bob: Person;
  readonly #owned: AsyncDisposableStack;

  private constructor(relay: RelayProcess, alice: Person, bob: Person, owned: AsyncDisposableStack) {
    this.relay = relay;
    this.alice = alice;
    this.bob = bob;
    this.#owned = owned;
  }

  /** To make two accounts and a card is most of a short test: it is done once in this process, and then copied. */
  static async again({ alice: aliceLook, bob: bobLook, environment }: MeetingOptions = {}): Promise<Meeting> {
    first ??= meet();
    const before = await first;
    await using owned = new AsyncDisposableStack();
    const relay = owned.use(await RelayProcess.start(environment, undefined, before.relay));
    const [alice, bob] = await Promise.all([
      Person.goOn(before.alice, relay, aliceLook).then((person) => owned.use(person)),
      Person.goOn(before.bob, relay, bobLook).then((person) => owned.use(person)),
    ]);
    await Promise.all([alice.turnTo(bob), bob.turnTo(alice)]);
    return new Meeting(relay, alice, bob, owned.move());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#owned.disposeAsync();
  }
}

type First = { readonly relay: RelayProcess; readonly alice: Person; readonly bob: Person };

let first: Promise<First> | undefined;

/** What two people, their browsers closed, and a stopped relay leave on the disk. */
async function meet(): Promise<First> {
  await using owned = new AsyncDisposableStack();
  const relay = owned.use(await RelayProcess.start());
  const [alice, bob] = await Promise.all([
    Person.join(relay, "Alice").then((person) => owned.use(person)),
    Person.join(relay, "Bob").then((person) => owned.use(person)),
  ]);
  process.once("exit", () => {
    for (const folder of [relay.dataDir, alice.profile, bob.profile]) rmSync(folder, { recursive: true, force: true });
  });
  await friends(alice, bob);
  await bob.turnTo(alice);
  await expect(bob.page.getByText(/Waits for Alice to accept/)).toHaveCount(0);
  await alice.quit();
  await bob.quit();
  await relay.stop();
  expect([...alice.complaints, ...bob.complaints]).toEqual([]);
  owned.move();
  return { relay, alice, bob };
}
