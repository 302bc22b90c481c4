import { equalBytes, toHex } from "@tacit/shared/bytes";
import type { DeviceId, EnvelopeId } from "@tacit/shared/ids";
import { SECOND_MS } from "@tacit/shared/limits";
import { refused } from "@tacit/shared/result";
import type { Envelope, OutgoingEnvelope } from "@tacit/shared/wire/envelopes";
import { decodeLinkFrame, encodeLinkFrame, type LinkFrame, MAX_UNACKNOWLEDGED } from "@tacit/shared/wire/link-frames";
import type { AttemptId, PeerSignal, SignalFrame } from "@tacit/shared/wire/signals";
import { Bucket } from "../allowances.ts";
import type { Clock } from "../ports/clock.ts";
import type { ChannelPeer, IceServer, PeerPath, Peers } from "../ports/peers.ts";
import type { ContactId } from "../views.ts";

/** Without a `got` this long an envelope takes the mailbox. */
const ACKNOWLEDGE_MS = 5 * SECOND_MS;

/** A device that was away for long may have much to say; more than this is no conversation. */
const FRAMES = { atOnce: 8 * MAX_UNACKNOWLEDGED, everyMs: SECOND_MS / 200 };

export type LinkOptions = {
  readonly contact: ContactId;
  readonly device: DeviceId;
  readonly registrationId: number;
  readonly ownDevice: DeviceId;
  readonly attempt: AttemptId;
  readonly role: "offerer" | "answerer";
  readonly iceServers: readonly IceServer[];
};

export type LinkEvents = {
  /** For the other device, in this order. */
  signal(frame: SignalFrame, signal: PeerSignal): void;
  /** It opened, its path is another one, or it goes on after an envelope that took the mailbox. */
  changed(): void;
  ended(): void;
  /** They sent what no client sends, or far more than one would. */
  junk(): void;
  /** Resolves once the envelope is taken in durably. */
  take(envelope: Envelope): Promise<void>;
  /** Whether the envelope was taken in a short while ago, by whichever way. */
  hasTaken(id: EnvelopeId): boolean;
};

/**
 * A link to one device of a contact: first an attempt, then the way that envelopes take. An envelope counts as arrived
 * when the other end says that it is durable there. docs/PROTOCOL.md §5.9.
 */
export class Link {
  readonly contact: ContactId;
  readonly device: DeviceId;
  readonly registrationId: number;
  readonly attempt: AttemptId;
  readonly role: "offerer" | "answerer";
  readonly #clock: Clock;
  readonly #ownDevice: DeviceId;
  readonly #events: LinkEvents;
  readonly #peer: ChannelPeer;
  readonly #waiting = new Map<string, () => void>();
  /** Envelopes that the other end wants to hear of. */
  readonly #asked = new Map<string, EnvelopeId>();
  #isOpen = false;
  #isEnded = false;
  #path: PeerPath | undefined;
  #usedMs: number;
  #counter = 0;
  #heard = 0;
  /** Took the mailbox: until the other end has it, so does all that follows. */
  #behind: EnvelopeId | undefined;
  #taking: Promise<void> = Promise.resolve();
  #untaken = 0;
  readonly #frames = new Bucket(FRAMES);

  constructor(clock: Clock, peers: Peers, options: LinkOptions, events: LinkEvents) {
    this.contact = options.contact;
    this.device = options.device;
    this.registrationId = options.registrationId;
    this.attempt = options.attempt;
    this.role = options.role;
    this.#clock = clock;
    this.#ownDevice = options.ownDevice;
    this.#events = events;
    this.#usedMs = clock.nowMs();
    const { role, iceServers } = options;
    this.#peer = peers.openChannel(
      { role, iceServers, routing: "direct" },
      {
        signal: (signal) => this.#tell(signal),
        path: (path) => this.#setPath(path),
        open: () => this.#opened(),
        message: (message) => this.#read(message),
        writable: () => {},
        closed: () => this.#end(),
      },
    );
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  /** By which path envelopes go now: none while it opens or looks for a new one. */
  get path(): "direct" | "relayed" | undefined {
    return this.#isOpen && this.#path !== "reconnecting" ? this.#path : undefined;
  }

  get usedMs(): number {
    return this.#usedMs;
  }

  hear(counter: number, signal: PeerSignal): void {
    if (counter <= this.#heard) return;
    this.#heard = counter;
    this.#peer.signal(signal);
  }

  restart(): void {
    this.#peer.restart();
  }

  close(): void {
    this.#peer.close();
  }

  /** Resolves with whether the other end has each of them. At the latest after five seconds. */
  async carry(lane: "durable" | "live", envelopes: readonly OutgoingEnvelope[]): Promise<readonly boolean[]> {
    if (this.path === undefined || this.#behind !== undefined) return envelopes.map(() => false);
    this.#usedMs = this.#clock.nowMs();
    let isTaking = true;
    const arrivals = envelopes.map(({ id, sealed }) => {
      isTaking &&= this.#waiting.size < MAX_UNACKNOWLEDGED && this.#send({ envelope: id, lane, sealed });
      return isTaking ? this.#arrival(id) : Promise.resolve(false);
    });
    const arrived = await Promise.all(arrivals);
    if (arrived.includes(false)) this.#peer.restart();
    return arrived;
  }

  /** An envelope for this device is in its mailbox: what follows stays behind it. */
  stayBehind(id: EnvelopeId): void {
    this.#behind = id;
    if (this.#isOpen) this.#send({ after: id });
  }

  /** An envelope was taken in from the mailbox. */
  taken(id: EnvelopeId): void {
    if (this.#asked.delete(toHex(id))) this.#send({ got: [id] });
  }

  #arrival(id: EnvelopeId): Promise<boolean> {
    const name = toHex(id);
    return new Promise((resolve) => {
      const settle = (hasArrived: boolean) => {
        cancel();
        this.#waiting.delete(name);
        resolve(hasArrived);
      };
      const cancel = this.#clock.after(ACKNOWLEDGE_MS, () => settle(false));
      this.#waiting.set(name, () => settle(!this.#isEnded));
    });
  }

  #tell(signal: PeerSignal): void {
    this.#counter += 1;
    const { attempt, device } = this;
    this.#events.signal({ attempt, counter: this.#counter, from: this.#ownDevice, to: device }, signal);
  }

  #opened(): void {
    this.#isOpen = true;
    this.#usedMs = this.#clock.nowMs();
    if (this.#behind !== undefined) this.#send({ after: this.#behind });
    this.#events.changed();
  }

  #setPath(path: PeerPath): void {
    this.#path = path;
    this.#events.changed();
  }

  #read(message: Uint8Array<ArrayBuffer>): void {
    const nowMs = this.#clock.nowMs();
    const frame = this.#frames.take(nowMs) ? decodeLinkFrame(message) : refused("malformed");
    if (!frame.ok) {
      // The mailbox will do.
      this.#events.junk();
      this.close();
      return;
    }
    this.#usedMs = nowMs;
    if ("got" in frame.value) for (const id of frame.value.got) this.#gone(id);
    else if ("after" in frame.value) this.#answer(frame.value.after);
    else this.#take({ id: frame.value.envelope, lane: frame.value.lane, sealed: frame.value.sealed });
  }

  #gone(id: EnvelopeId): void {
    this.#waiting.get(toHex(id))?.();
    if (this.#behind === undefined || !equalBytes(this.#behind, id)) return;
    this.#behind = undefined;
    this.#events.changed();
  }

  #answer(id: EnvelopeId): void {
    if (this.#events.hasTaken(id)) this.#send({ got: [id] });
    else if (this.#asked.size < MAX_UNACKNOWLEDGED) this.#asked.set(toHex(id), id);
  }

  /** One after the other; `got` only when it is durable. A device that cannot store says nothing. */
  #take(envelope: Envelope): void {
    this.#untaken += 1;
    if (this.#untaken > MAX_UNACKNOWLEDGED) {
      this.#events.junk();
      this.close();
      return;
    }
    this.#taking = this.#taking.then(async () => {
      if (this.#isEnded) return;
      try {
        await this.#events.take(envelope);
        this.#send({ got: [envelope.id] });
      } catch {
        this.close();
      } finally {
        this.#untaken -= 1;
      }
    });
  }

  #send(frame: LinkFrame): boolean {
    return this.#peer.send(encodeLinkFrame(frame));
  }

  #end(): void {
    this.#isEnded = true;
    this.#isOpen = false;
    for (const settle of this.#waiting.values()) settle();
    this.#events.ended();
  }
}
