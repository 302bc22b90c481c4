import { setTimeout as pause } from "node:timers/promises";
import type { Bytes } from "@tacit/shared/bytes";
import type { ContactId } from "@tacit/web/core/views";
import type { Person } from "../scenarios/person.ts";
import type { Chance } from "../simulation/chance.ts";
import { tried } from "./tried.ts";

export type TalkLedger = {
  readonly messages: number;
  readonly files: number;
  readonly lost: number;
  readonly doubled: number;
  readonly outOfOrder: number;
  /** Named by a message that came, and not whole where it should be. */
  readonly filesMissing: number;
};

type Side = {
  readonly person: Person;
  readonly contact: ContactId;
  readonly other: Person;
  /** What this side said, in order; files by the caption that is their name. */
  readonly said: string[];
  readonly files: string[];
  /** So many turns of the talk it stays away; 0: it is here. */
  turnsAway: number;
};

export type Doing = "text" | "typing" | "leave" | "file" | "sign-in" | "look" | "card";
/** How often each is done, in a thousand turns. */
const SHARES: readonly (readonly [Doing, number])[] = [
  ["text", 850],
  ["typing", 80],
  ["leave", 25],
  ["look", 20],
  ["file", 12],
  ["card", 8],
  ["sign-in", 5],
];
const LONGEST_ABSENCE_TURNS = 60;
const MAX_FILE_BYTES = 400_000;
const PATIENCE_MS = 180_000;
const POLL_MS = 500;

/** Two people in touch, who talk, come and go, and keep count. */
export class Talk {
  readonly #sides: readonly [Side, Side];
  readonly #chance: Chance;
  #isLooking = false;
  #said = 0;

  private constructor(sides: readonly [Side, Side], chance: Chance) {
    this.#sides = sides;
    this.#chance = chance;
  }

  /** The first comes by a card of the second's. */
  static async meet(guest: Person, host: Person, card: string, chance: Chance): Promise<Talk> {
    const theirs = await guest.add(card);
    const ours = await host.contact(guest);
    await host.client.accept(ours);
    await guest.sees("acceptance", { view: "contact", contact: theirs }, (shown) => shown?.status === "accepted");
    const side = (person: Person, contact: ContactId, other: Person): Side => {
      return { person, contact, other, said: [], files: [], turnsAway: 0 };
    };
    return new Talk([side(guest, theirs, host), side(host, ours, guest)], chance);
  }

  get messages(): number {
    return this.#sides.reduce((sum, { said }) => sum + said.length, 0);
  }

  /** One of them does something, or comes back. Answers what it was. */
  async turn(): Promise<Doing> {
    for (const side of this.#sides) {
      if (side.turnsAway > 0 && --side.turnsAway === 0) await this.#comeBack(side);
    }
    const here = this.#sides.filter(({ turnsAway }) => turnsAway === 0);
    const side = here.length === 0 ? this.#sides[0] : this.#chance.pick(here);
    if (here.length === 0) await this.#comeBack(side);
    const doing = this.#draw();
    await this.#do(doing, side);
    return doing;
  }

  /** Both come back, and everything has time to arrive. */
  async settle(): Promise<TalkLedger> {
    for (const side of this.#sides) if (side.turnsAway > 0) await this.#comeBack(side);
    let [lost, doubled, outOfOrder, files, filesMissing] = [0, 0, 0, 0, 0];
    const endMs = performance.now() + PATIENCE_MS;
    for (const side of this.#sides) {
      const { said, other } = side;
      const { texts, whole } = await this.#heard(side, endMs);
      const shown = new Set(texts);
      lost += said.filter((text) => !shown.has(text)).length;
      doubled += texts.length - shown.size;
      files += side.files.length;
      filesMissing += side.files.filter((name) => !whole.has(name)).length;
      // A file takes its time, and is overtaken by what is said meanwhile.
      const quick = (all: readonly string[]) => all.filter((text) => !side.files.includes(text)).join();
      if (quick(texts) !== quick(said.filter((text) => shown.has(text)))) outOfOrder += 1;
      if (lost + doubled + outOfOrder + filesMissing > 0) console.error(`${side.person.name} to ${other.name}: amiss`);
    }
    return { messages: this.messages, files, lost, doubled, outOfOrder, filesMissing };
  }

  #draw(): Doing {
    let left = this.#chance.below(SHARES.reduce((sum, [, share]) => sum + share, 0));
    for (const [doing, share] of SHARES) {
      if (left < share) return doing;
      left -= share;
    }
    return "text";
  }

  async #do(doing: Doing, side: Side): Promise<void> {
    const { person, contact, said } = side;
    const text = `${this.#said++} from ${person.name}`;
    switch (doing) {
      case "text": {
        await person.client.sendText(contact, text);
        said.push(text);
        return;
      }
      case "typing":
        await person.client.setTyping(contact, true);
        return;
      case "leave":
        side.turnsAway = 1 + this.#chance.below(LONGEST_ABSENCE_TURNS);
        this.#isLooking = false;
        await person.quit();
        return;
      case "file":
        await person.sendFile(side.other, text, this.#file(), text);
        said.push(text);
        side.files.push(text);
        return;
      case "sign-in": {
        await person.client.signOut();
        await tried(`${person.name} signs in`, () => person.client.signIn(person.name.toLowerCase(), person.password));
        return;
      }
      case "look":
        // With both looking at the conversation, what follows goes directly.
        this.#isLooking = !this.#isLooking;
        for (const each of this.#sides.filter(({ turnsAway }) => turnsAway === 0)) {
          if (this.#isLooking) await each.person.client.openConversation(each.contact);
          else await each.person.client.closeConversation(each.contact);
        }
        return;
      case "card": {
        const { id } = await person.client.createCard({ label: "for a while", isOnce: true });
        await person.client.revokeCard(id);
        return;
      }
      default:
        return doing satisfies never;
    }
  }

  async #comeBack(side: Side): Promise<void> {
    side.turnsAway = 0;
    await side.person.open();
  }

  #file(): Bytes {
    return this.#chance.bytes(1 + this.#chance.below(MAX_FILE_BYTES));
  }

  /** What the other shows of what this side said, once all of it is there, or at `endMs`. */
  async #heard({ other, said, files }: Side, endMs: number) {
    const contact = this.#sides.find(({ person }) => person === other)?.contact;
    if (contact === undefined) throw new Error("unreachable");
    for (;;) {
      const { rows } = await other.show({ view: "messages", contact, limit: 1_000_000 });
      const theirs = rows.flatMap((row) => (row.kind === "text" && !row.isMine ? [row] : []));
      const texts = theirs.map(({ text }) => text);
      const shown = new Set(texts);
      const whole = new Set(theirs.flatMap(({ text, file }) => (file?.progress.state === "here" ? [text] : [])));
      const isAll = said.every((text) => shown.has(text)) && files.every((name) => whole.has(name));
      if (isAll || performance.now() >= endMs) return { texts, whole };
      await pause(POLL_MS);
    }
  }
}
