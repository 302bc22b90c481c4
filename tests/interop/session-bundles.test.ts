import type { PublicKey } from "@tacit/crypto/keys";
import type { KyberPublicKey } from "@tacit/crypto/kyber1024";
import type { PreKeyBundle } from "@tacit/crypto/prekeys";
import { seededRandom } from "@tacit/crypto/testing/random";
import { signXeddsa } from "@tacit/crypto/xeddsa";
import type { Bytes } from "@tacit/shared/bytes";
import { expect, test } from "vitest";
import { ALICE, BOB, type Make, makePeer, tell } from "./cast.ts";
import { type OurPeer, ourPeer } from "./our-peer.ts";

const SMALL_ORDER_KEY = new Uint8Array(33).with(0, 0x05) as PublicKey;
/** Every coefficient is 2^12 - 1, which is more than q. */
const BEYOND_THE_MODULUS = new Uint8Array(1569).fill(0xff).with(0, 0x08) as KyberPublicKey;

/** `sign` is Bob's own hand: a bundle may be malformed and well signed. */
type Spoil = (bundle: PreKeyBundle, sign: (key: Bytes) => Bytes) => Partial<PreKeyBundle>;
type Row = readonly [what: string, reason: string, spoil: Spoil];

const REFUSED: readonly Row[] = [
  [
    "a signature of the signed prekey that is off by one bit",
    "bad-signature",
    ({ signedPreKey }) => ({ signedPreKey: { ...signedPreKey, signature: flipped(signedPreKey.signature) } }),
  ],
  [
    "a signature of the Kyber prekey that is off by one bit",
    "bad-signature",
    ({ kyberPreKey }) => ({ kyberPreKey: { ...kyberPreKey, signature: flipped(kyberPreKey.signature) } }),
  ],
  [
    "its signatures exchanged",
    "bad-signature",
    ({ signedPreKey, kyberPreKey }) => ({
      signedPreKey: { ...signedPreKey, signature: kyberPreKey.signature },
      kyberPreKey: { ...kyberPreKey, signature: signedPreKey.signature },
    }),
  ],
  [
    "a signature of zeros",
    "bad-signature",
    ({ signedPreKey }) => ({ signedPreKey: { ...signedPreKey, signature: new Uint8Array(64) } }),
  ],
  [
    "another signed prekey",
    "bad-signature",
    ({ signedPreKey }) => ({ signedPreKey: { ...signedPreKey, publicKey: flipped(signedPreKey.publicKey) } }),
  ],
  [
    "another Kyber prekey",
    "bad-signature",
    ({ kyberPreKey }) => ({ kyberPreKey: { ...kyberPreKey, publicKey: flipped(kyberPreKey.publicKey) } }),
  ],
  ["another identity key", "bad-signature", ({ signedPreKey }) => ({ identityKey: signedPreKey.publicKey })],
  [
    "a signed prekey of small order",
    "malformed",
    (_, sign) => ({ signedPreKey: { id: 0, publicKey: SMALL_ORDER_KEY, signature: sign(SMALL_ORDER_KEY) } }),
  ],
  ["a one-time prekey of small order", "malformed", () => ({ oneTimePreKey: { id: 0, publicKey: SMALL_ORDER_KEY } })],
];

/** libsignal 0.103.0 starts a session with these. */
const REFUSED_BY_US: readonly Row[] = [
  [
    "a Kyber prekey beyond the modulus",
    "malformed",
    (_, sign) => ({ kyberPreKey: { id: 0, publicKey: BEYOND_THE_MODULUS, signature: sign(BEYOND_THE_MODULUS) } }),
  ],
  ["the id of another device", "malformed", () => ({ deviceId: BOB.deviceId + 1 })],
  [
    "an identity key that is not canonical",
    "malformed",
    ({ identityKey }) => ({ identityKey: withTopBit(identityKey) }),
  ],
  [
    "a signed prekey that is not canonical",
    "malformed",
    ({ signedPreKey }, sign) => {
      const publicKey = withTopBit(signedPreKey.publicKey);
      return { signedPreKey: { id: 0, publicKey, signature: sign(publicKey) } };
    },
  ],
  [
    "a one-time prekey that is not canonical",
    "malformed",
    ({ signedPreKey }) => ({ oneTimePreKey: { id: 0, publicKey: withTopBit(signedPreKey.publicKey) } }),
  ],
];

test.each(REFUSED)("a bundle with %s is refused: %s", async (_, reason, spoil) => {
  expect(await startWith("ours", spoil)).toBe(reason);
  expect(await startWith("official", spoil)).not.toBe("ok");
});

test.each(REFUSED_BY_US)("a bundle with %s is refused here (%s), and taken by libsignal", async (_, reason, spoil) => {
  expect(await startWith("ours", spoil)).toBe(reason);
  expect(await startWith("official", spoil)).toBe("ok");
});

/** What Alice makes of the spoilt bundle. A refusal leaves no trace, and the honest bundle is as good as before. */
async function startWith(alices: Make, spoil: Spoil): Promise<string> {
  const alice = makePeer(alices, ALICE, "bundles");
  const bob: OurPeer = ourPeer(BOB, { seed: "bundles" });
  const bundle = await bob.publish();
  const sign = (key: Bytes) => signXeddsa(bob.own.identity.privateKey, key, seededRandom("sign"));
  const before = alice.stored();
  const outcome = await alice.start(BOB, { ...bundle, ...spoil(bundle, sign) });
  if (outcome !== "ok") {
    expect(alice.stored()).toBe(before);
    expect(await alice.start(BOB, bundle)).toBe("ok");
    await tell(alice, bob, "hello");
  }
  return outcome;
}

/** Another value of the same type, off by the lowest bit of its last byte. */
function flipped<Value extends Bytes>(bytes: Value): Value {
  return bytes.with(-1, (bytes.at(-1) as number) ^ 1) as Value;
}

function withTopBit(key: PublicKey): PublicKey {
  return key.with(-1, (key.at(-1) as number) | 0x80) as PublicKey;
}
