import type { EnvelopeId } from "@tacit/shared/ids";
import { SECOND_MS } from "@tacit/shared/limits";
import type { Body } from "@tacit/shared/wire/content";
import type { Lane, Post } from "@tacit/shared/wire/envelopes";
import { toContent } from "./content.ts";
import { getContact, isAnswered, putContact } from "./conversations.ts";
import type { Core } from "./core.ts";
import { encryptForDevices } from "./encrypting.ts";
import { Exclusive } from "./exclusive.ts";
import type { Outbox } from "./outbox.ts";
import { enqueue, newJob } from "./queueing.ts";
import type { ContactId } from "./views.ts";
import type { Work } from "./work.ts";

type Passing = Exclude<Lane, "durable">;

/** How long it is tried; and whether it still matters: what a person has taken back must not arrive afterwards. */
export type Patience = { readonly withinMs: number; readonly isWanted?: (() => boolean) | undefined };

/** While a session is fetched or the relay does not answer. */
const PAUSE_MS = SECOND_MS / 2;

/** sent: the relay has it. later: something is in the way that may pass. never: the contact is not one to talk to. */
type Attempt = "sent" | "later" | "never";

/**
 * What only counts now: it leaves in the order given, past the outbox, and is given up after a while. The relay has it
 * in memory for a minute. docs/PROTOCOL.md §5.4.
 */
export class LiveLane {
  readonly #core: Core;
  readonly #outbox: Outbox;
  readonly #queues = new Map<ContactId, Exclusive>();

  constructor(core: Core, outbox: Outbox) {
    this.#core = core;
    this.#outbox = outbox;
  }

  /** Resolves with whether the relay took it. Never rejects. */
  async post(contact: ContactId, lane: Passing, body: Body, patience: Patience): Promise<boolean> {
    const queue = this.#queues.get(contact) ?? new Exclusive();
    this.#queues.set(contact, queue);
    const untilMs = this.#core.nowMs() + patience.withinMs;
    const isWanted = () => this.#core.nowMs() < untilMs && patience.isWanted?.() !== false;
    try {
      return await queue.run(() => this.#send(contact, lane, body, isWanted));
    } catch {
      // The device cannot store the ratchet step, or the client was locked meanwhile: nothing has left.
      return false;
    }
  }

  async #send(contact: ContactId, lane: Passing, body: Body, isWanted: () => boolean): Promise<boolean> {
    let sealed: Post | undefined;
    while (isWanted()) {
      const attempt = await this.#attempt(contact, lane, body, sealed);
      if (attempt.outcome !== "later") return attempt.outcome === "sent";
      sealed = attempt.sealed;
      await new Promise<void>((resolve) => this.#core.ports.clock.after(PAUSE_MS, resolve));
    }
    return false;
  }

  /** `sealed`: bytes that may have arrived already; they are posted again as they are. */
  async #attempt(
    contact: ContactId,
    lane: Passing,
    body: Body,
    sealed: Post | undefined,
  ): Promise<{ readonly outcome: Attempt; readonly sealed?: Post | undefined }> {
    const core = this.#core;
    if (!this.#outbox.isOpen) return { outcome: "later", sealed };
    const post = sealed ?? (await core.change((work) => sealNow(core, work, contact, lane, body)));
    if (post === "later" || post === "never") return { outcome: post };
    const answers = await core.ports.relay.post([post]);
    const status = answers.ok ? answers.value[0]?.status : "retry";
    switch (status) {
      case "ok":
        return { outcome: "sent" };
      case "retry":
        return { outcome: "later", sealed: post };
      case "id-taken":
        return { outcome: "later" };
      case "devices":
        await core.change((work) => wantSession(core, work, contact));
        return { outcome: "later" };
      default:
        return { outcome: "never" };
    }
  }
}

async function sealNow(
  core: Core,
  work: Work,
  id: ContactId,
  lane: Passing,
  body: Body,
): Promise<Post | "later" | "never"> {
  const contact = await getContact(work, id);
  if (!isAnswered(contact) || contact.sendKey === undefined || contact.hold !== undefined) return "never";
  // Whatever waits in the outbox fetches the session.
  if (contact.needsSession || contact.list === undefined) return "later";
  const content = toContent(core, contact, { contact: id, message: core.newMessageId(), atMs: core.nowMs(), body });
  const devices = await encryptForDevices(core, work, contact, [content]);
  if (devices === "no-session") {
    await wantSession(core, work, id);
    return "later";
  }
  const envelopes = devices.flatMap(({ deviceId, registrationId, sealed }) =>
    sealed.map((one) => ({ deviceId, registrationId, id: core.ports.random(16) as EnvelopeId, sealed: one })),
  );
  return { key: contact.sendKey, lane, envelopes };
}

/** A Content that says nothing makes the outbox fetch a bundle. */
async function wantSession(core: Core, work: Work, id: ContactId): Promise<void> {
  const contact = await getContact(work, id);
  if (contact.needsSession) return;
  putContact(work, id, { ...contact, needsSession: true });
  await enqueue(core, work, id, newJob(core, { type: "hello" }));
}
