import type { Address } from "@tacit/crypto/address";
import { decodePreKeySignalMessage, decodeSignalMessage } from "@tacit/crypto/signal-message";
import { toUtf8 } from "@tacit/shared/text";
import { expect } from "vitest";
import { officialPeer } from "./official.ts";
import { ourPeer } from "./our-peer.ts";
import type { Peer, Sealed } from "./peer.ts";

export const ALICE: Address = { accountId: "9d0652a3-dcc3-4d11-975f-74d61598733f", deviceId: 1 };
export const BOB: Address = { accountId: "796abedb-ca4e-4f18-8803-1fde5b921f9f", deviceId: 3 };

export type Make = "official" | "ours";

/** Who plays Alice, and who Bob: what one library accepts and refuses, so must the other. */
export const PAIRINGS = [
  ["official", "ours"],
  ["ours", "official"],
] as const satisfies readonly (readonly [Make, Make])[];

export function makePeer(make: Make, address: Address, seed: string): Peer {
  return make === "official" ? officialPeer(address) : ourPeer(address, { seed });
}

/** Alice has a session from Bob's bundle; nothing has been sent. */
export async function introduce(
  [alices, bobs]: readonly [Make, Make],
  seed: string,
  options: { readonly isWithOneTimeKey: boolean } = { isWithOneTimeKey: true },
): Promise<{ readonly alice: Peer; readonly bob: Peer }> {
  const alice = makePeer(alices, ALICE, seed);
  const bob = makePeer(bobs, BOB, seed);
  expect(await alice.start(BOB, await bob.publish(options))).toBe("ok");
  return { alice, bob };
}

/** As `introduce`, and then one message each way, so that nobody waits for an answer. */
export async function acquaint(
  pairing: readonly [Make, Make],
  seed: string,
): Promise<{ readonly alice: Peer; readonly bob: Peer }> {
  const { alice, bob } = await introduce(pairing, seed);
  await tell(alice, bob, "hello");
  await tell(bob, alice, "hi");
  return { alice, bob };
}

/** `text` from one to the other, who reads just that. Returns what was on the wire. */
export async function tell(from: Peer, to: Peer, text: string): Promise<Sealed> {
  const sealed = await from.encrypt(to.address, toUtf8(text));
  await expectReads(to, from, sealed, text);
  return sealed;
}

export async function expectReads(to: Peer, from: Peer, sealed: Sealed, text: string): Promise<void> {
  expect(await to.decrypt(from.address, sealed)).toEqual({ ok: true, plaintext: toUtf8(text) });
}

/** "ok", "duplicate", or "refused": what both libraries must agree on. */
export async function outcome(to: Peer, from: Peer, sealed: Sealed): Promise<string> {
  const opened = await to.decrypt(from.address, sealed);
  if (opened.ok) return "ok";
  return opened.reason === "duplicate" ? "duplicate" : "refused";
}

/** The SPQR epoch that a message belongs to. */
export function epochOf({ kind, message }: Sealed): number {
  const inner = kind === "prekey" ? decodePreKeySignalMessage(message)?.message : decodeSignalMessage(message);
  const [, epoch] = inner?.pqRatchet ?? [];
  if (epoch === undefined || epoch > 127) throw new Error("not an epoch of this story");
  return epoch;
}
