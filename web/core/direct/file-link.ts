import type { Bytes } from "@tacit/shared/bytes";
import type { DeviceId } from "@tacit/shared/ids";
import { SECOND_MS } from "@tacit/shared/limits";
import { decodeFileFrame, encodeFileFrame, type FileFrame } from "@tacit/shared/wire/file-frames";
import type { AttemptId, PeerSignal, SignalFrame } from "@tacit/shared/wire/signals";
import { Bucket } from "../allowances.ts";
import type { Clock } from "../ports/clock.ts";
import type { ChannelPeer, IceServer, PeerPath, Peers, Routing } from "../ports/peers.ts";
import type { ContactId } from "../views.ts";
import { Serving, type ServingPorts } from "./serving.ts";
import { Wanting } from "./wanting.ts";

export type FileLinkOptions = {
  readonly contact: ContactId;
  readonly device: DeviceId;
  readonly registrationId: number;
  readonly ownDevice: DeviceId;
  readonly attempt: AttemptId;
  readonly role: "offerer" | "answerer";
  readonly routing: Routing;
  readonly iceServers: readonly IceServer[];
  readonly clock: Clock;
};

export type FileLinkEvents = {
  /** For the other device, in this order. */
  signal(frame: SignalFrame, signal: PeerSignal): void;
  /** It said what no client says. */
  junk(): void;
  /** Something was said on it. */
  used(): void;
  /** It opened, or its path is another one. */
  changed(): void;
  opened(): void;
  ended(): void;
  /** The other end has these for us. */
  offered(files: readonly Bytes[]): void;
  /** The other end has it all. */
  had(file: Bytes): void;
  /** The other end wants no more of it, for now. */
  stopped(file: Bytes): void;
};

/** More stale answers than this belong to nobody. */
const MAX_STOPPED = 64;
/** Each offer is a look at all files, and may be 64 commits. They come when a link opens, and when a person says so. */
const OFFERS = { atOnce: 120, everyMs: 10 * SECOND_MS };
/** The other words go with files, of which small ones are quick; a "stop" throws away what was read to be sent. */
const WORDS = { atOnce: 1_000, everyMs: SECOND_MS / 100 };
/** Each is a look at all files and a read, of one byte or of a megabyte: nobody fetches 200 MiB a second. */
const WANTS = { atOnce: 1_000, everyMs: SECOND_MS / 200 };

/** A peer connection of its own to one device of a contact, for files both ways. docs/PROTOCOL.md §5.10. */
export class FileLink {
  readonly contact: ContactId;
  readonly device: DeviceId;
  readonly registrationId: number;
  readonly attempt: AttemptId;
  readonly role: "offerer" | "answerer";
  readonly routing: Routing;
  readonly #ownDevice: DeviceId;
  readonly #events: FileLinkEvents;
  readonly #peer: ChannelPeer;
  readonly #serving: Serving;
  readonly #wanting = new Set<Wanting>();
  /** Of files that are not wanted any more: what was on its way comes still. */
  readonly #stopped: Wanting[] = [];
  readonly #offers = new Bucket(OFFERS);
  readonly #words = new Bucket(WORDS);
  readonly #wants = new Bucket(WANTS);
  readonly #clock: Clock;
  #isOpen = false;
  #isEnded = false;
  #path: PeerPath | undefined;
  #counter = 0;
  #heard = 0;
  #asks = 0;

  constructor(peers: Peers, options: FileLinkOptions, events: FileLinkEvents, serving: Omit<ServingPorts, "send">) {
    this.contact = options.contact;
    this.device = options.device;
    this.registrationId = options.registrationId;
    this.attempt = options.attempt;
    this.role = options.role;
    this.routing = options.routing;
    this.#ownDevice = options.ownDevice;
    this.#clock = options.clock;
    this.#events = events;
    this.#serving = new Serving({ ...serving, send: (frame) => this.send(frame) });
    const { role, iceServers, routing } = options;
    this.#peer = peers.openChannel(
      { role, iceServers, routing },
      {
        signal: (signal) => this.#tell(signal),
        path: (path) => {
          this.#path = path;
          this.#events.changed();
        },
        open: () => {
          this.#isOpen = true;
          this.#events.opened();
          this.#events.changed();
        },
        message: (message) => this.#read(message),
        writable: () => {
          this.#serving.writable();
          for (const wanting of this.#wanting) wanting.writable();
        },
        closed: () => this.#end(),
      },
    );
  }

  get isOpen(): boolean {
    return this.#isOpen;
  }

  get isEnded(): boolean {
    return this.#isEnded;
  }

  get isBusy(): boolean {
    return this.#wanting.size > 0;
  }

  get path(): PeerPath | undefined {
    return this.#path;
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

  send(frame: FileFrame): boolean {
    return this.#isOpen && this.#peer.send(encodeFileFrame(frame));
  }

  /** A source of one file, until `stop`. */
  want(file: Bytes, sealedBytes: number): Wanting {
    const wanting = new Wanting(
      {
        clock: this.#clock,
        nextAsk: () => {
          this.#asks += 1;
          return this.#asks;
        },
        send: (frame) => this.send(frame),
        stalled: () => this.close(),
      },
      file,
      sealedBytes,
    );
    this.#wanting.add(wanting);
    return wanting;
  }

  stop(wanting: Wanting): void {
    if (!this.#wanting.delete(wanting)) return;
    wanting.fail("unreachable");
    this.#stopped.push(wanting);
    if (this.#stopped.length > MAX_STOPPED) this.#stopped.shift();
    this.send({ stop: wanting.file });
  }

  #tell(signal: PeerSignal): void {
    this.#counter += 1;
    const { attempt, device } = this;
    this.#events.signal({ attempt, counter: this.#counter, from: this.#ownDevice, to: device }, signal);
  }

  #read(message: Bytes): void {
    this.#events.used();
    const frame = decodeFileFrame(message);
    // A device of a contact that says nonsense, or what nobody asked it for, has no link.
    if (frame.ok && this.#take(frame.value)) return;
    this.#events.junk();
    this.close();
  }

  #take(frame: FileFrame): boolean {
    if ("part" in frame) return this.#part(frame.ask, frame.at, frame.part);
    if ("want" in frame) return this.#wants.take(this.#clock.nowMs()) && this.#serving.want(frame);
    if (!("offer" in frame ? this.#offers : this.#words).take(this.#clock.nowMs())) return false;
    if ("offer" in frame) this.#events.offered(frame.offer);
    else if ("have" in frame) this.#events.had(frame.have);
    else if ("stop" in frame) {
      this.#serving.stop(frame.stop);
      this.#events.stopped(frame.stop);
    } else for (const wanting of this.#wanting) wanting.answerIf(frame.cannot, frame.why);
    return true;
  }

  #part(ask: number, at: number, part: Bytes): boolean {
    for (const wanting of this.#wanting) if (wanting.part(ask, at, part)) return true;
    return this.#stopped.some((wanting) => wanting.part(ask, at, part));
  }

  #end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    this.#isOpen = false;
    this.#serving.end();
    for (const wanting of this.#wanting) wanting.fail("unreachable");
    this.#wanting.clear();
    this.#stopped.length = 0;
    this.#events.ended();
  }
}
