import * as Signal from "@signalapp/libsignal-client";
import { type KeyPair, type PublicKey, toKeyPair, toPrivateKey } from "@tacit/crypto/keys";
import { noblePrimitives } from "@tacit/crypto/noble-primitives";
import { run } from "@tacit/crypto/primitives";
import { openSealed, openSealedUnder, sealMessage } from "@tacit/crypto/sealed-sender";
import { issueSenderCertificate, parseSenderCertificate } from "@tacit/crypto/sender-certificate";
import { seededRandom } from "@tacit/crypto/testing/random";
import { accountIdOf } from "@tacit/crypto/verify";
import { type Bytes, copyBytes } from "@tacit/shared/bytes";
import type { AccountId, DeviceId } from "@tacit/shared/ids";
import { DAY_MS, ENVELOPE_BUCKETS_BYTES, MAX_CONTENT_BYTES } from "@tacit/shared/limits";
import { toUtf8 } from "@tacit/shared/text";
import { expect, test } from "vitest";
import { type OfficialPeer, officialPeer } from "./official.ts";
import { Identities, KyberKeys, OneTimeKeys, Sessions, SignedKeys } from "./official-stores.ts";

const NOW_MS = Date.UTC(2026, 10, 21);
const EXPIRES_AT_MS = NOW_MS + DAY_MS;
const random = seededRandom("sealed sender against the official library");

/** One person, known to both libraries by the same identity key. */
type Person = {
  readonly identity: KeyPair;
  readonly accountId: AccountId;
  readonly deviceId: DeviceId;
  readonly official: OfficialPeer;
};

test("the official library opens envelopes of every size, padding included, and believes the certificate", async () => {
  const [alice, bob] = [person(), person()];
  const certificate = issue(alice);

  for (const bucket of ENVELOPE_BUCKETS_BYTES) {
    const message = random(Math.min(bucket - 600, MAX_CONTENT_BYTES));
    const sealed = seal(alice, certificate, bob, message);
    const opened = await Signal.sealedSenderDecryptToUsmc(sealed, new Identities(bob.official.disk));

    expect(sealed).toHaveLength(bucket);
    expect(opened.contents()).toEqual(message);
    expect(opened.msgType()).toBe(Signal.CiphertextMessageType.Whisper);
    expect(opened.contentHint()).toBe(Signal.ContentHint.Resendable);
    expect(opened.groupId()).toBeNull();
    expect(opened.senderCertificate().serialize()).toEqual(certificate);
    expect(opened.senderCertificate().senderUuid()).toBe(alice.accountId);
    expect(opened.senderCertificate().senderDeviceId()).toBe(alice.deviceId);
    expect(opened.senderCertificate().validate(toOfficial(alice.identity.publicKey), EXPIRES_AT_MS)).toBe(true);
    expect(opened.senderCertificate().validate(toOfficial(alice.identity.publicKey), EXPIRES_AT_MS + 1)).toBe(false);
    expect(opened.senderCertificate().validate(toOfficial(bob.identity.publicKey), NOW_MS)).toBe(false);
  }
});

test("the official library decrypts a whole message that travelled in our envelope", async () => {
  const [alice, bob] = [person(), person()];
  await alice.official.start(bob.official.address, await bob.official.publish());
  const { kind, message } = await alice.official.encrypt(bob.official.address, toUtf8("hello"));

  const sealed = seal(alice, issue(alice), bob, message, kind);
  const opened = await Signal.sealedSenderDecryptMessage(
    sealed,
    toOfficial(alice.identity.publicKey),
    NOW_MS,
    null,
    bob.accountId,
    bob.deviceId,
    new Sessions(bob.official.disk),
    new Identities(bob.official.disk),
    new OneTimeKeys(bob.official.disk),
    new SignedKeys(bob.official.disk),
    new KyberKeys(bob.official.disk),
  );

  expect(opened.message()).toEqual(toUtf8("hello"));
  expect(opened.senderUuid()).toBe(alice.accountId);
  expect(opened.deviceId()).toBe(alice.deviceId);
});

test("we open an envelope of the official library whose sender vouches for itself", async () => {
  const [alice, bob] = [person(), person()];

  const sealed = await sealOfficially(alice, bob, officialCertificate(alice, alice.identity, alice.identity));
  const opened = run(openSealed({ identity: bob.identity, sealed, nowMs: NOW_MS }), noblePrimitives);

  if (!opened.ok) throw new Error(opened.reason);
  const { accountId, deviceId, identity } = alice;
  expect(opened.value.sender).toEqual({ accountId, deviceId, identityKey: identity.publicKey });
  expect(opened.value.kind).toBe("prekey");
  expect(opened.value.contentHint).toBe("default");
  const { kind, message } = opened.value;
  expect(await bob.official.decrypt(alice.official.address, { kind, message })).toEqual({
    ok: true,
    plaintext: toUtf8("hello"),
  });
});

test("under a root of its own, the official library's envelope opens with that root only", async () => {
  const [alice, bob, root, server, mallory] = [person(), person(), person(), person(), person()];
  const sealed = await sealOfficially(alice, bob, officialCertificate(alice, root.identity, server.identity));
  const opening = { identity: bob.identity, sealed, nowMs: EXPIRES_AT_MS };
  const openUnder = (...roots: Person[]) => {
    const opened = run(
      openSealedUnder(
        roots.map(({ identity }) => identity.publicKey),
        opening,
      ),
      noblePrimitives,
    );
    return opened.ok ? opened.value.sender.accountId : opened.reason;
  };

  expect(openUnder(root)).toBe(alice.accountId);
  expect(openUnder(mallory, root)).toBe(alice.accountId);
  expect(openUnder(mallory, server, alice)).toBe("forged");
  expect(openUnder()).toBe("forged");
  expect(run(openSealed(opening), noblePrimitives)).toEqual({ ok: false, reason: "forged" });
  opening.nowMs = EXPIRES_AT_MS + 1;
  expect(openUnder(root)).toBe("expired");
});

test("both libraries write the same certificate, and read each other's", () => {
  const alice = person();
  const theirs = officialCertificate(alice, alice.identity, alice.identity);

  const ours = parseSenderCertificate(issue(alice));
  const parsed = parseSenderCertificate(theirs.serialize());

  expect(parsed?.sender).toEqual(ours?.sender);
  expect(parsed?.expiresAtMs).toBe(ours?.expiresAtMs);
  expect(parsed?.server.key).toEqual(ours?.server.key);
  expect(parsed?.server.signed.certificate).toEqual(ours?.server.signed.certificate);
  expect(Signal.SenderCertificate.deserialize(issue(alice)).key().serialize()).toEqual(alice.identity.publicKey);
});

function person(): Person {
  const secret = random(32);
  const identity = run(toKeyPair(toPrivateKey(secret)), noblePrimitives);
  const accountId = accountIdOf(identity.publicKey);
  const deviceId = (1 + ((random(1)[0] as number) % 127)) as DeviceId;
  return { identity, accountId, deviceId, official: officialPeer({ accountId, deviceId }, secret) };
}

function issue({ accountId, deviceId, identity }: Person): Bytes {
  return issueSenderCertificate({ accountId, deviceId, identity, expiresAtMs: EXPIRES_AT_MS }, random);
}

function seal(
  alice: Person,
  certificate: Bytes,
  bob: Person,
  message: Bytes,
  kind: "prekey" | "whisper" = "whisper",
): Bytes {
  const { identity } = alice;
  const recipient = bob.identity.publicKey;
  return run(
    sealMessage({ identity, certificate, recipient, kind, message, contentHint: "resendable" }, random),
    noblePrimitives,
  );
}

function officialCertificate(sender: Person, root: KeyPair, server: KeyPair): Signal.SenderCertificate {
  const { accountId, deviceId, identity } = sender;
  const serverCertificate = Signal.ServerCertificate.new(1, toOfficial(server.publicKey), toOfficialPrivate(root));
  return Signal.SenderCertificate.new(
    accountId,
    null,
    deviceId,
    toOfficial(identity.publicKey),
    EXPIRES_AT_MS,
    serverCertificate,
    toOfficialPrivate(server),
  );
}

/** A first message, "hello", in a session that the official library has just started, by the clock that it reads. */
async function sealOfficially(alice: Person, bob: Person, certificate: Signal.SenderCertificate): Promise<Bytes> {
  await alice.official.start(bob.official.address, await bob.official.publish(), Date.now());
  return copyBytes(
    await Signal.sealedSenderEncryptMessage(
      toUtf8("hello"),
      Signal.ProtocolAddress.new(bob.accountId, bob.deviceId),
      certificate,
      new Sessions(alice.official.disk),
      new Identities(alice.official.disk),
    ),
  );
}

function toOfficial(key: PublicKey): Signal.PublicKey {
  return Signal.PublicKey.deserialize(key);
}

function toOfficialPrivate({ privateKey }: KeyPair): Signal.PrivateKey {
  return Signal.PrivateKey.deserialize(privateKey);
}
