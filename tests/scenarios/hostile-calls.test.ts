import { MINUTE_MS } from "@tacit/shared/limits";
import { fromLink } from "@tacit/shared/wire/card";
import type { PeerSignal } from "@tacit/shared/wire/signals";
import type { Peers } from "@tacit/web/core/ports/peers";
import { MemoryNetwork } from "@tacit/web/core/testing/memory-peers";
import type { MessageRow } from "@tacit/web/core/views";
import { expect, test } from "vitest";
import { callers, callRows, inPhase, rings } from "./callers.ts";
import { insteadOf, withoutIntroduction } from "./forging.ts";
import type { Person } from "./person.ts";
import { until } from "./until.ts";
import { World } from "./world.ts";

type CallRow = Extract<MessageRow, { readonly kind: "call" }>;

const CANDIDATE = {
  kind: "candidates",
  candidates: [{ candidate: "candidate:1 1 udp 2 192.0.2.1 9 typ host", mid: "0", line: 0 }],
} as const;

test("however often somebody rings and hangs up, it is one row and one thing unread, and after six it rings no more", async () => {
  await using world = await World.create();
  const { alice, bob } = await callers(world);
  const before = (await bob.show({ view: "conversations" }))[0]?.unread ?? 0;

  let rung = 0;
  for (let n = 0; n < 9; n++) {
    if (n < 6) await rings(alice, bob);
    else await alice.client.startCall(await alice.contact(bob), false);
    await inPhase(alice, ...(n < 6 ? (["ringing"] as const) : (["calling"] as const)));
    rung += Number((await bob.show({ view: "call" }))?.phase === "incoming");
    await alice.client.hangUp();
    await missed(bob, alice, (rows) => rows.some(({ times }) => times === n + 1));
    await alice.client.dismissCall();
  }

  expect(rung).toBe(6);
  expect(await callRows(bob, alice)).toEqual([expect.objectContaining({ outcome: "missed", times: 9 })]);
  expect((await bob.show({ view: "conversations" }))[0]?.unread).toBe(before + 1);
  await bob.client.openConversation(await bob.contact(alice));
  await bob.client.closeConversation(await bob.contact(alice));
  world.clock.advance(10 * MINUTE_MS);
  await rings(alice, bob);
  await alice.client.hangUp();
  await missed(bob, alice, (rows) => rows.length === 2);
});

test("a ring that its own end has overtaken is a missed call and rings nobody", async () => {
  await using world = await World.create();
  const ring = Promise.withResolvers<void>();
  let isLeaving = false;
  const { alice, bob } = await callers(world, {
    disturb: (relay) => ({
      ...relay,
      post: async (posts) => {
        if (posts.every(({ lane }) => lane !== "ring")) return relay.post(posts);
        isLeaving = true;
        await ring.promise;
        return relay.post(posts);
      },
    }),
  });

  await alice.client.startCall(await alice.contact(bob), false);
  await until("the ring leaves", () => isLeaving);
  await alice.client.hangUp();
  await missed(bob, alice, (rows) => rows.length === 1);
  ring.resolve();
  await alice.say(bob, "never mind");
  await bob.hears(alice, "may I call?", "never mind");

  expect(await bob.show({ view: "call" })).toBeUndefined();
  expect(await callRows(bob, alice)).toEqual([expect.objectContaining({ outcome: "missed", times: 1 })]);
});

test("a device that no list of theirs names is not heard of calls", async () => {
  await using world = await World.create();
  const alice = await world.person("Alice");
  const isTheWord = (body: object) => "text" in body && body.text === "call!";
  const end = { do: "end", why: "hung-up" };
  const asCall = insteadOf((body) =>
    isTheWord(body) ? { type: "call", attempt: new Uint8Array(16), counter: 1, from: 1, step: end } : body,
  );
  const other = await world.person("Other", { disturbKeys: (keyholder) => asCall(withoutIntroduction(keyholder)) });
  const card = fromLink(await other.card(false));
  if (!card.ok) throw new Error("no card");
  let isCutOff = false;
  const bob = await world.person("Bob", {
    disturb: (relay) => ({
      ...relay,
      bundle: async (request) =>
        isCutOff ? { ok: false, reason: "unreachable" } : relay.bundle({ ...request, key: card.value.key }),
    }),
  });
  const contact = await bob.add(await alice.card());
  await bob.sees("a hold", { view: "contact", contact }, (details) => details?.hold !== undefined);
  // From here on Bob knows an identity, and no list of its devices.
  isCutOff = true;
  await bob.client.acceptNewKey(contact);

  await other.add(await bob.card());
  await other.say(bob, "call!", "can you hear me?");
  await bob.hears(alice, "can you hear me?");

  expect((await bob.show({ view: "contact", contact }))?.status).toBe("accepted");
  expect(await callRows(bob, alice)).toEqual([]);
});

test("signals without end reach a peer only as fast as one could use them, and the link is none for a while", async () => {
  await using world = await World.create();
  const network = new MemoryNetwork(world.clock);
  const heard = new Heard();
  const ofAlice = { peers: () => spewing(network.device(), 400) };
  const ofBob = { peers: () => heard.by(network.device()) };
  const alice = await world.person("Alice", ofAlice);
  const bob = await world.person("Bob", ofBob);
  await bob.add(await alice.card());
  await alice.client.accept(await alice.contact(bob));
  const contact = await bob.contact(alice);
  await bob.sees("Alice accepts", { view: "contact", contact }, (details) => details?.status === "accepted");

  await alice.client.openConversation(await alice.contact(bob));
  await until("her link to him", () => heard.opened > 0);
  // The clock stands still: nothing of what they may say is given anew.
  await until("a flood", () => heard.closed > 0);

  expect(heard.signals).toBeLessThan(200);
  const opened = heard.opened;
  const endMs = world.clock.nowMs() + MINUTE_MS / 2;
  await bob.client.openConversation(contact);
  await world.clock.passing(() => until("half a minute", () => world.clock.nowMs() >= endMs));
  expect(heard.opened).toBe(opened);
});

test("whoever says nonsense on a link has none for a minute, then for two", async () => {
  await using world = await World.create();
  const network = new MemoryNetwork(world.clock);
  const heard = new Heard();
  const alice = await world.person("Alice", { peers: () => babbling(network.device()) });
  const bob = await world.person("Bob", { peers: () => heard.by(network.device()) });
  await bob.add(await alice.card());
  await alice.client.accept(await alice.contact(bob));
  const contact = await bob.contact(alice);
  await bob.sees("Alice accepts", { view: "contact", contact }, (details) => details?.status === "accepted");

  await bob.client.openConversation(contact);
  await alice.client.openConversation(await alice.contact(bob));
  const endMs = world.clock.nowMs() + 2.5 * MINUTE_MS;
  await world.clock.passing(() => until("two and a half", () => world.clock.nowMs() >= endMs));

  // After each pause both may offer: two times two at most.
  expect(heard.opened).toBeGreaterThan(1);
  expect(heard.opened).toBeLessThanOrEqual(4);
});

async function missed(person: Person, other: Person, isIt: (rows: readonly CallRow[]) => boolean): Promise<void> {
  const contact = await person.contact(other);
  await person.sees("missed calls", { view: "messages", contact, limit: 100 }, ({ rows }) =>
    isIt(rows.filter((row) => row.kind === "call")),
  );
}

/** Peers of a device that tells the other one the same thing on and on. */
function spewing(peers: Peers, times: number): Peers {
  return {
    ...peers,
    openCall: (...wanted) => peers.openCall(...wanted),
    openChannel: (options, events) =>
      peers.openChannel(options, {
        ...events,
        signal: (signal: PeerSignal) => {
          events.signal(signal);
          for (let n = 0; n < times; n++) events.signal(CANDIDATE);
        },
        path: (path) => events.path(path),
        closed: (reason) => events.closed(reason),
        open: () => events.open(),
        message: (message) => events.message(message),
        writable: () => events.writable(),
      }),
  };
}

/** Peers of a device that speaks another language as soon as it may. */
function babbling(peers: Peers): Peers {
  return {
    openCall: (...wanted) => peers.openCall(...wanted),
    openChannel(options, events) {
      const channel = peers.openChannel(options, {
        signal: (signal) => events.signal(signal),
        path: (path) => events.path(path),
        closed: (reason) => events.closed(reason),
        message: (message) => events.message(message),
        writable: () => events.writable(),
        open() {
          events.open();
          channel.send(Uint8Array.of(1, 2, 3));
        },
      });
      return channel;
    },
  };
}

/** What the channels of a device hear, all together. */
class Heard {
  opened = 0;
  signals = 0;
  closed = 0;

  by(peers: Peers): Peers {
    return {
      openCall: (...wanted) => peers.openCall(...wanted),
      openChannel: (options, events) => {
        this.opened += 1;
        const channel = peers.openChannel(options, events);
        return {
          signal: (signal) => {
            this.signals += 1;
            channel.signal(signal);
          },
          restart: () => channel.restart(),
          reroute: (...way) => channel.reroute(...way),
          close: () => {
            this.closed += 1;
            channel.close();
          },
          send: (message) => channel.send(message),
        };
      },
    };
  }
}
