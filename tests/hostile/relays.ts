import type { Envelope, Post } from "@tacit/shared/wire/envelopes";
import type { MailboxEvents, Relay } from "@tacit/web/core/ports/relay";
import type { Person } from "../scenarios/person.ts";
import type { World } from "../scenarios/world.ts";

/** What a hostile relay holds of one device: all that came for it, and the way to say anything to it. */
export class Grip {
  readonly delivered: Envelope[] = [];
  readonly posted: Post[] = [];
  /** Instead of each page, what comes of it. */
  onPage: (page: readonly Envelope[]) => readonly Envelope[] = (page) => page;
  /** Instead of each batch of posts, what reaches the relay. */
  onPosts: (posts: readonly Post[]) => readonly Post[] = (posts) => posts;
  #events: MailboxEvents | undefined;

  readonly over = (relay: Relay): Relay => ({
    ...relay,
    connect: (hello, events) => {
      this.#events = events;
      return relay.connect(hello, {
        ...events,
        envelopes: (page) => {
          this.delivered.push(...page);
          events.envelopes(this.onPage(page));
        },
      });
    },
    post: (posts) => {
      this.posted.push(...posts);
      return relay.post(this.onPosts(posts));
    },
  });

  /** Says to the device what no honest relay would. */
  say(...envelopes: readonly Envelope[]): void {
    this.#events?.envelopes(envelopes);
  }
}

/** Alice, whose device is in the grip of a hostile relay, and Bob, whom she has accepted. */
export async function heldAlice(
  world: World,
): Promise<{ readonly grip: Grip; readonly alice: Person; readonly bob: Person }> {
  const grip = new Grip();
  const alice = await world.person("Alice", { disturb: grip.over });
  const bob = await world.person("Bob");
  await befriend(alice, bob);
  return { grip, alice, bob };
}

/** `guest` comes by a card of `host`'s, who accepts. */
export async function befriend(host: Person, guest: Person, isOnce = true): Promise<void> {
  await guest.add(await host.card(isOnce));
  await host.client.accept(await host.contact(guest));
}

/** Lets everything run that waits for nothing but its turn. */
export async function idle(): Promise<void> {
  for (let n = 0; n < 200; n++) await new Promise((resolve) => setImmediate(resolve));
}
