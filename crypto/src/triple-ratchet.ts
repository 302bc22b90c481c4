/** One message with one session: the Triple Ratchet (doubleratchet §7), which mixes the keys of both ratchets. */
import { type Bytes, concat, equalBytes } from "@tacit/shared/bytes";
import { ok, type Result, refused } from "@tacit/shared/result";
import { type Address, encodeAddressPair } from "./address.ts";
import { takeReceivingSeed, takeSendingSeed } from "./double-ratchet.ts";
import { decryptBody, deriveMessageKeys, encryptBody, isAuthentic, macOf } from "./message-cipher.ts";
import type { RandomSource, Step } from "./primitives.ts";
import type { Session } from "./session-record.ts";
import { maxJumpOf, type OwnDevice } from "./session-setup.ts";
import { encodeSignalMessageBody, type ReceivedSignalMessage } from "./signal-message.ts";
import { receiveSpqr, sendSpqr } from "./spqr/spqr.ts";

/** The next message: `0x44 || protobuf || MAC (8)`. It is bound to both addresses until the first answer. */
export function* sealMessage(
  own: OwnDevice,
  remote: Address,
  session: Session,
  plaintext: Bytes,
  random: RandomSource,
): Step<{ readonly session: Session; readonly message: Bytes }> {
  const { ratchet, seed } = takeSendingSeed(session.ratchet);
  const spqr = yield* sendSpqr(session.spqr, random);
  const keys = deriveMessageKeys(seed, spqr.key);
  const { sender, previousCounter } = session.ratchet;
  const body = encodeSignalMessageBody({
    ratchetKey: sender.ratchetKey.publicKey,
    counter: sender.index,
    previousCounter,
    ciphertext: encryptBody(keys, plaintext),
    pqRatchet: spqr.message,
    addresses: session.pending && encodeAddressPair(own.local, remote),
  });
  const direction = { sender: own.identity.publicKey, receiver: session.remoteIdentity };
  const message = concat(body, macOf(keys, direction, body));
  return { session: { ...session, ratchet, spqr: spqr.state }, message };
}

/**
 * Opens a message with one session. "duplicate": its key was taken, or is too old. "forged": anything else. The first
 * message that opens is the answer that a pending session waited for. `limit`: a shorter jump than the protocol allows.
 */
export function* openMessage(
  own: OwnDevice,
  remote: Address,
  session: Session,
  message: ReceivedSignalMessage,
  random: RandomSource,
  limit = Number.POSITIVE_INFINITY,
): Step<Result<{ readonly session: Session; readonly plaintext: Bytes }, "duplicate" | "forged">> {
  const maxJump = Math.min(limit, maxJumpOf(own, remote, session.remoteIdentity));
  const taken = yield* takeReceivingSeed(session.ratchet, message, maxJump, random);
  if (!taken.ok) return taken.reason === "duplicate" ? refused("duplicate") : refused("forged");
  const spqr = yield* receiveSpqr(session.spqr, message.pqRatchet);
  if (!spqr.ok) return refused("forged");

  const keys = deriveMessageKeys(taken.value.seed, spqr.value.key);
  const direction = { sender: session.remoteIdentity, receiver: own.identity.publicKey };
  if (!isAuthentic(keys, direction, message.body, message.mac)) return refused("forged");
  if (message.addresses !== undefined && !equalBytes(message.addresses, encodeAddressPair(remote, own.local))) {
    return refused("forged");
  }
  const plaintext = decryptBody(keys, message.ciphertext);
  if (plaintext === undefined) return refused("forged");
  const { ratchet } = taken.value;
  return ok({ session: { ...session, ratchet, spqr: spqr.value.state, pending: undefined }, plaintext });
}
