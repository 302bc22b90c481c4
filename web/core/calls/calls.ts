import { sha256 } from "@tacit/crypto/digest";
import { type Bytes, equalBytes, fromHex, toHex } from "@tacit/shared/bytes";
import type { DeviceId } from "@tacit/shared/ids";
import { MINUTE_MS, SECOND_MS } from "@tacit/shared/limits";
import { ok, type Result, refused } from "@tacit/shared/result";
import type { Body, Content } from "@tacit/shared/wire/content";
import { type AttemptId, CALL_NONCE_BYTES, type CallStep, type PeerSignal } from "@tacit/shared/wire/signals";
import type { CallView } from "../call-view.ts";
import type { CallRefusal } from "../client-api.ts";
import { verifyKey } from "../contacts.ts";
import { getContact } from "../conversations.ts";
import type { Core } from "../core.ts";
import type { Contact } from "../kinds.ts";
import type { LiveLane } from "../live.ts";
import { permitted, readDescription } from "../peer-descriptions.ts";
import type { IceServer, Routing } from "../ports/peers.ts";
import { enqueue, newJob } from "../queueing.ts";
import type { Received } from "../received.ts";
import type { ContactId } from "../views.ts";
import { TOPIC } from "../watching.ts";
import type { Work } from "../work.ts";
import { callLimits } from "./call-limits.ts";
import { CallMedia } from "./call-media.ts";
import type { Call, CallEffect, CallEvent, CallState, Timer } from "./call-state.ts";
import { step } from "./call-table.ts";
import { mayCapture, mayExchangeMedia } from "./consent.ts";
import { isRemembered, recordCall, recordMissed } from "./history.ts";
import { newCall } from "./new-call.ts";
import { showCall } from "./show-call.ts";
import { toEvent } from "./to-event.ts";

/** A ring that says it is older than this was held back: it is a missed call. Clocks may differ by so much. */
const CLOCK_TOLERANCE_MS = 5 * MINUTE_MS;
const SIGNAL_PATIENCE_MS = 30 * SECOND_MS;

type CallBody = Extract<Body, { readonly type: "call" }>;
type PersonEvent = Extract<CallEvent, { event: "decline" | "hang-up" | "dismiss" | "renew" | "confirm" }>;

/** How a contact may be reached, and by which servers. */
export type Ways = {
  servers(): Promise<readonly IceServer[]>;
  routing(contact: ContactId): Routing;
};

/** The one call there is: hears people, peers, devices and clocks, asks the table, and does what it says. */
export class Calls {
  readonly #core: Core;
  readonly #live: LiveLane;
  readonly #ways: Ways;
  readonly #media: CallMedia;
  readonly #timers = new Map<Timer, () => void>();
  readonly #events: CallEvent[] = [];
  #state: CallState = { phase: "idle" };
  /** The identity that this call is with: another one by the end of it is not verified by its code. */
  #identityKey: Bytes | undefined;
  /** The certificate that their first description named: chosen before any nonce is told, and never another. */
  #theirPrint: string | undefined;
  /** Of what we said last, in any call. */
  #counter = 0;
  /** Of what they said last in this call. */
  #heard = 0;
  readonly #limits = callLimits();
  #isStepping = false;
  #letLock: (() => void) | undefined;

  constructor(core: Core, live: LiveLane, ways: Ways) {
    this.#core = core;
    this.#live = live;
    this.#ways = ways;
    const state = () => this.#state;
    this.#media = new CallMedia(core.ports, ways, state, (event) => this.#happen(event));
  }

  show(): CallView | undefined {
    return showCall(this.#core, this.#state, this.#media.fingerprints());
  }

  async start(contactId: ContactId, isVideo: boolean): Promise<Result<undefined, CallRefusal>> {
    const core = this.#core;
    const contact = core.contact(contactId);
    if (!this.#isAble()) return refused("unsupported");
    if (contact?.status !== "accepted" || contact.hold !== undefined) return refused("not-accepted");
    const servers = await this.#ways.servers();
    if (servers.length === 0 && this.#ways.routing(contactId) === "relayed") return refused("no-relay");
    if (callOf(this.#state) !== undefined) return refused("in-call");
    const nonce = core.ports.random(CALL_NONCE_BYTES);
    const call = newCall(toHex(core.ports.random(16)), contactId, isVideo, core.nowMs());
    this.#happen({ event: "start", call: { ...call, role: "caller", commitment: sha256(nonce), callerNonce: nonce } });
    return ok(undefined);
  }

  accept(isVideo: boolean): void {
    const call = callOf(this.#state);
    if (call !== undefined) this.#limits.rings.forgive(call.contact);
    this.#happen({ event: "accept", isVideo, nonce: this.#core.ports.random(CALL_NONCE_BYTES) });
  }

  act(event: PersonEvent): void {
    this.#happen(event);
  }

  set({ microphone, camera, screen }: CallSources): void {
    if (microphone !== undefined) this.#happen({ event: "set-microphone", isOn: microphone });
    if (camera !== undefined) this.#happen({ event: "set-camera", isOn: camera });
    if (screen !== undefined) this.#happen({ event: "set-screen", preset: screen === "off" ? undefined : screen });
  }

  /** Whoever is blocked is not talked to any more, and hears nothing of why. */
  leave(contact: ContactId): void {
    if (callOf(this.#state)?.contact === contact) this.#happen({ event: "hang-up" });
  }

  /** What is known of the contact of this call may have changed: whom it is with, and which way it may go. */
  review(): void {
    const call = callOf(this.#state);
    if (call === undefined) return;
    const contact = this.#core.contact(call.contact);
    if (contact?.status !== "accepted") this.#happen({ event: "hang-up" });
    else if (this.#isOther(contact, call)) this.#happen({ event: "barred", why: "key-changed" });
    else this.#media.review();
  }

  networkChanged(): void {
    this.#happen({ event: "network-changed" });
  }

  /** The client goes quiet. */
  stop(): void {
    this.#happen({ event: "hang-up" });
    this.#happen({ event: "dismiss" });
  }

  /** Takes what a contact says of a call. What happens of it, happens once the ratchet step is committed. */
  async receive(work: Work, received: Received, content: Pick<Content, "sentAtMs">, body: CallBody): Promise<void> {
    const core = this.#core;
    const { contactId, device } = received;
    const contact = await getContact(work, contactId);
    if (contact.status !== "accepted" || contact.hold !== undefined || !hasDevice(contact, device)) return;
    if (body.from !== device || (body.to !== undefined && body.to !== core.account.device.deviceId)) return;
    const id = toHex(body.attempt);
    const { step: said, counter } = body;
    if (said.do === "ring") {
      if (said.signal.kind !== "offer") return;
      const { commitment, signal } = said;
      if (readDescription(signal.sdp) === undefined) return;
      const call = { ...newCall(id, contactId, said.video, core.nowMs()), theirDevice: device, commitment };
      // One that has ended rings no more: its end was quicker, or it is rung anew.
      if (await isRemembered(core, work, call)) return;
      const isLate = core.nowMs() > said.expiresAtMs + CLOCK_TOLERANCE_MS;
      const isTooMuch = this.#limits.rings.take(contactId, core.nowMs()) !== "taken";
      if (isLate || isTooMuch || !this.#isAble()) return recordMissed(core, work, call);
      work.afterwards(() => {
        this.#happen({ event: "ring", call, offer: signal, counter });
      });
      return;
    }
    if (callOf(this.#state)?.id === id) {
      // Durable with what ends it; the table says the same a moment later.
      const { phase } = this.#state;
      const call = callOf(this.#state);
      if (said.do === "end" && call?.contact === contactId && (phase === "incoming" || phase === "accepting")) {
        await recordMissed(core, work, call);
      }
      const isOwed = call?.contact === contactId;
      if (said.do !== "end" && this.#limits.signals.take(contactId, core.nowMs(), isOwed) !== "taken") return;
      work.afterwards(() => this.#hear(id, received, counter, said));
      return;
    }
    // A call that this device never heard ring.
    if (said.do !== "end" || (said.why !== "hung-up" && said.why !== "no-answer")) return;
    await recordMissed(core, work, newCall(id, contactId, false, Math.min(content.sentAtMs, core.nowMs())));
  }

  /** Only the device that this call is with is heard, and nothing of it twice or late. */
  #hear(id: string, { contactId, device }: Received, counter: number, said: CallStep): void {
    const call = callOf(this.#state);
    if (call?.id !== id || call.contact !== contactId || counter <= this.#heard) return;
    if (call.theirDevice !== undefined && call.theirDevice !== device) return;
    if (said.do === "signal" && !this.#isBound(said.signal)) return;
    this.#heard = counter;
    const event = toEvent(said, device);
    if (event !== undefined) this.#happen(event);
  }

  /**
   * Whether a description is of the certificate that this call is bound to; the first answer binds it. Whoever could name
   * one after the nonces are known could try certificates until the code is the one they want.
   */
  #isBound(signal: PeerSignal): boolean {
    if (signal.kind !== "offer" && signal.kind !== "answer") return true;
    const print = readDescription(signal.sdp)?.fingerprint;
    this.#theirPrint ??= print;
    return print !== undefined && print === this.#theirPrint;
  }

  /** Another call is the current one, or none: nothing of the one before holds for it. */
  #meet(call: Call | undefined, event: CallEvent): void {
    this.#identityKey = call && this.#core.contact(call.contact)?.identityKey;
    const isRing = event.event === "ring";
    this.#heard = isRing ? event.counter : 0;
    this.#theirPrint = isRing ? readDescription(event.offer.sdp)?.fingerprint : undefined;
  }

  /** Whether a contact is not, or perhaps not, whoever this call began with. */
  #isOther(contact: Contact, { theirDevice }: Call): boolean {
    if (contact.hold !== undefined || this.#identityKey === undefined) return true;
    if (!equalBytes(contact.identityKey, this.#identityKey)) return true;
    return theirDevice !== undefined && !hasDevice(contact, theirDevice);
  }

  #isAble(): boolean {
    return this.#core.ports.peers !== undefined && this.#core.ports.media !== undefined;
  }

  /** One after the other: what an effect makes happen comes after all effects of this step. */
  #happen(event: CallEvent): void {
    this.#events.push(event);
    if (this.#isStepping) return;
    this.#isStepping = true;
    try {
      for (let next = this.#events.shift(); next !== undefined; next = this.#events.shift()) {
        const before = callOf(this.#state);
        const [state, effects] = step(this.#state, next, this.#core.nowMs());
        this.#state = state;
        const call = callOf(state);
        if (call?.id !== before?.id) this.#meet(call, next);
        for (const effect of effects) this.#perform(effect);
      }
    } finally {
      this.#isStepping = false;
    }
    this.#holdOpen();
    this.#core.touch(TOPIC.call);
  }

  /** Nobody types while they talk: that is no reason to lock. That somebody rings is none to stay open. */
  #holdOpen(): void {
    if (!mayCapture(this.#state)) {
      this.#letLock?.();
      this.#letLock = undefined;
    } else this.#letLock ??= this.#core.keepOpen?.();
  }

  #perform(effect: CallEffect): void {
    const core = this.#core;
    switch (effect.do) {
      case "say":
        void this.#say(effect.call, effect.step);
        break;
      case "start-timer":
        this.#timers.get(effect.timer)?.();
        this.#timers.set(
          effect.timer,
          core.ports.clock.after(effect.ms, () => this.#happen({ event: "time", timer: effect.timer })),
        );
        break;
      case "stop-timer":
        this.#timers.get(effect.timer)?.();
        break;
      case "stop-timers":
        for (const cancel of this.#timers.values()) cancel();
        break;
      case "record": {
        const { call, outcome, durationMs } = effect;
        inBackground(core.change((work) => recordCall(core, work, call, outcome, durationMs)));
        break;
      }
      case "verify":
        if (this.#identityKey !== undefined) inBackground(verifyKey(core, effect.call.contact, this.#identityKey));
        break;
      default:
        this.#media.perform(effect);
    }
  }

  /** A candidate that waited for the relay leaves by the rules of when it leaves. */
  #mayLeave({ contact }: Call, said: CallStep): boolean {
    if (said.do !== "signal" || said.signal.kind !== "candidates") return true;
    const routing = mayExchangeMedia(this.#state) ? this.#ways.routing(contact) : "relayed";
    return said.signal.candidates.every((candidate) => permitted(candidate, routing) !== undefined);
  }

  async #say(call: Call, said: CallStep): Promise<void> {
    const core = this.#core;
    this.#counter += 1;
    const body: CallBody = {
      type: "call",
      attempt: fromHex(call.id) as AttemptId,
      counter: this.#counter,
      from: core.account.device.deviceId,
      to: call.theirDevice,
      step: said,
    };
    if (said.do === "end") {
      inBackground(core.change((work) => enqueue(core, work, call.contact, newJob(core, body))));
      return;
    }
    const isWanted = () => callOf(this.#state)?.id === call.id && this.#mayLeave(call, said);
    const lane = said.do === "ring" ? "ring" : "live";
    const isSent = await this.#live.post(call.contact, lane, body, { withinMs: SIGNAL_PATIENCE_MS, isWanted });
    if (!isSent && said.do === "ring" && isWanted()) this.#happen({ event: "undelivered" });
  }
}

export type CallSources = {
  readonly microphone?: boolean | undefined;
  readonly camera?: boolean | undefined;
  readonly screen?: "text" | "motion" | "off" | undefined;
};

function hasDevice({ list }: Contact, device: DeviceId): boolean {
  return list?.devices.some(({ deviceId }) => deviceId === device) === true;
}

function callOf(state: CallState): Call | undefined {
  return state.phase === "idle" || state.phase === "ended" ? undefined : state.call;
}

/** The device cannot store it: the call goes on without its row. */
function inBackground(work: Promise<unknown>): void {
  work.catch(() => undefined);
}
