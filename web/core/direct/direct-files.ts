import { type Bytes, equalBytes, toHex } from "@tacit/shared/bytes";
import { MINUTE_MS, SECOND_MS } from "@tacit/shared/limits";
import type { Body } from "@tacit/shared/wire/content";
import type { Device } from "@tacit/shared/wire/devices";
import { MAX_OFFERED } from "@tacit/shared/wire/file-frames";
import type { AttemptId } from "@tacit/shared/wire/signals";
import type { Core } from "../core.ts";
import type { Progress } from "../files/progress.ts";
import type { Contact } from "../kinds.ts";
import { mayBeDirect } from "../links/allowed.ts";
import { Tries } from "../links/tries.ts";
import type { LiveLane } from "../live.ts";
import type { Routing } from "../ports/peers.ts";
import type { TurnServers } from "../turn-servers.ts";
import type { ContactId } from "../views.ts";
import { TOPIC } from "../watching.ts";
import { FileLink } from "./file-link.ts";
import { Offered } from "./offered.ts";
import { had, missed, offeredHere, offeredTo, serve } from "./offers.ts";

const SIGNAL_PATIENCE_MS = 30 * SECOND_MS;
/** Who offers, and did not answer an older offer of ours, never got it. */
const CROSSING_MS = 10 * SECOND_MS;
const IDLE_MS = MINUTE_MS;
/** A device that begins anew, again and again, still gets its file. */
const MAX_ANSWERED_PER_MINUTE = 20;

type LinkBody = Extract<Body, { readonly type: "link" }>;

export type DirectEvents = {
  /** A file can be fetched now. */
  wake(shelf: string): void;
  /** All of it is with the contact. Resolves when nothing more of it moves. */
  stop(shelf: string): Promise<void>;
};

/**
 * Peer connections for files, beside those for envelopes, so that these stay quick. One is there while something is to
 * move; also with a contact who is never to learn an address of ours, through TURN then. docs/PROTOCOL.md §5.10.
 */
export class DirectFiles {
  readonly #core: Core;
  readonly #live: LiveLane;
  readonly #servers: TurnServers;
  readonly #progress: Progress;
  readonly #events: DirectEvents;
  readonly #links = new Map<string, FileLink>();
  readonly #begunMs = new Map<FileLink, number>();
  readonly #usedMs = new Map<FileLink, number>();
  readonly #tries = new Tries(MAX_ANSWERED_PER_MINUTE);
  readonly #offered: Offered;
  readonly #waiting = new Map<ContactId, Set<() => void>>();
  #cancelLooking: (() => void) | undefined;

  constructor(core: Core, live: LiveLane, servers: TurnServers, progress: Progress, events: DirectEvents) {
    this.#core = core;
    this.#live = live;
    this.#servers = servers;
    this.#progress = progress;
    this.#events = events;
    this.#offered = new Offered(core, {
      reach: (contact, withinMs) => this.reach(contact, withinMs),
      isOpen: (contact) => this.isOpen(contact),
      wake: (shelf) => events.wake(shelf),
    });
  }

  /** The mailbox is drained: signals may leave. */
  start(): void {
    this.#offered.start();
  }

  /** They are there now. */
  seen(contact: ContactId): void {
    this.#offered.seen(contact);
  }

  /** An open link to a device of the contact, made if need be; `undefined` where there is none in time, or may be none. */
  async reach(contactId: ContactId, withinMs: number): Promise<FileLink | undefined> {
    const core = this.#core;
    const untilMs = core.nowMs() + withinMs;
    const routing = routingTo(core, core.contact(contactId));
    if (routing === "relayed") await this.#servers.now();
    if (routing === undefined || !this.#isPossible(routing)) return undefined;
    if (this.#tries.isShunned(contactId, core.nowMs())) return undefined;
    for (const device of core.contact(contactId)?.list?.devices ?? []) {
      if (this.#links.has(nameOf(contactId, device))) continue;
      this.#open(contactId, device, "offerer", core.ports.random(16) as AttemptId, routing);
    }
    while (core.nowMs() < untilMs) {
      const links = this.#linksTo(contactId);
      const open = links.find((link) => link.isOpen);
      if (open !== undefined || links.length === 0) return open;
      await this.#change(contactId, untilMs - core.nowMs());
    }
    return undefined;
  }

  /** Tells of files that can be had here, where there is a link; they were offered, or go on after a pause. */
  offer(contactId: ContactId): void {
    const files = offeredTo(this.#core, contactId);
    for (const link of this.#linksTo(contactId)) tellOffers(link, files);
  }

  /** Tells the other end that one is not given any more, or not now. */
  refuse(contactId: ContactId, file: Bytes, why: "paused" | "withdrawn"): void {
    for (const link of this.#linksTo(contactId)) link.send({ cannot: file, why });
  }

  /** Takes what a device says of a link for files. */
  hear(contactId: ContactId, device: Device, { attempt, counter, step }: LinkBody): void {
    const core = this.#core;
    if (step.do !== "signal") return;
    const link = this.#links.get(nameOf(contactId, device));
    if (link !== undefined && equalBytes(link.attempt, attempt)) {
      link.hear(counter, step.signal);
      return;
    }
    const routing = routingTo(core, core.contact(contactId));
    if (step.signal.kind !== "offer" || routing === undefined || !this.#isPossible(routing)) return;
    // Of two offers that cross, the greater attempt goes on.
    if (link !== undefined && this.#isCrossing(link) && toHex(link.attempt) > toHex(attempt)) return;
    const nowMs = core.nowMs();
    if (this.#tries.isShunned(contactId, nowMs) || !this.#tries.mayAnswer(nameOf(contactId, device), nowMs)) return;
    // The new one takes its place first: whoever waits for the old one waits for this one now.
    this.#open(contactId, device, "answerer", attempt, routing)?.hear(counter, step.signal);
    link?.close();
  }

  /** Closes what is no longer allowed, or goes another way than it may. */
  review(): void {
    for (const link of [...this.#links.values()]) {
      const contact = this.#core.contact(link.contact);
      const isListed = contact?.list?.devices.some(
        ({ deviceId, registrationId }) => deviceId === link.device && registrationId === link.registrationId,
      );
      if (isListed !== true || routingTo(this.#core, contact) !== link.routing) link.close();
    }
  }

  networkChanged(): void {
    for (const link of this.#links.values()) link.restart();
  }

  stop(): void {
    this.#cancelLooking?.();
    this.#cancelLooking = undefined;
    for (const link of [...this.#links.values()]) link.close();
    this.#offered.stop();
  }

  isOpen(contactId: ContactId): boolean {
    return this.#linksTo(contactId).some((link) => link.isOpen);
  }

  #open(
    contact: ContactId,
    device: Device,
    role: FileLink["role"],
    attempt: AttemptId,
    routing: Routing,
  ): FileLink | undefined {
    const core = this.#core;
    const { clock, peers, shelf } = core.ports;
    if (peers === undefined) return undefined;
    const { deviceId, registrationId } = device;
    const name = nameOf(contact, device);
    const ownDevice = core.account.device.deviceId;
    const iceServers = this.#servers.heldFor(core.contact(contact)?.list?.devices.length ?? 1);
    const served = new Set<string>();
    const link: FileLink = new FileLink(
      peers,
      { contact, device: deviceId, registrationId, ownDevice, attempt, role, routing, iceServers, clock },
      {
        signal: (frame, signal) => {
          const body = { type: "link", ...frame, step: { do: "signal", signal, carries: "files" } } as const;
          const isWanted = () => this.#links.get(name) === link;
          void this.#live.post(contact, "live", body, { withinMs: SIGNAL_PATIENCE_MS, isWanted });
        },
        junk: () => this.#tries.backOff(contact, core.nowMs()),
        used: () => this.#usedMs.set(link, core.nowMs()),
        changed: () => this.#changed(contact),
        opened: () => tellOffers(link, offeredTo(core, contact)),
        ended: () => {
          this.#begunMs.delete(link);
          this.#usedMs.delete(link);
          for (const file of served) this.#progress.settle(file);
          if (this.#links.get(name) === link) this.#links.delete(name);
          this.#changed(contact);
          this.#offered.ended(contact);
        },
        offered: (files) => inBackground(offeredHere(core, contact, files, link, (file) => this.#events.wake(file))),
        had: (file) => inBackground(had(core, contact, file, (shelfName) => this.#events.stop(shelfName))),
        stopped: () => {
          for (const file of served) this.#progress.settle(file);
          served.clear();
        },
      },
      {
        find: (file) => serve(core, contact, file),
        read: (file, start, end) => shelf.read(file, start, end),
        moved: (file, bytes) => {
          served.add(file);
          this.#progress.moved(file, bytes, link.path === "relayed" ? "relayed" : "direct");
        },
        missed: (file) => missed(core, file).catch(() => undefined),
      },
    );
    this.#links.set(name, link);
    this.#begunMs.set(link, core.nowMs());
    this.#usedMs.set(link, core.nowMs());
    this.#look();
    return link;
  }

  #isPossible(routing: Routing): boolean {
    return this.#core.ports.peers !== undefined && (routing === "direct" || this.#servers.held().length > 0);
  }

  #isCrossing(link: FileLink): boolean {
    const begunMs = this.#begunMs.get(link) ?? 0;
    return !link.isOpen && link.role === "offerer" && this.#core.nowMs() - begunMs < CROSSING_MS;
  }

  #linksTo(contactId: ContactId): readonly FileLink[] {
    return [...this.#links.values()].filter((link) => link.contact === contactId);
  }

  #changed(contact: ContactId): void {
    this.#core.touch(TOPIC.messages(contact));
    for (const wake of this.#waiting.get(contact) ?? []) wake();
    this.#waiting.delete(contact);
  }

  /** Resolves with the next change of a link to the contact, or after a time. */
  #change(contact: ContactId, withinMs: number): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(contact) ?? new Set();
      this.#waiting.set(contact, waiting);
      const cancel = this.#core.ports.clock.after(withinMs, done);
      waiting.add(done);
      function done() {
        cancel();
        waiting.delete(done);
        resolve();
      }
    });
  }

  /** One that nobody uses is closed. */
  #look(): void {
    this.#cancelLooking ??= this.#core.ports.clock.after(IDLE_MS / 2, () => {
      this.#cancelLooking = undefined;
      const nowMs = this.#core.nowMs();
      for (const link of [...this.#links.values()]) {
        if (!link.isBusy && nowMs - (this.#usedMs.get(link) ?? 0) >= IDLE_MS) link.close();
      }
      if (this.#links.size > 0) this.#look();
    });
  }
}

/** How a link for files to a contact may go. `undefined`: not at all. */
function routingTo(core: Core, contact: Contact | undefined): Routing | undefined {
  if (contact?.status !== "accepted" || contact.hold !== undefined) return undefined;
  return mayBeDirect(core, contact) ? "direct" : "relayed";
}

function tellOffers(link: FileLink, files: readonly Bytes[]): void {
  for (let at = 0; at < files.length; at += MAX_OFFERED) link.send({ offer: files.slice(at, at + MAX_OFFERED) });
}

function nameOf(contact: ContactId, { deviceId }: Device): string {
  return `${contact} ${deviceId}`;
}

/** A device that cannot store has nothing to say; what is not done goes on with the next link. */
function inBackground(work: Promise<unknown>): void {
  work.catch(() => undefined);
}
