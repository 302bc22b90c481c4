import { rmSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { decode, encode } from "@tacit/shared/codec";
import { MAX_HTTP_BODY_BYTES } from "@tacit/shared/limits";
import { PROTOCOL_VERSION } from "@tacit/shared/version";
import { copyDisk } from "@tacit/web/core/testing/memory-store";
import { FakeClock } from "../scenarios/fake-clock.ts";
import type { Cast } from "./cast.ts";
import { Chance } from "./chance.ts";
import { Ledger } from "./ledger.ts";
import { RelayHost } from "./relay-host.ts";
import { NAMES, type Name, Resident } from "./resident.ts";
import { type Frame, type Pipe, type Plane, type Way, Wire } from "./wire.ts";

/**
 * One thing that happens, in words that mean the same when others before it are left out: "up Alice device" delivers
 * the oldest frame that Alice has sent on that plane, "kill" ends the relay's process, and so on; see `Story.apply`.
 */
export type Step = string;

/** More one-time prekeys than anybody here has left at the relay. */
const DRAINED = 6;
const LONGEST_TICK_MS = 60 * 60 * 1000;

/** The clients and the relay of one simulation. Nothing happens in it but by `apply`. */
export class Story implements AsyncDisposable {
  readonly cast: Cast;
  readonly clock: FakeClock;
  readonly relay: RelayHost;
  readonly ledger: Ledger;
  readonly residents: Readonly<Record<Name, Resident>>;
  /** Changes with every frame that arrives: two runs that agree on it were the same. */
  fingerprint = 0;
  readonly #chance: Chance;
  readonly #directory: string;

  private constructor(cast: Cast, seed: string, directory: string) {
    this.cast = cast;
    this.#directory = directory;
    this.clock = new FakeClock(cast.nowMs);
    this.ledger = new Ledger(cast.identities, cast.crypto.readHeader);
    this.#chance = new Chance(`${seed} story`);
    this.relay = new RelayHost({ directory, clock: this.clock, seed, secrets: cast.secrets });
    const surroundings = {
      clock: this.clock,
      seed,
      makeKeys: (...asked: Parameters<typeof cast.crypto.makeKeys>) => {
        const keys = cast.crypto.makeKeys(...asked);
        return { ...keys, keyholder: this.ledger.listen(keys.keyholder) };
      },
      accept: (wire: Wire) => this.relay.accept(wire),
      onPost: (_from: Name, posts: Parameters<Ledger["post"]>[0]) => this.ledger.post(posts),
    };
    const live = (name: Name) => {
      const { disk, deviceKey } = cast.devices[name];
      return new Resident(name, copyDisk(disk), deviceKey, surroundings);
    };
    this.residents = { Alice: live("Alice"), Bob: live("Bob"), Carol: live("Carol") };
  }

  /** Everybody's device is on and the relay is up; nothing has been said yet. `directory` is the relay's, and empty. */
  static async begin(cast: Cast, seed: string, directory: string): Promise<Story> {
    const story = new Story(cast, seed, directory);
    await story.relay.start(cast.database);
    for (const name of NAMES) story.residents[name].open();
    await setImmediate();
    return story;
  }

  /** Lets one thing happen, and all that follows from it before anything else arrives. Answers whether it could. */
  async apply(step: Step): Promise<boolean> {
    const [verb = "", ...said] = step.split(" ");
    const isDone = await this.#apply(verb, said);
    if (isDone) await setImmediate();
    return isDone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const name of NAMES) {
      this.residents[name].exorcise();
      this.residents[name].crash();
    }
    await this.relay.close();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** The pipes in which something waits, by what a step calls them. */
  waiting(): readonly Step[] {
    const found = new Set<Step>();
    for (const name of NAMES) {
      const resident = this.residents[name];
      resident.forgetSilentWires();
      for (const { plane, up, down } of resident.wires) {
        if (up.waiting.length > 0) found.add(`up ${name} ${plane}`);
        if (down.waiting.length > 0) found.add(`down ${name} ${plane}`);
      }
    }
    return [...found];
  }

  contactOf(from: Name, to: Name): string {
    return this.cast.contacts[from]?.[to] as string;
  }

  async #apply(verb: string, said: readonly string[]): Promise<boolean> {
    switch (verb) {
      case "up":
      case "down":
        return this.#deliver(verb, said);
      case "commit": {
        const isWaiting = this.relay.isCommitWaiting;
        this.relay.commit();
        return isWaiting;
      }
      case "tick":
        return this.#tick();
      case "pass":
        this.clock.advance(Number(said[0]));
        return true;
      case "sleep":
        this.clock.sleep(Number(said[0]));
        return true;
      case "kill":
        if (!this.relay.isUp) return false;
        this.relay.kill(said[0] === "lose");
        return true;
      case "start":
        if (this.relay.isUp) return false;
        await this.relay.start();
        return true;
      case "rob":
        this.relay.rob();
        return true;
      case "lose":
      case "twice":
      case "swap":
      case "spoil":
      case "pose":
        return this.#disturb(verb, said);
      default:
        return this.#act(verb, said);
    }
  }

  #pipe([way, name, plane]: readonly string[], least = 1): { readonly wire: Wire; readonly pipe: Pipe } | undefined {
    const { wires } = this.residents[name as Name];
    const wire = wires.find((one) => one.plane === plane && one[way as Way].waiting.length >= least);
    return wire && { wire, pipe: wire[way as Way] };
  }

  #deliver(way: Way, said: readonly string[]): boolean {
    const found = this.#pipe([way, ...said]);
    if (found === undefined) return false;
    const [frame] = found.pipe.waiting;
    this.#note(`${way} ${said.join(" ")}`, frame);
    found.pipe.deliver();
    return true;
  }

  #note(words: string, frame: Frame | undefined): void {
    const length = frame === undefined || frame === "end" ? 0 : frame.length;
    for (let at = 0; at < words.length; at++) {
      this.fingerprint = Math.imul(this.fingerprint ^ words.charCodeAt(at), 0x01000193);
    }
    this.fingerprint = Math.imul(this.fingerprint ^ length, 0x01000193);
  }

  #tick(): boolean {
    const ms = this.clock.msToNext();
    if (ms === undefined || ms > LONGEST_TICK_MS) return false;
    this.clock.advance(ms);
    return true;
  }

  #disturb(verb: "lose" | "twice" | "swap" | "spoil" | "pose", said: readonly string[]): boolean {
    const found = this.#pipe(verb === "pose" ? ["down", ...said, "delivery"] : said, verb === "swap" ? 2 : 1);
    const [first, second] = found?.pipe.waiting ?? [];
    if (found === undefined || first === undefined || first === "end") return false;
    const { waiting } = found.pipe;
    // Who one is was said once, before anything else; whoever could change that has the token.
    const isGreeting = said[0] === "up" && (found.wire.plane === "request" || !found.wire.up.hasDelivered);
    switch (verb) {
      case "lose":
        waiting.shift();
        return true;
      case "twice":
        if (isGreeting) return false;
        waiting.unshift(first);
        return true;
      case "swap":
        if (isGreeting || second === undefined || second === "end") return false;
        waiting.splice(0, 2, second, first);
        return true;
      case "spoil": {
        if (isGreeting) return false;
        this.ledger.damage(first);
        const spoiled = first.slice();
        const at = this.#chance.below(spoiled.length);
        spoiled[at] = (spoiled[at] as number) ^ (1 << this.#chance.below(8));
        waiting[0] = spoiled;
        return true;
      }
      case "pose": {
        const posed = this.#withForeignList(first);
        if (posed !== undefined) waiting[0] = posed;
        return posed !== undefined;
      }
    }
  }

  /** A bundle answer in which the device list is Mallory's. `undefined` for every other frame. */
  #withForeignList(frame: Exclude<Frame, "end">): Frame | undefined {
    const decoded = decode(frame, MAX_HTTP_BODY_BYTES);
    if (!decoded.ok || !Array.isArray(decoded.value)) return undefined;
    const [event, asked, answer] = decoded.value as [unknown, unknown, { readonly bundle?: unknown } | undefined];
    if (event !== "answer" || !(answer?.bundle instanceof Uint8Array)) return undefined;
    const bundle = decode(answer.bundle, MAX_HTTP_BODY_BYTES);
    if (!bundle.ok) return undefined;
    const posed = encode({ ...(bundle.value as object), list: this.cast.foreignList });
    return encode([event, asked, { ...answer, bundle: posed }]);
  }

  /** Somebody who may write to a person takes their one-time prekeys, as fast as the relay hands them out. */
  #drain(name: Name): boolean {
    const key = this.ledger.keyTo(this.cast.accounts[name]);
    if (key === undefined || !this.relay.isUp) return false;
    const wire = new Wire("delivery");
    this.relay.accept(wire);
    wire.tell(encode({ protocol: PROTOCOL_VERSION }));
    for (let asked = 0; asked < DRAINED; asked++) {
      wire.tell(encode(["bundle", { key, nonce: this.#chance.bytes(16) }, asked]));
    }
    while (wire.up.waiting.length > 0) wire.up.deliver();
    return true;
  }

  async #act(verb: string, said: readonly string[]): Promise<boolean> {
    const [name, other] = said as [Name, Name | undefined];
    const resident = this.residents[name];
    const { client } = resident;
    switch (verb) {
      case "open":
        if (resident.isRunning) return false;
        resident.open();
        return true;
      case "crash":
        if (!resident.isRunning) return false;
        resident.crash();
        return true;
      case "die":
        if (!resident.isRunning) return false;
        resident.dieAt(Number(said[2]), said[1] === "after");
        return true;
      case "full":
        if (resident.fate === undefined) return false;
        resident.fate.refusals = Number(said[1]);
        return true;
      case "takeover":
        resident.takeOver();
        return client !== undefined;
      case "haunt":
        resident.haunt();
        return client !== undefined;
      case "drain":
        return this.#drain(name);
      case "exorcise":
        resident.exorcise();
        return true;
      case "cut": {
        const open = resident.wires.filter(({ plane, isOver }) => plane === (said[1] as Plane) && !isOver);
        for (const wire of open) wire.cut();
        return open.length > 0;
      }
      case "away":
        resident.setAway(true);
        return true;
      case "back":
        if (!resident.isAway) return false;
        resident.setAway(false);
        return true;
      case "jump":
        resident.offsetMs += Number(said[1]);
        return true;
    }
    if (client === undefined || other === undefined) return false;
    if (verb === "rename") {
      client.rename(`${name} ${other}`).catch(() => undefined);
      return true;
    }
    const contact = this.contactOf(name, other);
    switch (verb) {
      case "say": {
        const order = this.ledger.written.size;
        const text = `${name} to ${other} ${order} kanari`;
        const written = { from: name, to: other, order, isCertain: false };
        this.ledger.write(text, written);
        client.sendText(contact, text).then(
          () => {
            written.isCertain = true;
          },
          () => undefined,
        );
        return true;
      }
      case "type":
        client.setTyping(contact, true).catch(() => undefined);
        return true;
      case "read":
        client.openConversation(contact).catch(() => undefined);
        return true;
      case "leave":
        client.closeConversation(contact).catch(() => undefined);
        return true;
      case "look": {
        const page = await resident.show({ view: "messages", contact, limit: 1_000 });
        if (this.relay.hasSender(this.cast.identities)) this.ledger.violations.push("the relay's store has a sender");
        for (const row of page?.rows ?? []) {
          if (row.kind === "text" && row.isMine && row.mark !== "waiting") this.ledger.seenSent.add(row.text);
        }
        return true;
      }
      default:
        throw new RangeError(`nobody knows how to "${verb}"`);
    }
  }
}
