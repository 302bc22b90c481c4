import type { Post } from "@tacit/shared/wire/envelopes";
import type { Peers } from "@tacit/web/core/ports/peers";
import type { Relay } from "@tacit/web/core/ports/relay";
import { MemoryNetwork, type MemoryPeers } from "@tacit/web/core/testing/memory-peers";
import type { Person, Surroundings } from "./person.ts";
import { until } from "./until.ts";
import { World } from "./world.ts";

/** Alice and Bob, with a link that is open. */
export async function link(wishes: { readonly ofBob?: Partial<Surroundings> } = {}) {
  const world = await World.create();
  const { network, devices, wish } = surroundings(world);
  const posts = new Posts();
  const alice = await world.person("Alice", { ...wish("Alice"), disturb: (relay) => posts.noted(relay) });
  const bob = await world.person("Bob", { ...wish("Bob"), ...wishes.ofBob });
  await bob.add(await alice.card());
  await alice.client.accept(await alice.contact(bob));
  const contact = await bob.contact(alice);
  await bob.sees("Alice accepts", { view: "contact", contact }, (details) => details?.status === "accepted");
  await alice.client.openConversation(await alice.contact(bob));
  await bob.client.openConversation(contact);
  await world.clock.passing(() => Promise.all([isLinked(alice, bob), isLinked(bob, alice)]));
  return { world, network, devices, alice, bob, posts, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

export function surroundings(world: World) {
  const network = new MemoryNetwork(world.clock);
  const devices: Counted[] = [];
  const wish = (_name: string) => ({
    peers: () => {
      const counted = new Counted(network.device());
      devices.push(counted);
      return counted.peers;
    },
  });
  return { network, devices, wish };
}

/** The peers of one device, counted. */
export class Counted {
  readonly #device: MemoryPeers;
  opened = 0;

  constructor(device: MemoryPeers) {
    this.#device = device;
  }

  get candidates(): readonly string[] {
    return this.#device.candidates;
  }

  get peers(): Peers {
    return {
      openChannel: (...wanted) => {
        this.opened += 1;
        return this.#device.openChannel(...wanted);
      },
      openCall: (...wanted) => this.#device.openCall(...wanted),
    };
  }
}

/** What somebody posted. */
export class Posts {
  #all: Post[] = [];

  noted(relay: Relay): Relay {
    return {
      ...relay,
      post: (posts) => {
        this.#all.push(...posts);
        return relay.post(posts);
      },
    };
  }

  of(lane: Post["lane"]): readonly Post[] {
    return this.#all.filter((post) => post.lane === lane);
  }

  clear(): void {
    this.#all = [];
  }
}

export async function isLinked(person: Person, other: Person): Promise<void> {
  const contact = await person.contact(other);
  await person.sees("a link", { view: "contact", contact }, (details) => details?.link === "direct");
}

export async function unlinked(...people: readonly [Person, Person]): Promise<void> {
  for (const [person, other] of [people, people.toReversed()] as [Person, Person][]) {
    const contact = await person.contact(other);
    await person.sees("no link", { view: "contact", contact }, (details) => details?.link === undefined);
  }
}

/** Waits until so much time of the world has passed: somebody else moves it. */
export async function passes(world: World, ms: number): Promise<void> {
  const endMs = world.clock.nowMs() + ms;
  await until("time passes", () => world.clock.nowMs() >= endMs);
}
