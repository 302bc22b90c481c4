/**
 * Writes crypto/vectors/spqr.json: what the official library said in a conversation in which our side draws from a
 * seed. Every key in it opened an official message, or sealed one that the library opened. A file that exists is
 * kept, as by make-vectors.ts.
 */
import { existsSync, writeFileSync } from "node:fs";
import manifest from "@signalapp/libsignal-client/package.json" with { type: "json" };
import { startInitiatorRatchet, takeReceivingSeed, takeSendingSeed } from "@tacit/crypto/double-ratchet";
import { agreeAfresh, generateKeyPair } from "@tacit/crypto/keys";
import { decryptBody, deriveMessageKeys, encryptBody, isAuthentic, macOf } from "@tacit/crypto/message-cipher";
import { noblePrimitives } from "@tacit/crypto/noble-primitives";
import { initiateAgreement } from "@tacit/crypto/pqxdh";
import { run, type Step } from "@tacit/crypto/primitives";
import { decodeSignalMessage, encodePreKeySignalMessage, encodeSignalMessageBody } from "@tacit/crypto/signal-message";
import { receiveSpqr, sendSpqr, startSpqr } from "@tacit/crypto/spqr/spqr";
import { seededRandom } from "@tacit/crypto/testing/random";
import { concat, equalBytes, toHex } from "@tacit/shared/bytes";
import { toUtf8 } from "@tacit/shared/text";
import { officialPeer } from "./official.ts";

const FILE = new URL("../../crypto/vectors/spqr.json", import.meta.url);
const ALICE = { accountId: "9d0652a3-dcc3-4d11-975f-74d61598733f", deviceId: 1 };
const BOB = { accountId: "796abedb-ca4e-4f18-8803-1fde5b921f9f", deviceId: 3 };
const SEED = "spqr vector";
const TEXT = toUtf8("text");
/** Enough for two epochs, one with either side's key, and the start of a third. */
const ROUNDS = 100;

const answer = <Value>(step: Step<Value>) => run(step, noblePrimitives);
const random = seededRandom(`${SEED} session`);
const spqrRandom = seededRandom(SEED);

const bob = officialPeer(BOB);
const bundle = await bob.publish({ isWithOneTimeKey: false });
const identity = answer(generateKeyPair(random));
const baseKey = answer(generateKeyPair(random));
const their = {
  identityKey: bundle.identityKey,
  signedPreKey: bundle.signedPreKey.publicKey,
  oneTimePreKey: undefined,
  kyberPreKey: bundle.kyberPreKey.publicKey,
};
const { secrets, kyberCiphertext } = present(answer(initiateAgreement({ identity, baseKey, their }, random)));
const ratchetKey = present(answer(agreeAfresh(their.signedPreKey, random)));
let ratchet = startInitiatorRatchet(secrets, their.signedPreKey, ratchetKey);
let spqr = startSpqr("initiator", secrets.pqrKey);

const messages: { readonly from: "us" | "them"; readonly message: string; readonly key: string }[] = [];
for (let round = 0; round < ROUNDS; round++) {
  await sendOne(round === 0);
  await receiveOne();
}
if (existsSync(FILE)) console.info("spqr: kept");
else {
  const contents = {
    authority: `@signalapp/libsignal-client ${manifest.version}`,
    command: "npx node tests/interop/spqr-vector.ts",
    vectors: [{ seed: SEED, role: "initiator", pqrKey: toHex(secrets.pqrKey), messages }],
  };
  writeFileSync(FILE, `${JSON.stringify(contents, undefined, 1)}\n`);
  console.info("spqr: made");
}

async function sendOne(isFirst: boolean): Promise<void> {
  const sent = answer(sendSpqr(spqr, spqrRandom));
  const { sender, previousCounter } = ratchet;
  const taken = takeSendingSeed(ratchet);
  const keys = deriveMessageKeys(taken.seed, sent.key);
  const body = encodeSignalMessageBody({
    ratchetKey: sender.ratchetKey.publicKey,
    counter: sender.index,
    previousCounter,
    ciphertext: encryptBody(keys, TEXT),
    pqRatchet: sent.message,
    addresses: undefined,
  });
  const message = concat(body, macOf(keys, { sender: identity.publicKey, receiver: bundle.identityKey }, body));
  const sealed = isFirst
    ? ({ kind: "prekey", message: asFirstMessage(message) } as const)
    : ({ kind: "whisper", message } as const);
  const opened = await bob.decrypt(ALICE, sealed);
  if (!opened.ok || !equalBytes(opened.plaintext, TEXT)) throw new Error("the library did not open our message");
  ({ ratchet } = taken);
  spqr = sent.state;
  messages.push({ from: "us", message: toHex(sent.message), key: toHex(present(sent.key)) });
}

async function receiveOne(): Promise<void> {
  const message = present(decodeSignalMessage((await bob.encrypt(ALICE, TEXT)).message));
  const received = answer(receiveSpqr(spqr, message.pqRatchet));
  const taken = answer(takeReceivingSeed(ratchet, message, 1, random));
  if (!received.ok || !taken.ok) throw new Error("we refuse the library's message");
  const keys = deriveMessageKeys(taken.value.seed, received.value.key);
  const direction = { sender: bundle.identityKey, receiver: identity.publicKey };
  if (!isAuthentic(keys, direction, message.body, message.mac)) throw new Error("the library has other keys");
  if (!equalBytes(present(decryptBody(keys, message.ciphertext)), TEXT)) throw new Error("the library has other keys");
  ({ ratchet } = taken.value);
  spqr = received.value.state;
  messages.push({ from: "them", message: toHex(message.pqRatchet), key: toHex(present(received.value.key)) });
}

function asFirstMessage(message: Parameters<typeof encodePreKeySignalMessage>[0]["message"]) {
  return encodePreKeySignalMessage({
    registrationId: 1,
    oneTimePreKeyId: undefined,
    signedPreKeyId: bundle.signedPreKey.id,
    kyberPreKeyId: bundle.kyberPreKey.id,
    kyberCiphertext,
    baseKey: baseKey.publicKey,
    identityKey: identity.publicKey,
    message,
  });
}

function present<Value>(value: Value | undefined): Value {
  if (value === undefined) throw new Error("a step gave nothing");
  return value;
}
