import { type App, type AppOptions, buildApp } from "@tacit/server/app";
import type { RelayOrigin } from "@tacit/shared/ids";
import { FakeClock } from "./fake-clock.ts";
import { Person, type Surroundings } from "./person.ts";
import { seededRandom } from "./seeded-random.ts";

const START_MS = Date.UTC(2026, 10, 21, 12);

/** A relay and the people around it, in one process: real server, real clients, one fake clock, seeded randomness. */
export class World implements AsyncDisposable {
  readonly clock = new FakeClock(START_MS);
  readonly app: App;
  readonly origin: RelayOrigin;
  readonly #people: Person[] = [];

  private constructor(app: App, clock: FakeClock, origin: RelayOrigin) {
    this.app = app;
    this.clock = clock;
    this.origin = origin;
  }

  /** `options`: of the relay. `dataDir`: on a disk instead of in memory. */
  static async create(
    options: Pick<AppOptions, "registration" | "workBits" | "blobLimits" | "turn" | "dataDir" | "log"> = {},
  ): Promise<World> {
    const clock = new FakeClock(START_MS);
    const app = await buildApp({ clock, random: seededRandom("relay"), ...options });
    const { origin } = await app.listen(0);
    return new World(app, clock, origin as RelayOrigin);
  }

  /** Somebody with an empty device, not joined. */
  async stranger(name: string, wishes: Partial<Surroundings> = {}): Promise<Person> {
    const person = new Person(name, { clock: this.clock, origin: this.origin, ...wishes });
    this.#people.push(person);
    return person.open();
  }

  async person(name: string, wishes: Partial<Surroundings> = {}): Promise<Person> {
    return (await this.stranger(name, wishes)).join();
  }

  /** Two people who have accepted each other. */
  async friends(a = "Alice", b = "Bob", wishes: Partial<Surroundings> = {}): Promise<readonly [Person, Person]> {
    const [alice, bob] = [await this.person(a, wishes), await this.person(b, wishes)];
    await bob.add(await alice.card());
    await alice.client.accept(await alice.contact(bob));
    const contact = await bob.contact(alice);
    await bob.sees(`${a} accepts`, { view: "contact", contact }, (details) => details?.status === "accepted");
    return [alice, bob];
  }

  /** Waits until a person's changed keys are at the relay: a reconnection publishes them before it drains. */
  async settle(person: Person): Promise<void> {
    await person.quit();
    await person.open();
    await person.isOnline();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const person of this.#people) await person.quit();
    await this.app.close();
  }
}
