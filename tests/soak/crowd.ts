import { setTimeout as pause } from "node:timers/promises";
import type { RelayOrigin } from "@tacit/shared/ids";
import { MemoryNetwork } from "@tacit/web/core/testing/memory-peers";
import { FakeClock } from "../scenarios/fake-clock.ts";
import { Person } from "../scenarios/person.ts";
import { Chance } from "../simulation/chance.ts";
import { Talk, type TalkLedger } from "./talk.ts";
import { tried } from "./tried.ts";

export type CrowdWishes = {
  readonly origin: RelayOrigin;
  readonly seed: string;
  /** Of everybody together. */
  readonly turnsPerSecond: number;
  /** How long a guest stays, before it deletes its account and another comes. */
  readonly guestMs: number;
};

export type CrowdLedger = TalkLedger & {
  readonly clients: number;
  readonly accounts: number;
  /** What was done, by what it was. */
  readonly done: Readonly<Record<string, number>>;
  readonly troubles: number;
};

type Seat = { readonly host: Person; guest: Person; talk: Talk; leavesAtMs: number };

const STEADY = 5;
const SEATS = 5;
const CLIENTS = 2 * (STEADY + SEATS);
const TICK_MS = 50;
const EMPTY = { messages: 0, files: 0, lost: 0, doubled: 0, outOfOrder: 0, filesMissing: 0 };

/**
 * Twenty people of one process at a real relay: five pairs that stay, and five hosts with guests who come by a card, talk
 * for a while, delete their account and are followed by others. The clients' time is the machine's.
 */
export class Crowd {
  readonly #wishes: CrowdWishes;
  readonly #chance: Chance;
  readonly #clock = new FakeClock(Date.now());
  readonly #network = new MemoryNetwork(this.#clock);
  readonly #steady: Talk[] = [];
  readonly #seats: Seat[] = [];
  readonly #people = new Set<Person>();
  readonly #busy = new Map<Talk, Promise<void>>();
  readonly #done = new Map<string, number>();
  readonly #moving: NodeJS.Timeout;
  /** Of talks that are over. */
  #over: TalkLedger = EMPTY;
  #accounts = 0;
  #troubles = 0;
  #isEnding = false;

  constructor(wishes: CrowdWishes) {
    this.#wishes = wishes;
    this.#chance = new Chance(wishes.seed);
    let lastMs = performance.now();
    this.#moving = setInterval(() => {
      const nowMs = performance.now();
      const passed = Math.floor(nowMs - lastMs);
      lastMs += passed;
      this.#clock.advance(passed);
    }, TICK_MS);
  }

  /** Resolves when everybody is there and has accepted whom they talk with. */
  async gather(): Promise<void> {
    for (let n = 0; n < STEADY; n++) {
      const [one, other] = [await this.#join("Steady"), await this.#join("Steady")];
      this.#steady.push(await Talk.meet(one, other, await other.card(), this.#chance));
    }
    const { guestMs } = this.#wishes;
    for (let n = 0; n < SEATS; n++) {
      const host = await this.#join("Host");
      const guest = await this.#join("Guest");
      const talk = await Talk.meet(guest, host, await host.card(), this.#chance);
      // They do not all leave together.
      this.#seats.push({ host, guest, talk, leavesAtMs: performance.now() + (guestMs * (n + 1)) / SEATS });
    }
  }

  /** Resolves when `end` is called and all that was begun is done. */
  async talk(): Promise<void> {
    while (!this.#isEnding) {
      const talks = [...this.#steady, ...this.#seats.map(({ talk }) => talk)];
      const talk = this.#chance.pick(talks);
      const seat = this.#seats.find((each) => each.talk === talk);
      if (!this.#busy.has(talk)) {
        const isOver = seat !== undefined && performance.now() >= seat.leavesAtMs;
        if (isOver) this.#begin(talk, () => this.#replaceOrClose(seat));
        else this.#begin(talk, () => this.#turn(talk));
      }
      await pause(1_000 / this.#wishes.turnsPerSecond);
    }
    await Promise.all(this.#busy.values());
  }

  get figures() {
    const talks = [...this.#steady, ...this.#seats.map(({ talk }) => talk)];
    const kept = talks.reduce((sum, { messages }) => sum + messages, 0);
    return { messages: this.#over.messages + kept, accounts: this.#accounts, troubles: this.#troubles };
  }

  /** Everybody comes home, everything arrives, and what was said is held against what is shown. */
  async end(talking: Promise<void>): Promise<CrowdLedger> {
    this.#isEnding = true;
    await talking;
    for (const talk of [...this.#steady, ...this.#seats.map((seat) => seat.talk)]) {
      this.#begin(talk, async () => this.#count(await talk.settle()));
      await this.#busy.get(talk);
    }
    for (const person of this.#people) await person.quit();
    clearInterval(this.#moving);
    const done = Object.fromEntries([...this.#done].sort());
    return { clients: CLIENTS, accounts: this.#accounts, ...this.#over, done, troubles: this.#troubles };
  }

  #begin(talk: Talk, task: () => Promise<void>): void {
    const trouble = (failure: unknown) => {
      this.#troubles += 1;
      console.error(failure);
    };
    this.#busy.set(
      talk,
      task()
        .catch(trouble)
        .finally(() => this.#busy.delete(talk)),
    );
  }

  async #turn(talk: Talk): Promise<void> {
    const doing = await talk.turn();
    this.#done.set(doing, (this.#done.get(doing) ?? 0) + 1);
  }

  /** A seat on which that goes wrong stays empty: what was said there is not counted twice. */
  async #replaceOrClose(seat: Seat): Promise<void> {
    try {
      await this.#replace(seat);
    } catch (failure) {
      this.#seats.splice(this.#seats.indexOf(seat), 1);
      throw failure;
    }
  }

  async #replace(seat: Seat): Promise<void> {
    seat.leavesAtMs = performance.now() + this.#wishes.guestMs;
    this.#count(await seat.talk.settle());
    const { host, guest } = seat;
    await host.client.block(await host.contact(guest));
    await tried(`${guest.name} leaves`, () => guest.client.deleteAccount(guest.password));
    await guest.quit();
    this.#people.delete(guest);
    seat.guest = await this.#join("Guest");
    seat.talk = await Talk.meet(seat.guest, host, await host.card(), this.#chance);
  }

  async #join(name: string): Promise<Person> {
    this.#accounts += 1;
    const wishes = { clock: this.#clock, origin: this.#wishes.origin, network: this.#network };
    const person = await new Person(`${name}${this.#accounts}`, wishes).open();
    this.#people.add(person);
    const login = person.name.toLowerCase();
    await tried(`${person.name} joins`, () =>
      person.client.createAccount({ login, name: person.name, password: person.password, keep: true }),
    );
    return person;
  }

  #count(ledger: TalkLedger): void {
    const names = Object.keys(EMPTY) as (keyof TalkLedger)[];
    this.#over = Object.fromEntries(names.map((name) => [name, this.#over[name] + ledger[name]])) as TalkLedger;
  }
}
