import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@tacit/shared/limits";
import { ok } from "@tacit/shared/result";
import { fromLink } from "@tacit/shared/wire/card";
import type { Relay } from "@tacit/web/core/ports/relay";
import { expect, test } from "vitest";
import { callers, inPhase, plays, rings, talk, withTurn } from "./callers.ts";
import type { Person } from "./person.ts";
import { until } from "./until.ts";
import { World } from "./world.ts";

// Whom a call may be with, and by which way, is asked for as long as it lasts.

test("whoever says in the middle of a call that it goes through the relay is not connected directly any more", async () => {
  await using world = await World.create();
  const { alice, bob } = await callers(world, { disturb: withTurn });
  await talk(alice, bob);
  await goes("direct", world, alice, bob);

  await bob.client.setDirect(await bob.contact(alice), "relay");

  await goes("relayed", world, alice, bob);
  expect([plays(alice), plays(bob)]).toEqual([["microphone"], ["microphone"]]);
  await bob.client.setDirect(await bob.contact(alice), "direct");
  await goes("direct", world, alice, bob);
});

test("the same said for everybody counts for the call that there is", async () => {
  await using world = await World.create();
  const { alice, bob } = await callers(world, { disturb: withTurn });
  await talk(alice, bob);
  await goes("direct", world, alice, bob);

  await alice.client.updateSettings({ direct: false });

  await goes("relayed", world, alice, bob);
});

test("where there is no relay for calls, a call that may only go through one ends and says so", async () => {
  await using world = await World.create();
  const { alice, bob } = await callers(world);
  await talk(alice, bob);

  await alice.client.setDirect(await alice.contact(bob), "relay");

  expect((await inPhase(alice, "ended"))?.end?.reason).toBe("no-relay");
  expect((await inPhase(bob, "ended"))?.end?.reason).toBe("they-hung-up");
  expect([alice.media.running(), bob.media.running()]).toEqual([[], []]);
});

test("the way is decided when the servers are known, not when they were asked for", async () => {
  await using world = await World.create();
  const turn = new Slow(world);
  const { alice, bob } = await callers(world, { disturb: (relay) => turn.before(relay) });
  await rings(alice, bob);
  await inPhase(alice, "ringing");
  // The credentials at hand run out while it rings.
  world.clock.advance(30 * SECOND_MS);
  turn.isHeld = true;

  await bob.client.acceptCall(false);
  await until("he asks for servers", () => turn.waiting > 0);
  await bob.client.setDirect(await bob.contact(alice), "relay");
  turn.release();
  await inPhase(bob, "live");
  const endMs = world.clock.nowMs() + 10 * SECOND_MS;
  await world.clock.passing(() => until("restarts are over", () => world.clock.nowMs() >= endMs));

  expect((await bob.show({ view: "call" }))?.path).toBe("relayed");
  expect(bob.peers?.callCandidates.filter((candidate) => !candidate.includes(" typ relay "))).toEqual([]);
});

test("another key for whoever one talks to ends the call before another word", async () => {
  await using world = await World.create();
  const swap = new Swap();
  const { alice, bob } = await callers(world, { disturb: (relay) => swap.before(relay) });
  const mallory = await world.person("Mallory");
  await talk(alice, bob);
  const card = fromLink(await mallory.card(false));
  if (!card.ok) throw new Error("no card");

  swap.to = card.value.key;
  await alice.say(bob, "who are you?");

  const ended = await world.clock.passing(() => inPhase(alice, "ended"));
  expect(ended?.end?.reason).toBe("key-changed");
  expect([plays(alice), alice.media.running()]).toEqual([[], []]);
  const again = await alice.client.startCall(await alice.contact(bob), false);
  expect(again).toEqual({ ok: false, reason: "not-accepted" });
});

/** A TURN server whose credentials last a moment, and may be slow to come. */
class Slow {
  isHeld = false;
  waiting = 0;
  readonly #world: World;
  readonly #released = Promise.withResolvers<void>();

  constructor(world: World) {
    this.#world = world;
  }

  release(): void {
    this.#released.resolve();
  }

  before(relay: Relay): Relay {
    const other = withTurn(relay);
    return {
      ...other,
      request: async (name, ...rest) => {
        if (name === "turn" && this.isHeld) {
          this.waiting += 1;
          await this.#released.promise;
        }
        const answer = await other.request(name, ...rest);
        // A minute before they end they are not used any more.
        const expiresAtMs = this.#world.clock.nowMs() + (this.isHeld ? HOUR_MS : MINUTE_MS + 20 * SECOND_MS);
        return name === "turn" && answer.ok ? (ok({ ...answer.value, expiresAtMs }) as never) : answer;
      },
    };
  }
}

/** A relay that says, once told to, that a contact is somebody else. */
class Swap {
  to: Parameters<Relay["bundle"]>[0]["key"] | undefined;

  before(relay: Relay): Relay {
    return {
      ...relay,
      post: async (posts) =>
        this.to === undefined
          ? relay.post(posts)
          : ok(posts.map(() => ({ status: "devices" as const, missing: [], extra: [], stale: [] }))),
      bundle: (request) => relay.bundle({ ...request, key: this.to ?? request.key }),
    };
  }
}

async function goes(path: "direct" | "relayed", world: World, ...people: readonly Person[]): Promise<void> {
  for (const person of people) {
    const isThere = () => person.sees(`a ${path} path`, { view: "call" }, (call) => call?.path === path);
    await world.clock.passing(isThere, 25);
  }
}
