import type { Bytes } from "@tacit/shared/bytes";
import { KIB } from "@tacit/shared/limits";
import { decodeFileFrame, encodeFileFrame, type FileFrame } from "@tacit/shared/wire/file-frames";
import type { Peers } from "@tacit/web/core/ports/peers";
import type { Relay } from "@tacit/web/core/ports/relay";
import { MemoryNetwork } from "@tacit/web/core/testing/memory-peers";
import type { FileView } from "@tacit/web/core/views";
import type { Surroundings } from "./person.ts";
import { until } from "./until.ts";
import { World } from "./world.ts";

const MIB = KIB * KIB;

export type Part = Extract<FileFrame, { readonly part: Bytes }>;

/** Somebody's wires: counts what they give, and may change it. */
export class Wires {
  readonly #network: MemoryNetwork | undefined;
  partBytes = 0;
  wants = 0;
  created = 0;
  appended = 0;
  readonly routings: string[] = [];
  tamper: ((frame: Part) => readonly Part[]) | undefined;
  saying: ((frame: FileFrame) => FileFrame) | undefined;

  constructor(network: MemoryNetwork | undefined) {
    this.#network = network;
  }

  get wish(): Partial<Surroundings> {
    return { disturb: (relay) => this.#noted(relay), ...(this.#network && { peers: () => this.#peers() }) };
  }

  #noted(relay: Relay): Relay {
    return {
      ...relay,
      blobs: {
        ...relay.blobs,
        create: (...wanted) => {
          this.created += 1;
          return relay.blobs.create(...wanted);
        },
        append: (...wanted) => {
          this.appended += 1;
          return relay.blobs.append(...wanted);
        },
      },
    };
  }

  #peers(): Peers {
    const device = this.#network?.device();
    if (device === undefined) throw new Error("no network");
    return {
      openChannel: (options, events) => {
        this.routings.push(options.routing);
        const peer = device.openChannel(options, events);
        const send = peer.send.bind(peer);
        peer.send = (message) => this.#say(message).every((said) => send(said));
        return peer;
      },
      openCall: (...wanted) => device.openCall(...wanted),
    };
  }

  #say(message: Bytes): readonly Bytes[] {
    const frame = decodeFileFrame(message);
    if (!frame.ok) return [message];
    const said = this.saying === undefined ? frame.value : this.saying(frame.value);
    if ("want" in said) this.wants += 1;
    if (!("part" in said)) return [encodeFileFrame(said)];
    this.partBytes += said.part.length;
    return this.tamper === undefined ? [message] : this.tamper(said).map((part) => encodeFileFrame(part));
  }
}

/** Two friends who look at their conversation; a message went each way. */
export async function meet(
  wishes: {
    readonly ofBob?: Partial<Surroundings>;
    readonly network?: undefined;
    readonly fileBytes?: number;
    readonly hasTurn?: boolean;
  } = {},
) {
  const world = await World.create({
    ...(wishes.fileBytes !== undefined && { blobLimits: { fileBytes: wishes.fileBytes } }),
    ...(wishes.hasTurn && { turn: { urls: ["turn:turn.example:3478"], secret: "a secret of the relay and TURN" } }),
  });
  const network = new MemoryNetwork(world.clock);
  const [ofAlice, ofBob] = [1, 2].map(() => new Wires("network" in wishes ? undefined : network)) as [Wires, Wires];
  const alice = await world.person("Alice", ofAlice.wish);
  const bob = await world.person("Bob", { ...ofBob.wish, ...wishes.ofBob });
  await bob.add(await alice.card());
  await alice.client.accept(await alice.contact(bob));
  const contact = await bob.contact(alice);
  await bob.sees("Alice accepts", { view: "contact", contact }, (details) => details?.status === "accepted");
  const passing: World["clock"]["passing"] = (action) => world.clock.passing(action);
  await bob.say(alice, "hi");
  await alice.hears(bob, "hi");
  return {
    world,
    network,
    alice,
    bob,
    ofAlice,
    ofBob,
    passing,
    [Symbol.asyncDispose]: () => world[Symbol.asyncDispose](),
  };
}

/** A file of Alice's that Bob has begun to fetch; some of it is through. Answers it as Alice sees it. */
export async function startOf(met: Awaited<ReturnType<typeof meet>>, name: string, bytes: Bytes): Promise<FileView> {
  const { alice, bob, ofAlice, passing } = met;
  await alice.sendFile(bob, name, bytes);
  const { shelf } = await passing(() => bob.file(alice, name));
  await bob.client.startFile(shelf);
  await passing(() => until("some of it is through", () => ofAlice.partBytes > 3 * MIB));
  return alice.file(bob, name);
}

/** Waits until so much time of the world has passed: somebody else moves it. */
export async function passes(world: World, ms: number): Promise<void> {
  const endMs = world.clock.nowMs() + ms;
  await until("time passes", () => world.clock.nowMs() >= endMs);
}
