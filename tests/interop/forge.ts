import type { Address } from "@tacit/crypto/address";
import { encodeAddressPair } from "@tacit/crypto/address";
import { takeSendingSeed } from "@tacit/crypto/double-ratchet";
import { deriveMessageKeys, encryptBody, type MessageKeys, macOf } from "@tacit/crypto/message-cipher";
import { run } from "@tacit/crypto/primitives";
import { encodePreKeySignalMessage, encodeSignalMessageBody, type SignalMessage } from "@tacit/crypto/signal-message";
import { sendSpqr } from "@tacit/crypto/spqr/spqr";
import { seededRandom } from "@tacit/crypto/testing/random";
import { type Bytes, concat } from "@tacit/shared/bytes";
import { toUtf8 } from "@tacit/shared/text";
import { nodePrimitives } from "./node-primitives.ts";
import type { OurPeer } from "./our-peer.ts";
import type { Sealed } from "./peer.ts";
import { editFields, type FieldEdits } from "./protobuf-edits.ts";

/** How a sender breaks the rules. Everything that is not named is honest, and the MAC is right for what is sent. */
export type Misdeed = {
  /** First byte of the inner message. */
  readonly version?: number;
  /** Fields of the inner message, before its MAC. */
  readonly fields?: (honest: SignalMessage, keys: MessageKeys) => FieldEdits;
  /** The identity keys under the MAC, the other way round. */
  readonly isMacReversed?: boolean;
  /** First byte of the outer message. */
  readonly outerVersion?: number;
  readonly outerFields?: FieldEdits;
};

/** A next message from `peer`, "forged", as only the holder of its session can make it. `peer` itself goes nowhere. */
export function forge(peer: OurPeer, their: Address, misdeed: Misdeed): Sealed {
  const session = peer.record(their)?.current;
  if (session === undefined) throw new Error("only who has a session can break its rules");
  const { seed } = takeSendingSeed(session.ratchet);
  const spqr = run(sendSpqr(session.spqr, seededRandom("forge")), nodePrimitives);
  const keys = deriveMessageKeys(seed, spqr.key);
  const { sender, previousCounter } = session.ratchet;
  const honest: SignalMessage = {
    ratchetKey: sender.ratchetKey.publicKey,
    counter: sender.index,
    previousCounter,
    ciphertext: encryptBody(keys, toUtf8("forged")),
    pqRatchet: spqr.message,
    addresses: session.pending && encodeAddressPair(peer.address, their),
  };
  const body = edited(encodeSignalMessageBody(honest), misdeed.version, misdeed.fields?.(honest, keys));
  const [first, second] = [peer.own.identity.publicKey, session.remoteIdentity];
  const direction = misdeed.isMacReversed ? { sender: second, receiver: first } : { sender: first, receiver: second };
  const message = concat(body, macOf(keys, direction, body));
  if (session.pending === undefined) return { kind: "whisper", message };

  const { baseKey, pending } = session;
  const { registrationId, identity } = peer.own;
  const outer = { ...pending, baseKey, registrationId, identityKey: identity.publicKey, message };
  return {
    kind: "prekey",
    message: edited(encodePreKeySignalMessage(outer), misdeed.outerVersion, misdeed.outerFields),
  };
}

function edited(message: Bytes, version = message[0] as number, edits: FieldEdits = {}): Bytes {
  return concat(Uint8Array.of(version), editFields(message.subarray(1), edits));
}
