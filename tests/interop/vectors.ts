/** Known answers for `crypto/vectors`, each taken from, or confirmed by, a run of the official library. */
import * as Signal from "@signalapp/libsignal-client";
import type { Address } from "@tacit/crypto/address";
import { type KeyPair, toKeyPair, toPrivateKey } from "@tacit/crypto/keys";
import { decapsulate, parseKyberCiphertext } from "@tacit/crypto/kyber1024";
import { noblePrimitives } from "@tacit/crypto/noble-primitives";
import { run } from "@tacit/crypto/primitives";
import { readProtobuf } from "@tacit/crypto/protobuf";
import { seededRandom } from "@tacit/crypto/testing/random";
import { Correspondent, type TranscriptStep } from "@tacit/crypto/testing/transcript";
import { accountIdOf } from "@tacit/crypto/verify";
import { type Bytes, equalBytes, fromHex } from "@tacit/shared/bytes";
import { DAY_MS } from "@tacit/shared/limits";
import { toUtf8 } from "@tacit/shared/text";
import { type OfficialPeer, officialPeer } from "./official.ts";
import { Identities, Sessions } from "./official-stores.ts";

const random = seededRandom("vectors");
const NOW_MS = Date.UTC(2026, 10, 21);
const OUR: Address = { accountId: "11111111-1111-8111-8111-111111111111", deviceId: 1 };
const THEIR: Address = { accountId: "22222222-2222-8222-8222-222222222222", deviceId: 2 };

/** Signatures by the official library. */
export function xeddsaVectors() {
  return [0, 1, 31, 32, 33, 64, 127, 1569, 33, 33, 33, 33].map((length) => {
    const privateKey = Signal.PrivateKey.deserialize(toPrivateKey(random(32)));
    const message = random(length);
    return { publicKey: privateKey.getPublicKey().serialize(), message, signature: privateKey.sign(message) };
  });
}

export function fingerprintVectors() {
  return [16, 16, 17, 0, 12].map((idBytes) => {
    const local = { id: random(idBytes), key: newIdentity().publicKey };
    const remote = { id: random(16), key: newIdentity().publicKey };
    const official = Signal.Fingerprint.new(
      5200,
      2,
      local.id,
      Signal.PublicKey.deserialize(local.key),
      remote.id,
      Signal.PublicKey.deserialize(remote.key),
    );
    const displayable = official.displayableFingerprint().toString();
    return { local, remote, displayable, scannable: official.scannableFingerprint().toBuffer() };
  });
}

/**
 * Ciphertexts by the official library. It shows no shared secret, so ours is taken after a whole message under it has
 * passed its MAC.
 */
export async function kyberVectors() {
  const vectors: object[] = [];
  for (const seed of ["kyber 1", "kyber 2", "kyber 3"]) {
    const we = new Correspondent(seed, OUR, THEIR);
    const they = officialPeer(THEIR);
    await they.start(OUR, we.bundle);
    const { kind, message } = await they.encrypt(OUR, toUtf8("hello"));
    we.receive(kind, message);

    const { ciphertext } = readProtobuf(message.subarray(1), { ciphertext: [8, "bytes"] }) ?? {};
    const parsed = parseKyberCiphertext(ciphertext ?? new Uint8Array());
    const secretKey = we.kyberSecretKey;
    if (parsed === undefined) throw new Error("no Kyber ciphertext in a first message");
    const sharedSecret = run(decapsulate(secretKey, parsed), noblePrimitives);
    vectors.push({ secretKey, ciphertext: parsed, sharedSecret });
  }
  return vectors;
}

/** Envelopes by the official library; the first is vouched for by the sender, the second by a root of its own. */
export async function sealedVectors() {
  const vectors: object[] = [];
  for (const isOwnRoot of [false, true]) {
    const sender = person(7);
    const recipient = person(1);
    const server = isOwnRoot ? newIdentity() : sender.identity;
    const root = isOwnRoot ? newIdentity() : sender.identity;
    const expiresAtMs = NOW_MS + DAY_MS;
    const certificate = Signal.SenderCertificate.new(
      sender.peer.address.accountId,
      null,
      sender.peer.address.deviceId,
      Signal.PublicKey.deserialize(sender.identity.publicKey),
      expiresAtMs,
      Signal.ServerCertificate.new(1, Signal.PublicKey.deserialize(server.publicKey), toOfficialPrivate(root)),
      toOfficialPrivate(server),
    );
    await sender.peer.start(recipient.peer.address, await recipient.peer.publish(), NOW_MS);
    const inner = await Signal.signalEncrypt(
      toUtf8("hello"),
      toProtocolAddress(recipient.peer.address),
      toProtocolAddress(sender.peer.address),
      new Sessions(sender.peer.disk),
      new Identities(sender.peer.disk),
      new Date(NOW_MS),
    );
    const content = Signal.UnidentifiedSenderMessageContent.new(
      inner,
      certificate,
      Signal.ContentHint.Resendable,
      isOwnRoot ? random(32) : null,
    );
    const sealed = await Signal.sealedSenderEncrypt(
      content,
      toProtocolAddress(recipient.peer.address),
      new Identities(sender.peer.disk),
    );
    vectors.push({
      recipientPrivateKey: recipient.identity.privateKey,
      trustRoot: root.publicKey,
      isOwnRoot,
      expiresAtMs,
      sealed,
      sender: { ...sender.peer.address, identityKey: sender.identity.publicKey },
      kind: "prekey",
      contentHint: "resendable",
      message: inner.serialize(),
    });
  }
  return vectors;
}

/** Two conversations of some hundred messages with losses and late arrivals, so that SPQR's epochs go by. */
export async function sessionVectors() {
  return [await converse("they start", 120, false), await converse("we start", 120, true)];
}

async function converse(seed: string, messages: number, doWeStart: boolean) {
  const we = new Correspondent(seed, OUR, THEIR);
  const they = officialPeer(THEIR);
  const bundle = doWeStart ? await they.publish() : undefined;
  if (bundle === undefined) await they.start(OUR, we.bundle);
  else we.start(bundle);

  const steps: TranscriptStep[] = [];
  const underway: { readonly kind: string; readonly message: Bytes }[] = [];
  const chance = () => (random(1)[0] as number) / 256;
  let isOurTurn = doWeStart;
  for (let i = 0; i < messages; i++) {
    const plaintext = toUtf8(`message ${i} of the conversation where ${seed}`);
    if (isOurTurn) {
      const sent = we.send(plaintext);
      steps.push(sent);
      await expectOpened(they, sent, plaintext);
    } else {
      underway.push(await they.encrypt(OUR, plaintext));
      // The first answers must arrive; of the others one in twelve is lost and one in four is late.
      if (i > 8 && chance() < 1 / 12) underway.pop();
      while (underway.length > 0 && (i < 8 || underway.length > 3 || chance() < 3 / 4)) {
        const [next] = underway.splice(Math.floor(chance() * underway.length), 1);
        if (next !== undefined) steps.push(we.receive(next.kind, next.message));
      }
    }
    isOurTurn = chance() < 1 / 3 ? isOurTurn : !isOurTurn;
  }
  return { seed, our: OUR, their: THEIR, bundle, steps };
}

async function expectOpened(they: OfficialPeer, { kind, message }: TranscriptStep, plaintext: Bytes): Promise<void> {
  const opened = await they.decrypt(OUR, { kind: kind === "prekey" ? "prekey" : "whisper", message: fromHex(message) });
  if (!opened.ok || !equalBytes(opened.plaintext, plaintext)) throw new Error("the official library did not read us");
}

function person(deviceId: number): { readonly identity: KeyPair; readonly peer: OfficialPeer } {
  const identity = newIdentity();
  const accountId = accountIdOf(identity.publicKey);
  return { identity, peer: officialPeer({ accountId, deviceId }, identity.privateKey) };
}

function newIdentity(): KeyPair {
  return run(toKeyPair(toPrivateKey(random(32))), noblePrimitives);
}

function toProtocolAddress({ accountId, deviceId }: Address): Signal.ProtocolAddress {
  return Signal.ProtocolAddress.new(accountId, deviceId);
}

function toOfficialPrivate({ privateKey }: KeyPair): Signal.PrivateKey {
  return Signal.PrivateKey.deserialize(privateKey);
}
