import type { Address } from "@tacit/crypto/address";
import type { PreKeyBundle } from "@tacit/crypto/prekeys";
import type { Bytes } from "@tacit/shared/bytes";

/** When every story begins, unless it says otherwise. */
export const NOW_MS = Date.UTC(2026, 0, 1);

/** A message on the wire, and which of the two kinds it is. */
export type Sealed = { readonly kind: "prekey" | "whisper"; readonly message: Bytes };

export type Opened = { readonly ok: true; readonly plaintext: Bytes } | { readonly ok: false; readonly reason: string };

/** One device with its stores, whoever's code is inside. The same story is told with either. */
export type Peer = {
  readonly address: Address;
  readonly identityKey: Bytes;
  /** Makes new prekeys, keeps the private halves, and returns what a relay would hand out. */
  publish(options?: { readonly isWithOneTimeKey: boolean }): Promise<PreKeyBundle>;
  /** `ok`, or why not. Trust in the bundle's identity key is asked first, as for every send. */
  start(their: Address, bundle: PreKeyBundle, nowMs?: number): Promise<string>;
  /** Throws an `Error` whose message is the reason. */
  encrypt(their: Address, plaintext: Bytes, nowMs?: number): Promise<Sealed>;
  decrypt(their: Address, sealed: Sealed): Promise<Opened>;
  /** The person has looked at the changed identity key and accepts it. */
  trust(their: Address, identityKey: Bytes): void;
  /** A disk that lost its sessions, but no key. */
  forgetSessions(): void;
  /** Everything stored about `their` and the prekeys, as comparable text. */
  stored(): string;
};

export function nameOf(address: Address): string {
  return `${address.accountId}.${address.deviceId}`;
}
