import { type Bytes, toHex } from "@tacit/shared/bytes";
import { decode } from "@tacit/shared/codec";
import type { DeliveryKey } from "@tacit/shared/ids";
import { MAX_HTTP_BODY_BYTES } from "@tacit/shared/limits";
import { decodeContent } from "@tacit/shared/wire/content";
import type { Post } from "@tacit/shared/wire/envelopes";
import type { Keyholder } from "@tacit/web/core/ports/keyholder";
import type { Name } from "./resident.ts";
import type { Frame } from "./wire.ts";

/** Names the key of one message on the wire, and the ciphertext under it: two of these under one name are a reuse. */
export type ReadHeader = (message: Uint8Array) => { readonly key: string; readonly ciphertext: Uint8Array } | undefined;

export type Written = {
  readonly from: Name;
  readonly to: Name;
  readonly order: number;
  /** On which of the sender's devices, counted from 0. */
  readonly device: number;
  isCertain: boolean;
};

/** In everything that anybody says. */
export const CANARY = "kanari";

const FIRST_BYTES = 40;
const SMALLEST_SEALED = 2048;

/** What really happened, beside what the clients say: who wrote what, what left, and what was done to it. */
export class Ledger {
  readonly written = new Map<string, Written>();
  /** Texts that their sender has seen as sent. */
  readonly seenSent = new Set<string>();
  /** How often their senders have sent texts once more by hand: they come where they come. */
  readonly retried = new Map<string, number>();
  /** Texts whose sealed bytes were damaged on their way. */
  readonly hurt = new Set<string>();
  /** "Alice Bob": she has blocked him at some time. */
  readonly blocked = new Set<string>();
  /** What she had heard of him when she did, as long as it lasts. */
  readonly silenced = new Map<string, ReadonlySet<string>>();
  /** Texts that went over a direct connection, and texts that went through the relay. */
  readonly direct = new Set<string>();
  readonly relayed = new Set<string>();
  sessionsWithoutOneTime = 0;
  /** How often somebody asked for what never came. */
  asked = 0;
  /** Messages that did not decrypt: for they had done so before, and for any other reason. */
  doubles = 0;
  unreadable = 0;
  /** Faults of the clients that no state shows afterwards. */
  readonly violations: string[] = [];
  /** The identity key of everybody, by account. */
  readonly identities: ReadonlyMap<string, string>;
  readonly #readHeader: ReadHeader;
  /** What each sealed envelope carries: the text, or the type of another body. */
  readonly #sealed = new Map<string, { readonly text: string | undefined; readonly to: string }>();
  readonly #left = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly #copies = new Map<string, Set<string>>();
  readonly #keys = new Map<string, string>();
  readonly #deliveryKeys = new Map<string, DeliveryKey>();

  constructor(identities: ReadonlyMap<string, string>, readHeader: ReadHeader) {
    this.identities = identities;
    this.#readHeader = readHeader;
  }

  write(text: string, written: Written): void {
    this.written.set(text, written);
  }

  /** Keys that are listened to. */
  listen(keyholder: Keyholder): Keyholder {
    return {
      ...keyholder,
      encrypt: async (request) => {
        const { accountId } = request.remote;
        if (this.identities.get(accountId) !== toHex(request.identityKey)) {
          this.violations.push("something was encrypted for a key that nobody accepted");
        }
        const encrypted = await keyholder.encrypt(request);
        if (!encrypted.ok) return encrypted;
        for (const [at, sealed] of encrypted.value.sealed.entries()) {
          const content = decodeContent(request.contents[at] ?? new Uint8Array(0));
          const body = content.ok ? content.value.body : undefined;
          const text = body?.type === "text" ? body.text : undefined;
          if (body?.type === "missing") this.asked += 1;
          this.#sealed.set(nameOf(sealed), { text, to: accountId });
        }
        return encrypted;
      },
      startSession: async (request) => {
        const started = await keyholder.startSession(request);
        if (started.ok && request.bundle.oneTime === undefined) this.sessionsWithoutOneTime += 1;
        return started;
      },
      openEnvelope: async (sealed, nowMs) => {
        const opened = await keyholder.openEnvelope(sealed, nowMs);
        if (opened.ok) this.#check(nameOf(sealed), opened.value.message);
        else this.unreadable += 1;
        return opened;
      },
      decrypt: async (request) => {
        const decrypted = await keyholder.decrypt(request);
        if (!decrypted.ok && decrypted.reason === "duplicate") this.doubles += 1;
        else if (!decrypted.ok) this.unreadable += 1;
        return decrypted;
      },
    };
  }

  /** These leave a device. */
  post(posts: readonly Post[]): void {
    for (const { key, sealed } of posts.flatMap(({ key, envelopes }) => envelopes.map((one) => ({ ...one, key })))) {
      const { text, to } = this.#leave(sealed);
      if (to !== undefined) this.#deliveryKeys.set(to, key);
      if (text !== undefined) this.relayed.add(text);
    }
  }

  /** This leaves a device over a direct connection. */
  linked(sealed: Bytes): void {
    const { text } = this.#leave(sealed);
    if (text !== undefined) this.direct.add(text);
  }

  #leave(sealed: Bytes): { readonly text?: string | undefined; readonly to?: string } {
    const name = nameOf(sealed);
    this.#left.set(name, sealed);
    const known = this.#sealed.get(name) ?? {};
    const { text } = known as { readonly text?: string };
    if (text !== undefined) this.#copies.set(text, (this.#copies.get(text) ?? new Set()).add(name));
    return known;
  }

  /** How many sending chains were heard of. */
  get chainCount(): number {
    return new Set([...this.#keys.keys()].map((key) => key.split(" ")[0])).size;
  }

  /** The delivery key that was last used to reach an account. */
  keyTo(account: string): DeliveryKey | undefined {
    return this.#deliveryKeys.get(account);
  }

  /** More than one ciphertext of this text has left: it was asked for again, and comes where it comes. */
  isRepeated(text: string): boolean {
    return (this.#copies.get(text)?.size ?? 0) > 1;
  }

  /** A frame was damaged: what was in it may be lost for good, and may never be shown as another thing. */
  damage(frame: Frame): void {
    for (const sealed of sealedIn(frame)) {
      const text = this.#sealed.get(nameOf(sealed))?.text;
      if (text !== undefined) this.hurt.add(text);
    }
  }

  /** Everything that left and that its recipient has not opened, by account: the rest of the keys to compare. */
  unopened(account: string): readonly Uint8Array<ArrayBuffer>[] {
    return [...this.#left].filter(([name]) => this.#sealed.get(name)?.to === account).map(([, sealed]) => sealed);
  }

  #check(name: string, message: Uint8Array): void {
    if (!this.#left.delete(name)) return;
    const header = this.#readHeader(message);
    if (header === undefined) return;
    const ciphertext = toHex(header.ciphertext);
    const before = this.#keys.get(header.key);
    if (before !== undefined && before !== ciphertext)
      this.violations.push("a message key was used for two plaintexts");
    this.#keys.set(header.key, ciphertext);
  }
}

function nameOf(sealed: Uint8Array): string {
  return toHex(sealed.subarray(0, FIRST_BYTES));
}

function sealedIn(frame: Frame): readonly Uint8Array[] {
  const decoded = frame === "end" ? undefined : decode(frame, MAX_HTTP_BODY_BYTES);
  const found: Uint8Array[] = [];
  const walk = (value: unknown) => {
    if (value instanceof Uint8Array) {
      if (value.length >= SMALLEST_SEALED) found.push(value);
    } else if (typeof value === "object" && value !== null) Object.values(value).forEach(walk);
  };
  if (decoded?.ok) walk(decoded.value);
  return found;
}
