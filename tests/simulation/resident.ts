import { setImmediate } from "node:timers/promises";
import { noblePrimitives } from "@tacit/crypto/noble-primitives";
import type { RelayOrigin } from "@tacit/shared/ids";
import type { Post } from "@tacit/shared/wire/envelopes";
import { prover } from "@tacit/web/adapters/prover";
import { createClient, type LocalClient } from "@tacit/web/core/client";
import type { DeviceKey } from "@tacit/web/core/keyholder/outside";
import type { Clock } from "@tacit/web/core/ports/clock";
import type { Keyholder } from "@tacit/web/core/ports/keyholder";
import type { Passwords } from "@tacit/web/core/ports/passwords";
import { memoryDeviceKey } from "@tacit/web/core/testing/memory-device-key";
import { memoryShelf } from "@tacit/web/core/testing/memory-shelf";
import { type MemoryDisk, memoryDisk, memoryStore } from "@tacit/web/core/testing/memory-store";
import { plentyOfSpace } from "@tacit/web/core/testing/plenty-of-space";
import type { Query, ValueOf } from "@tacit/web/core/views";
import { Chance } from "./chance.ts";
import { clientEnd } from "./client-end.ts";
import { DirectEnd, type DirectEvents } from "./direct.ts";
import { Fate } from "./mortal-store.ts";
import { mortal } from "./relay-host.ts";
import { type Plane, Wire } from "./wire.ts";

export const NAMES = ["Alice", "Bob", "Carol"] as const;
export type Name = (typeof NAMES)[number];

const ORIGIN = "http://localhost:1" as RelayOrigin;
/** What somebody types in to come back. */
export type Secrets = { readonly password: string; readonly words: string };

/** So few that running out of them is an everyday matter. */
const PREKEYS = 4;

export type Keys = { readonly keyholder: Keyholder; readonly passwords: Passwords };
/** What a process of somebody has its keys from: the real ones or the stub, with what listens to them. */
export type KeyMaker = (name: Name, random: (length: number) => Uint8Array<ArrayBuffer>, deviceKey: DeviceKey) => Keys;

export type Surroundings = {
  readonly clock: Clock;
  readonly seed: string;
  readonly makeKeys: KeyMaker;
  /** The far end of a new wire. */
  readonly accept: (wire: Wire) => void;
  readonly onPost: (from: Name, posts: readonly Post[]) => void;
  /** Absent: everything goes through the relay. */
  readonly direct?: DirectEvents | undefined;
  /** Hears of each process that ended at a commit, and of each commit that was refused. */
  readonly onFate?: ((fate: string) => void) | undefined;
};

/** One process of a client: what it did ends with it, what it stored does not. */
type Process = {
  readonly fate: Fate;
  readonly direct: DirectEnd | undefined;
  readonly die: () => void;
  readonly keys: Keys;
  client: LocalClient | undefined;
  isComingBack: boolean;
};

/** A device, as long as nobody switches it on. */
export type Device = { readonly disk: MemoryDisk; readonly deviceKey: DeviceKey };

/** Somebody with a device: a real client on a disk, one process after the other, and sometimes one device after the other. */
export class Resident {
  readonly name: Name;
  /** The devices that others have taken the place of, the first one first. */
  readonly left: Device[] = [];
  #device: Device;
  /** Wires whose frames may still arrive somewhere, the oldest first. */
  wires: Wire[] = [];
  /** By how much this device's clock is wrong. */
  offsetMs = 0;
  /** Without a network: nothing goes out, nothing comes in. */
  isAway = false;
  deaths = 0;
  readonly #surroundings: Surroundings;
  #process: Process | undefined;
  /** The processes that another one has taken over from while they still ran. */
  readonly #ghosts: Process[] = [];
  #starts = 0;

  constructor(name: Name, disk: MemoryDisk, deviceKey: DeviceKey, surroundings: Surroundings) {
    this.name = name;
    this.#device = { disk, deviceKey };
    this.#surroundings = surroundings;
  }

  get device(): Device {
    return this.#device;
  }

  /** Absent while no process runs, or while it starts. */
  get client(): LocalClient | undefined {
    return this.#process?.client;
  }

  get keys(): Keys | undefined {
    return this.#process?.keys;
  }

  get fate(): Fate | undefined {
    return this.#process?.fate;
  }

  get isRunning(): boolean {
    return this.#process !== undefined;
  }

  /** Starts a process on what the disk holds. */
  open(): void {
    if (this.#process !== undefined) return;
    this.#starts += 1;
    const { clock, seed, makeKeys, onPost } = this.#surroundings;
    const life = mortal(clock);
    const wires = new Set<Wire>();
    const { disk, deviceKey } = this.#device;
    const fate = new Fate(this.#surroundings.onFate);
    const directEvents = this.#surroundings.direct;
    const direct = directEvents && new DirectEnd(directEvents);
    const die = () => {
      fate.isDead = true;
      life.die();
      direct?.die();
      for (const wire of wires) wire.loseClient();
    };
    const random = new Chance(`${seed} ${this.name} ${this.#starts}`).bytes;
    const keys = makeKeys(this.name, random, deviceKey);
    const ownClock: Clock = { nowMs: () => life.clock.nowMs() + this.offsetMs, after: life.clock.after };
    const process: Process = { fate, direct, die, keys, client: undefined, isComingBack: false };
    const dial = (plane: Plane) => {
      const wire = new Wire(plane);
      if (fate.isDead) return wire;
      wires.add(wire);
      this.wires.push(wire);
      if (this.isAway) wire.cut();
      else this.#surroundings.accept(wire);
      return wire;
    };
    const ports = {
      clock: ownClock,
      random,
      store: fate.bind(memoryStore(disk)),
      ...keys,
      ...(direct && { peers: direct.peers }),
      prover,
      relay: clientEnd({ origin: ORIGIN, clock: ownClock, dial, onPost: (posts) => onPost(this.name, posts) }),
      shelf: memoryShelf(),
      bulk: noblePrimitives,
      space: plentyOfSpace,
      deviceName: "a simulated device",
    };
    this.#process = process;
    createClient(ports, { oneTimePreKeys: PREKEYS }).then(
      (client) => {
        process.client = client;
      },
      () => {
        // It died while it started, or could not store.
        if (this.#process === process) this.crash();
      },
    );
  }

  /** The process is gone in this moment. */
  crash(): void {
    const process = this.#process;
    if (process === undefined) return;
    this.#process = undefined;
    this.deaths += 1;
    process.die();
  }

  /** Ends the process at one of its next commits. */
  dieAt(commits: number, isWritten: boolean): void {
    const process = this.#process;
    process?.fate.dieAt(commits, isWritten, () => {
      process.die();
      this.deaths += 1;
      if (this.#process === process) this.#process = undefined;
    });
  }

  /** Another tab takes over: the one before closes as it should, and nobody waits for it. */
  takeOver(): void {
    const process = this.#process;
    if (process?.client === undefined) return;
    this.#process = undefined;
    process.client.close().then(process.die, process.die);
    this.open();
  }

  /** Another tab takes over from one that was frozen and lost its lock, and that goes on as if nothing had happened. */
  haunt(): void {
    const process = this.#process;
    if (process?.client === undefined) return;
    this.#process = undefined;
    this.#ghosts.push(process);
    this.open();
  }

  /** The device is lost, or goes on in another's hands; an empty one is in its place, and `recover` makes it this person's. */
  replace(isLost: boolean): void {
    const process = this.#process;
    if (process?.client === undefined) return;
    this.#process = undefined;
    this.left.push(this.#device);
    if (isLost) process.die();
    else this.#ghosts.push(process);
    const random = new Chance(`${this.#surroundings.seed} ${this.name} device ${this.left.length}`).bytes;
    this.#device = { disk: memoryDisk(), deviceKey: memoryDeviceKey(random) };
    this.offsetMs = 0;
    this.open();
  }

  /** Comes back on an empty device, or signs in again. Answers whether that was to be done. */
  async recover({ password, words }: Secrets, onDone: () => void): Promise<boolean> {
    const process = this.#process;
    const phase = (await this.show({ view: "phase" }))?.phase;
    const { client } = process ?? {};
    if (process === undefined || client === undefined || process.isComingBack) return false;
    if (phase !== "empty" && phase !== "signed-out") return false;
    const login = this.name.toLowerCase();
    const over = () => {
      process.isComingBack = false;
    };
    process.isComingBack = true;
    const isBack = ({ ok }: { readonly ok: boolean }) => {
      over();
      if (ok) onDone();
    };
    if (phase === "empty") client.recover({ login, password, words, keep: true }).then(isBack, over);
    else client.signIn(login, password).then(over, over);
    return true;
  }

  get direct(): DirectEnd | undefined {
    return this.#process?.direct;
  }

  get hasGhosts(): boolean {
    return this.#ghosts.length > 0;
  }

  exorcise(): void {
    for (const ghost of this.#ghosts.splice(0)) ghost.die();
  }

  /** The network of this device is gone, or there again. */
  setAway(isAway: boolean): void {
    this.isAway = isAway;
    if (isAway) for (const wire of this.wires) wire.cut();
    if (isAway) this.direct?.part();
    else this.direct?.mend();
  }

  /** What a view shows now; `undefined` where no process answers, or its device cannot read. */
  async show<Q extends Query>(query: Q): Promise<ValueOf<Q> | undefined> {
    const { client } = this;
    if (client === undefined) return undefined;
    const { promise, resolve } = Promise.withResolvers<ValueOf<Q>>();
    const stop = client.watch(query, resolve);
    const shown = await Promise.race([promise, setImmediate(undefined)]);
    stop();
    return shown;
  }

  forgetSilentWires(): void {
    this.wires = this.wires.filter((wire) => !wire.isOver);
  }
}
