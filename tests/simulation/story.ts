import { rmSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import type { Bytes } from "@tacit/shared/bytes";
import { encode } from "@tacit/shared/codec";
import { PROTOCOL_VERSION } from "@tacit/shared/version";
import { decodeLinkFrame } from "@tacit/shared/wire/link-frames";
import { MemoryNetwork } from "@tacit/web/core/testing/memory-peers";
import { copyDisk } from "@tacit/web/core/testing/memory-store";
import { FakeClock } from "../scenarios/fake-clock.ts";
import type { Cast } from "./cast.ts";
import { Chance } from "./chance.ts";
import { Coverage } from "./coverage.ts";
import { act, happenTo } from "./deeds.ts";
import { disturb, isDisturbance, withForeignList } from "./disturbing.ts";
import { Ledger } from "./ledger.ts";
import { bytesDisk, fileDisk } from "./relay-disk.ts";
import { RelayHost } from "./relay-host.ts";
import { NAMES, type Name, Resident } from "./resident.ts";
import { type Frame, type Pipe, type Way, Wire } from "./wire.ts";

/**
 * One thing that happens, in words that mean the same when others before it are left out: "up Alice device" delivers
 * the oldest frame that Alice has sent on that plane, "kill" ends the relay's process, and so on; see `Story.apply`.
 */
export type Step = string;

/** More one-time prekeys than anybody here has left at the relay. */
const DRAINED = 6;
const LONGEST_TICK_MS = 60 * 60 * 1000;
/** Of which kind a step was, where that makes a difference. */
const KINDS: Readonly<Record<string, (said: readonly string[]) => string | undefined>> = {
  cut: ([, plane]) => plane,
  kill: ([how]) => how,
  replace: ([, how]) => how,
  jump: ([, ms]) => (Number(ms) > 0 ? "ahead" : "back"),
};

/** The clients and the relay of one simulation. Nothing happens in it but by `apply`. */
export class Story implements AsyncDisposable {
  readonly cast: Cast;
  readonly clock: FakeClock;
  readonly relay: RelayHost;
  readonly ledger: Ledger;
  readonly coverage = new Coverage();
  readonly residents: Readonly<Record<Name, Resident>>;
  /** Changes with every frame that arrives: two runs that agree on it were the same. */
  fingerprint = 0;
  readonly #deceived = new Set<Name>();
  readonly #chance: Chance;
  readonly #directory: string;

  private constructor(cast: Cast, seed: string, directory: string) {
    this.cast = cast;
    this.#directory = directory;
    this.clock = new FakeClock(cast.nowMs);
    this.ledger = new Ledger(cast.identities, cast.crypto.readHeader);
    this.#chance = new Chance(`${seed} story`);
    const isOnFiles = new Chance(`${seed} store`).isOneIn(3);
    this.coverage.note(isOnFiles ? "a relay on files" : "a relay in memory");
    const disk = isOnFiles ? fileDisk(directory, cast.database) : bytesDisk(cast.databaseBytes);
    this.relay = new RelayHost({ disk, clock: this.clock, seed, secrets: cast.secrets });
    const network = new MemoryNetwork(this.clock);
    const surroundings = {
      clock: this.clock,
      seed,
      makeKeys: (...asked: Parameters<typeof cast.crypto.makeKeys>) => {
        const keys = cast.crypto.makeKeys(...asked);
        return { ...keys, keyholder: this.ledger.listen(keys.keyholder) };
      },
      accept: (wire: Wire) => this.relay.accept(wire),
      onPost: (_from: Name, posts: Parameters<Ledger["post"]>[0]) => this.ledger.post(posts),
      direct: {
        device: () => network.device(),
        onOpen: () => this.coverage.note("a link opened"),
        onSend: (message: Bytes) => {
          const frame = decodeLinkFrame(message);
          if (frame.ok && "envelope" in frame.value) this.ledger.linked(frame.value.sealed);
        },
      },
      onFate: (fate: string) => {
        this.coverage.note(fate);
        this.coverage.note(fate.replace(" with the outbox", ""));
      },
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
    await story.relay.start();
    for (const name of NAMES) story.residents[name].open();
    await setImmediate();
    return story;
  }

  /** Lets one thing happen, and all that follows from it before anything else arrives. Answers whether it could. */
  async apply(step: Step): Promise<boolean> {
    const [verb = "", ...said] = step.split(" ");
    const isDone = await this.#apply(verb, said);
    if (!isDone) return false;
    this.coverage.note(verb);
    this.coverage.note(`${verb} ${KINDS[verb]?.(said) ?? ""}`);
    await setImmediate();
    return true;
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
      if (resident.direct?.isWaiting === true) found.add(`over ${name}`);
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
        if (this.relay.isCommitWaiting) this.coverage.note("killed before it had committed");
        this.relay.kill(said[0] === "lose");
        return true;
      case "start":
        if (this.relay.isUp) return false;
        await this.relay.start();
        return true;
      case "rob":
        this.relay.rob();
        return true;
      case "crowd":
      case "roomy":
        if (this.relay.isFull === (verb === "crowd")) return false;
        this.relay.isFull = verb === "crowd";
        return true;
      default:
        return isDisturbance(verb) ? disturb(this, this.#chance, verb, said) : this.#act(verb, said);
    }
  }

  /** The oldest connection that has so many frames waiting there. */
  pipe([way, name, plane]: readonly string[], least = 1): { readonly wire: Wire; readonly pipe: Pipe } | undefined {
    const { wires } = this.residents[name as Name];
    const wire = wires.find((one) => one.plane === plane && one[way as Way].waiting.length >= least);
    return wire && { wire, pipe: wire[way as Way] };
  }

  #deliver(way: Way, said: readonly string[]): boolean {
    const found = this.pipe([way, ...said]);
    if (found === undefined) return false;
    const [frame] = found.pipe.waiting;
    this.#pose(way, said, found.pipe);
    this.#note(`${way} ${said.join(" ")}`, frame);
    found.pipe.deliver();
    return true;
  }

  /** Mallory answers in the place of the relay, the next time that somebody asks it for keys. */
  #pose(way: Way, [name, plane]: readonly string[], { waiting }: Pipe): void {
    const [frame] = waiting;
    if (way !== "down" || plane !== "delivery" || !this.#deceived.has(name as Name) || frame === "end") return;
    const posed = frame && withForeignList(frame, this.cast.foreignList);
    if (posed === undefined) return;
    waiting[0] = posed;
    this.#deceived.delete(name as Name);
    this.coverage.note("a bundle with another key");
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
    const [name, other] = said as [Name, Name];
    const resident = this.residents[name];
    switch (verb) {
      case "drain":
        return this.#drain(name);
      case "pose":
        this.#deceived.add(name);
        return true;
      case "replace": {
        const isOn = resident.client !== undefined;
        // What was on its way out when the device was lost is lost with it, and so is who it had shut out.
        for (const to of NAMES) this.ledger.silenced.delete(`${name} ${to}`);
        resident.replace(said[1] === "lost");
        return isOn;
      }
      case "recover":
        return resident.recover(this.cast.secretsOf[name], () => this.coverage.note("somebody came back"));
    }
    return happenTo(resident, verb, said.slice(1)) ?? act(this, verb, [name, other]);
  }
}
