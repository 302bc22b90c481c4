import { setTimeout as pause } from "node:timers/promises";
import { DeliveryConnection, DeviceConnection } from "./connections.ts";
import { type Away, type Crowd, type Effort, type Idle, type Saturated, type Steady, spreadOf } from "./figures.ts";
import { Ledger } from "./ledger.ts";
import { type PreparedPost, preparePost } from "./packets.ts";
import type { Account } from "./people.ts";
import { beginCost, type Cost, costOf } from "./process-cost.ts";

export type Target = {
  readonly port: number;
  readonly pid: number;
  readonly accounts: readonly Account[];
  /** Above every one that these accounts have connected with. */
  readonly epoch: number;
  readonly effort: Effort;
};
type Closable = { close(): Promise<void> };

/** So many connect at the same time. */
const AT_ONCE = 50;
/** One address may have 2,000 connections. */
const PER_ADDRESS = 1_500;
const SETTLE_MS = 4_000;
const LONGEST_MS = 120_000;
/** The first accounts talk, those from here on are away. */
const FIRST_ABSENT = 100;

/** What the load generator does with a relay of ours, as ../../../../shared/tools/peers/gen.mjs does with others. */
export class Load {
  readonly #target: Target;
  readonly #ledger = new Ledger();
  #epoch: number;
  #opened = 0;

  constructor(target: Target) {
    this.#target = target;
    this.#epoch = target.epoch;
  }

  /** Devices that connect and say nothing. */
  async idle(): Promise<Idle> {
    const { pid, effort } = this.#target;
    const emptyMib = costOf(pid).mib;
    const crowds: Crowd[] = [];
    const all: DeviceConnection[] = [];
    for (const connections of effort.crowds) {
      const ended = beginCost(pid);
      const newcomers = this.#people(all.length, connections - all.length);
      all.push(...(await this.#devices(newcomers)));
      const logins = toRate(newcomers.length, ended());
      await pause(2 * SETTLE_MS);
      crowds.push({ connections, mib: costOf(pid).mib, logins });
    }
    await closeAll(all);
    return { emptyMib, crowds };
  }

  /** So many messages a second between connected people. */
  async steady(): Promise<Steady> {
    const { pid, effort } = this.#target;
    const { people, perSecond, steadySeconds } = effort;
    const pairs = await this.#pairs(people);
    const [delivery, acknowledgement]: [number[], number[]] = [[], []];
    this.#ledger.onDelivered = (_number, afterMs) => delivery.push(afterMs);
    this.#ledger.onAcknowledged = (_number, afterMs) => acknowledgement.push(afterMs);
    const ended = beginCost(pid);
    const startedMs = performance.now();
    for (let sent = 0; sent < perSecond * steadySeconds; await pause(1)) {
      const due = Math.min(perSecond * steadySeconds, ((performance.now() - startedMs) / 1_000) * perSecond);
      for (; sent < due; sent++) pairs.send((sent * 7_919) % people);
    }
    await pause(1_500);
    const { othersCpuPercent } = ended();
    await this.#end(pairs);
    return { delivery: spreadOf(delivery), acknowledgement: spreadOf(acknowledgement), othersCpuPercent };
  }

  /** As many messages as the relay takes: each that is done is followed by another of the same person. */
  async saturated(): Promise<Saturated> {
    const { pid, effort } = this.#target;
    const pairs = await this.#pairs(effort.people);
    let [done, isRunning] = [0, true];
    const first = this.#ledger.next;
    const senders = new Map<number, number>();
    const send = (person: number) => senders.set(pairs.send(person), person);
    this.#ledger.onDone = (number) => {
      const sender = senders.get(number) ?? 0;
      senders.delete(number);
      done++;
      if (isRunning) send(sender);
    };
    for (let i = 0; i < effort.window; i++) for (let person = 0; person < effort.people; person++) send(person);
    await pause(1_000 * effort.warmUpSeconds);
    const [before, ended] = [done, beginCost(pid)];
    await pause(1_000 * effort.saturatedSeconds);
    const rate = toRate(done - before, ended());
    isRunning = false;
    await pause(1_500);
    const unfinished = Math.max(senders.size, this.#ledger.undeliveredSince(first));
    await this.#end(pairs);
    return { ...rate, unfinished };
  }

  /** Messages to people who are away, and then all of these people at once. */
  async away(messages: number): Promise<Away> {
    const { effort } = this.#target;
    const absent = this.#people(FIRST_ABSENT, effort.absent);
    const posts = absent.map(preparePost);
    const senders = await this.#deliveries(effort.senders);
    const first = this.#ledger.next;
    const stored = await this.#measure(messages, (heard) => {
      let sent = 0;
      const owners = new Map<number, DeliveryConnection>();
      const send = (sender: DeliveryConnection) => {
        if (sent < messages) owners.set(sender.post(posts[sent++ % posts.length] as PreparedPost), sender);
      };
      this.#ledger.onAcknowledged = (number) => {
        const owner = owners.get(number);
        owners.delete(number);
        heard();
        if (owner !== undefined) send(owner);
      };
      for (let i = 0; i < effort.senderWindow; i++) for (const sender of senders) send(sender);
    });
    this.#ledger.forgetListeners();
    await closeAll(senders);
    await pause(1_000);

    const doubledBefore = this.#ledger.doubled;
    const recipients: Promise<readonly DeviceConnection[]>[] = [];
    const drained = await this.#measure(messages, (heard) => {
      this.#ledger.onDelivered = heard;
      recipients.push(this.#devices(absent, 20));
    });
    await pause(500);
    await closeAll((await Promise.all(recipients)).flat());
    await pause(500);
    // Whoever comes again finds nothing.
    const again = await this.#devices(absent, 20);
    await pause(1_000);
    await closeAll(again);
    this.#ledger.forgetListeners();
    const [lost, doubled] = [this.#ledger.undeliveredSince(first), this.#ledger.doubled - doubledBefore];
    return { messages, stored: toRate(messages, stored), drained: toRate(messages, drained), lost, doubled };
  }

  /** One message at a time to somebody who is away. */
  async alone(messages: number): Promise<void> {
    const [sender] = await this.#deliveries(1);
    const [absent] = this.#people(FIRST_ABSENT + this.#target.effort.absent, 1);
    if (sender === undefined || absent === undefined) throw new Error("nobody is there");
    const post = preparePost(absent);
    for (let i = 0; i < messages; i++) {
      const { promise, resolve } = Promise.withResolvers<void>();
      this.#ledger.onAcknowledged = () => resolve();
      sender.post(post);
      await promise;
    }
    this.#ledger.forgetListeners();
    await sender.close();
  }

  #people(from: number, count: number): readonly Account[] {
    const people = this.#target.accounts.slice(from, from + count);
    if (people.length < count) throw new Error("there are fewer accounts than the load needs");
    return people;
  }

  /** Everybody with a device and a sender's connection; `send` posts to the other one of the pair. */
  async #pairs(people: number): Promise<{ send(person: number): number; readonly all: readonly Closable[] }> {
    const accounts = this.#people(0, people);
    const posts = accounts.map(preparePost);
    const devices = await this.#devices(accounts);
    const senders = await this.#deliveries(people);
    await pause(500);
    return {
      all: [...devices, ...senders],
      send: (person) => (senders[person] as DeliveryConnection).post(posts[person ^ 1] as PreparedPost),
    };
  }

  async #end({ all }: { readonly all: readonly Closable[] }): Promise<void> {
    this.#ledger.forgetListeners();
    await closeAll(all);
    await pause(500);
  }

  #devices(accounts: readonly Account[], atOnce = AT_ONCE): Promise<readonly DeviceConnection[]> {
    return this.#open(
      accounts.map(
        ({ token }) =>
          () =>
            new DeviceConnection(this.#ledger, token, this.#epoch++),
      ),
      atOnce,
    );
  }

  #deliveries(count: number): Promise<readonly DeliveryConnection[]> {
    return this.#open(
      Array.from({ length: count }, () => () => new DeliveryConnection(this.#ledger)),
      AT_ONCE,
    );
  }

  async #open<Connection extends { open(port: number, from: string): Promise<void> }>(
    make: readonly (() => Connection)[],
    atOnce: number,
  ): Promise<readonly Connection[]> {
    const open: Connection[] = [];
    let next = 0;
    const openSome = async () => {
      while (next < make.length) {
        const connection = make[next++]?.() as Connection;
        const from = `127.0.0.${1 + (Math.floor(this.#opened++ / PER_ADDRESS) % 100)}`;
        open.push(connection);
        await connection.open(this.#target.port, from);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, openSome));
    return open;
  }

  /** Until `start`'s callback was called so often. */
  async #measure(times: number, start: (heard: () => void) => void): Promise<Cost> {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(() => reject(new Error("the relay did not finish")), LONGEST_MS);
    let left = times;
    const ended = beginCost(this.#target.pid);
    start(() => {
      left--;
      if (left === 0) resolve();
    });
    await promise;
    clearTimeout(timer);
    return ended();
  }
}

function toRate(count: number, { seconds, serverCpuSeconds, othersCpuPercent }: Cost) {
  return {
    perSecond: Math.round(count / seconds),
    perCpuSecond: Math.round(count / serverCpuSeconds),
    othersCpuPercent,
  };
}

async function closeAll(connections: readonly Closable[]): Promise<void> {
  await Promise.all(connections.map((connection) => connection.close()));
}
