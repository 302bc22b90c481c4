import { equalBytes, toHex } from "@tacit/shared/bytes";
import type { DeviceId, EnvelopeId } from "@tacit/shared/ids";
import { MINUTE_MS, SECOND_MS } from "@tacit/shared/limits";
import { ok, type Result } from "@tacit/shared/result";
import type { Body } from "@tacit/shared/wire/content";
import type { Device } from "@tacit/shared/wire/devices";
import type { Envelope, Post } from "@tacit/shared/wire/envelopes";
import type { AttemptId } from "@tacit/shared/wire/signals";
import { Allowances } from "../allowances.ts";
import { byMailbox, type Carried, type Carrier } from "../carrying.ts";
import { getContact } from "../conversations.ts";
import type { Core } from "../core.ts";
import type { LiveLane } from "../live.ts";
import type { Via } from "../receive.ts";
import type { Received } from "../received.ts";
import type { TurnServers } from "../turn-servers.ts";
import type { ContactId } from "../views.ts";
import { TOPIC } from "../watching.ts";
import type { Work } from "../work.ts";
import { mayBeDirect } from "./allowed.ts";
import { Link } from "./link.ts";
import { Tries } from "./tries.ts";

const IDLE_MS = 2 * MINUTE_MS;
const LOOK_EVERY_MS = 30 * SECOND_MS;
const SIGNAL_PATIENCE_MS = 30 * SECOND_MS;
/** Who offers, and did not answer an older offer of ours, never got it. */
const CROSSING_MS = 10 * SECOND_MS;
const MAX_REMEMBERED = 2_048;
/** What contacts may say of links before it counts against them: a link takes about ten signals, a restart four. */
const SIGNALS = { each: { atOnce: 120, everyMs: SECOND_MS / 5 }, all: { atOnce: 480, everyMs: SECOND_MS / 20 } };

/** What a contact may have taken in past the relay, which counts what goes by it: more than any conversation has. */
export const LINKED_ENVELOPES = {
  each: { atOnce: 4_000, everyMs: 20 * SECOND_MS },
  // No contact uses them up for another.
  all: { atOnce: Number.POSITIVE_INFINITY, everyMs: 1 },
};

type LinkBody = Extract<Body, { readonly type: "link" }>;

export type LinksEvents = {
  take(envelope: Envelope, via: Via): Promise<void>;
  /** There is a new way to a contact, or one less. */
  changed(contact: ContactId): void;
};

/**
 * The links of this device. One is wanted while its conversation is on screen, or while messages go both ways; it is
 * never offered to, nor answered for, whoever may not learn an address of ours. docs/PROTOCOL.md §5.9.
 */
export class Links implements Carrier {
  readonly #core: Core;
  readonly #live: LiveLane;
  readonly #servers: TurnServers;
  readonly #events: LinksEvents;
  readonly #mailbox: Carrier;
  readonly #links = new Map<string, Link>();
  readonly #tries = new Tries();
  readonly #signals = new Allowances(SIGNALS);
  readonly #envelopes = new Allowances(LINKED_ENVELOPES);
  readonly #traffic = new Map<ContactId, { readonly sentMs?: number; readonly heardMs?: number }>();
  readonly #taken = new Set<string>();
  #isOnline = false;
  #cancelLooking: (() => void) | undefined;

  constructor(core: Core, live: LiveLane, servers: TurnServers, events: LinksEvents) {
    this.#core = core;
    this.#live = live;
    this.#servers = servers;
    this.#events = events;
    this.#mailbox = byMailbox(core.ports.relay);
  }

  /** The mailbox is drained: signals may leave. */
  start(): void {
    this.#isOnline = true;
    for (const contact of this.#core.opened.keys()) this.want(contact);
  }

  /** The relay is gone. Links stay: they need it only to open. */
  pause(): void {
    this.#isOnline = false;
  }

  /** The client goes quiet. */
  stop(): void {
    this.#isOnline = false;
    this.#cancelLooking?.();
    this.#cancelLooking = undefined;
    for (const link of [...this.#links.values()]) link.close();
  }

  networkChanged(): void {
    for (const link of this.#links.values()) link.restart();
  }

  /** Offers a link where one is wanted, allowed, and not there. */
  want(contactId: ContactId): void {
    const core = this.#core;
    const contact = core.contact(contactId);
    if (!this.#isOnline || !this.#isWanted(contactId) || !mayBeDirect(core, contact)) return;
    const missing =
      contact?.list?.devices.filter(({ deviceId }) => !this.#links.has(nameOf(contactId, deviceId))) ?? [];
    if (missing.length === 0 || !this.#tries.mayOffer(contactId, core.nowMs())) return;
    for (const device of missing) this.#open(contactId, device, "offerer", core.ports.random(16) as AttemptId);
  }

  /** A text of ours is queued. */
  sent(contactId: ContactId): void {
    this.#traffic.set(contactId, { ...this.#traffic.get(contactId), sentMs: this.#core.nowMs() });
    this.want(contactId);
  }

  /** Something of theirs came that they sent just now. */
  seen(contactId: ContactId, isText: boolean): void {
    if (isText) this.#traffic.set(contactId, { ...this.#traffic.get(contactId), heardMs: this.#core.nowMs() });
    this.#tries.seen(contactId);
    this.want(contactId);
  }

  /** Closes what is no longer allowed, or leads to a device that was replaced; offers what is allowed by now. */
  review(): void {
    for (const link of [...this.#links.values()]) {
      const contact = this.#core.contact(link.contact);
      const isListed = contact?.list?.devices.some(
        ({ deviceId, registrationId }) => deviceId === link.device && registrationId === link.registrationId,
      );
      if (isListed !== true || !mayBeDirect(this.#core, contact)) link.close();
    }
    for (const contact of this.#core.opened.keys()) this.want(contact);
  }

  /** An envelope was taken in from the mailbox. */
  taken(id: EnvelopeId): void {
    this.#remember(id);
    for (const link of this.#links.values()) link.taken(id);
  }

  /** Takes what a contact says of a link. It has an effect only once the ratchet step is committed. */
  async receive(work: Work, { contactId, device }: Received, body: LinkBody): Promise<void> {
    const core = this.#core;
    const contact = await getContact(work, contactId);
    const listed = contact.list?.devices.find(({ deviceId }) => deviceId === device);
    if (listed === undefined || body.from !== device || body.to !== core.account.device.deviceId) return;
    const isForFiles = body.step.do === "signal" && body.step.carries === "files";
    // A link for files may go through TURN alone: it has the same check of its own.
    if (contact.status !== "accepted" || (!isForFiles && !mayBeDirect(core, contact))) return;
    const allowance = this.#signals.take(contactId, core.nowMs());
    if (allowance === "theirs-used") work.afterwards(() => this.#shun(contactId));
    if (allowance !== "taken") return;
    if (isForFiles) {
      work.afterwards(() => core.onFileLink?.(contactId, listed, body));
      return;
    }
    work.afterwards(() => this.#hear(contactId, listed, body));
  }

  isLinked(contactId: ContactId): boolean {
    return this.show(contactId) !== undefined;
  }

  show(contactId: ContactId): "direct" | "relayed" | undefined {
    const paths = this.#linksTo(contactId).map((link) => link?.path);
    if (paths.length === 0 || paths.includes(undefined)) return undefined;
    return paths.includes("relayed") ? "relayed" : "direct";
  }

  /** Over the links where there is one to every device; what does not arrive, and all after it, by the mailbox. */
  async carry(contactId: ContactId, posts: readonly Post[]): Promise<Result<readonly Carried[], "unreachable">> {
    const path = this.show(contactId) === "direct" ? "direct" : "relay";
    const arrived = this.isLinked(contactId) ? await this.#carryByLinks(contactId, posts) : 0;
    const before = posts.slice(0, arrived).map((): Carried => ({ answer: { status: "ok" }, path }));
    const left = posts.slice(arrived);
    if (left.length === 0) return ok(before);
    const answers = await this.#mailbox.carry(contactId, left);
    if (!answers.ok) {
      return arrived === 0
        ? answers
        : ok([...before, ...left.map((): Carried => ({ answer: { status: "retry" }, path: "relay" }))]);
    }
    for (const [at, post] of left.entries()) {
      if (answers.value[at]?.answer.status === "ok" && post.lane === "durable") this.#stayBehind(contactId, post);
    }
    return ok([...before, ...answers.value]);
  }

  /** How many of them, from the first on, are with every device. */
  async #carryByLinks(contactId: ContactId, posts: readonly Post[]): Promise<number> {
    const devices = new Set(posts.flatMap(({ envelopes }) => envelopes.map(({ deviceId }) => deviceId)));
    const lane = posts[0]?.lane;
    const links = [...devices].map((device) => this.#links.get(nameOf(contactId, device)));
    if (lane === undefined || lane === "ring" || links.some((link) => link?.path === undefined)) return 0;
    const arrived = await Promise.all(
      links.map((link) => {
        const envelopes = posts.flatMap((post) => post.envelopes.filter(({ deviceId }) => deviceId === link?.device));
        return link?.carry(lane, envelopes) ?? [];
      }),
    );
    const firstMissing = posts.findIndex((_, at) => arrived.some((ofDevice) => ofDevice[at] !== true));
    return firstMissing < 0 ? posts.length : firstMissing;
  }

  #stayBehind(contactId: ContactId, { envelopes }: Post): void {
    for (const { deviceId, id } of envelopes) this.#links.get(nameOf(contactId, deviceId))?.stayBehind(id);
  }

  #hear(contactId: ContactId, device: Device, { attempt, counter, step }: LinkBody): void {
    const name = nameOf(contactId, device.deviceId);
    const link = this.#links.get(name);
    const isThis = link !== undefined && equalBytes(link.attempt, attempt);
    if (step.do === "end") {
      if (isThis) link.close();
      return;
    }
    if (isThis) {
      link.hear(counter, step.signal);
      return;
    }
    if (step.signal.kind !== "offer" || !this.#isOnline) return;
    // Of two offers that cross, the greater attempt goes on.
    if (link !== undefined && this.#isCrossing(link) && isGreater(link.attempt, attempt)) return;
    const nowMs = this.#core.nowMs();
    if (this.#tries.isShunned(contactId, nowMs) || !this.#tries.mayAnswer(name, nowMs)) return;
    link?.close();
    this.#open(contactId, device, "answerer", attempt)?.hear(counter, step.signal);
  }

  /** What they send is no use: their links close, and for a while there is none. */
  #shun(contactId: ContactId): void {
    this.#tries.backOff(contactId, this.#core.nowMs());
    for (const link of this.#linksTo(contactId)) link?.close();
  }

  #isCrossing(link: Link): boolean {
    return !link.isOpen && link.role === "offerer" && this.#core.nowMs() - link.usedMs < CROSSING_MS;
  }

  #open(contact: ContactId, device: Device, role: Link["role"], attempt: AttemptId): Link | undefined {
    const core = this.#core;
    const { clock, peers } = core.ports;
    if (peers === undefined) return undefined;
    const { deviceId, registrationId } = device;
    const name = nameOf(contact, deviceId);
    const ownDevice = core.account.device.deviceId;
    const iceServers = this.#servers.heldFor(core.contact(contact)?.list?.devices.length ?? 1);
    const link: Link = new Link(
      clock,
      peers,
      { contact, device: deviceId, registrationId, ownDevice, attempt, role, iceServers },
      {
        signal: (frame, signal) => {
          const body = { type: "link", ...frame, step: { do: "signal", signal } } as const;
          void this.#live.post(contact, "live", body, {
            withinMs: SIGNAL_PATIENCE_MS,
            isWanted: () => this.#links.get(name) === link,
          });
        },
        changed: () => {
          if (link.isOpen) this.#tries.opened(contact);
          this.#changed(contact);
        },
        ended: () => {
          if (this.#links.get(name) === link) this.#links.delete(name);
          this.#changed(contact);
        },
        take: async (envelope) => {
          if (this.#envelopes.take(contact, core.nowMs()) !== "taken") {
            this.#shun(contact);
            throw new Error("a link is not for so many envelopes");
          }
          const path = link.path === "direct" ? "direct" : "relay";
          await this.#events.take(envelope, { contact, device: deviceId, path });
          this.#remember(envelope.id);
        },
        junk: () => this.#shun(contact),
        hasTaken: (id) => this.#taken.has(toHex(id)),
      },
    );
    this.#links.set(name, link);
    this.#look();
    return link;
  }

  #changed(contact: ContactId): void {
    this.#core.touch(TOPIC.contact(contact));
    this.#events.changed(contact);
  }

  #isWanted(contactId: ContactId): boolean {
    if (this.#core.opened.has(contactId)) return true;
    const { sentMs, heardMs } = this.#traffic.get(contactId) ?? {};
    const isLate = (atMs: number | undefined) => atMs === undefined || this.#core.nowMs() - atMs > IDLE_MS;
    return !isLate(sentMs) && !isLate(heardMs);
  }

  /** One for each device of a contact, where there is one. */
  #linksTo(contactId: ContactId): readonly (Link | undefined)[] {
    const devices = this.#core.contact(contactId)?.list?.devices ?? [];
    return devices.map(({ deviceId }) => this.#links.get(nameOf(contactId, deviceId)));
  }

  #remember(id: EnvelopeId): void {
    this.#taken.add(toHex(id));
    const [oldest] = this.#taken;
    if (this.#taken.size > MAX_REMEMBERED && oldest !== undefined) this.#taken.delete(oldest);
  }

  #look(): void {
    if (this.#cancelLooking !== undefined) return;
    this.#cancelLooking = this.#core.ports.clock.after(LOOK_EVERY_MS, () => {
      this.#cancelLooking = undefined;
      const nowMs = this.#core.nowMs();
      for (const link of [...this.#links.values()]) {
        if (link.isOpen && nowMs - link.usedMs >= IDLE_MS && !this.#core.opened.has(link.contact)) link.close();
      }
      for (const contact of this.#core.opened.keys()) this.want(contact);
      if (this.#links.size > 0 || this.#core.opened.size > 0) this.#look();
    });
  }
}

function nameOf(contact: ContactId, device: DeviceId): string {
  return `${contact} ${device}`;
}

function isGreater(one: AttemptId, other: AttemptId): boolean {
  return toHex(one) > toHex(other);
}
