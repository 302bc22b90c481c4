/**
 * How our sessions compare with the official library in the same process and the same minute: `npm run bench:crypto`.
 * Both write and read their records for every step, as a store would make them. Compare the ratios, not the times.
 */
import * as Signal from "@signalapp/libsignal-client";
import { noblePrimitives } from "@tacit/crypto/noble-primitives";
import { encodeKyberPreKey, encodePreKey } from "@tacit/crypto/prekey-codec";
import { generateKyberPreKeys, generatePreKeys } from "@tacit/crypto/prekeys";
import { type AsyncPrimitives, runAsync } from "@tacit/crypto/primitives";
import { seededRandom } from "@tacit/crypto/testing/random";
import { platformPrimitives } from "@tacit/web/adapters/platform-primitives";
import { officialPeer } from "../interop/official.ts";
import { ourPeer } from "../interop/our-peer.ts";
import type { Peer } from "../interop/peer.ts";
import { type Contest, type Outcome, runContest, toTable } from "./contest.ts";

type Contestant = {
  readonly name: string;
  readonly peers: () => readonly [Peer, Peer];
  /** So many prekeys of either kind, signed where they are, as records. */
  readonly makePreKeys: (count: number) => Promise<void>;
};

const ALICE = { accountId: "9d0652a3-dcc3-4d11-975f-74d61598733f", deviceId: 1 };
const BOB = { accountId: "796abedb-ca4e-4f18-8803-1fde5b921f9f", deviceId: 3 };
const PLAINTEXT = new Uint8Array(256);

const contestants: readonly Contestant[] = [
  {
    name: "libsignal",
    peers: () => [officialPeer(ALICE), officialPeer(BOB)],
    makePreKeys: async (count) => makeOfficialPreKeys(count),
  },
  ours("ours, noble only", noblePrimitives),
  ours("ours, WebCrypto", platformPrimitives(crypto.subtle)),
];

const outcomes: Outcome[] = [];
for (const contest of contests()) outcomes.push(await runContest(contest));
console.log(
  toTable(
    contestants.map(({ name }) => name),
    outcomes,
  ),
);

function contests(): readonly Contest[] {
  const between = (prepare: (alice: Peer, bob: Peer) => Promise<() => Promise<void>>) =>
    contestants.map(
      ({ peers }) =>
        () =>
          prepare(...peers()),
    );
  return [
    { job: "start a session from a bundle", timesPerRound: 2, prepare: between(starting) },
    { job: "bundle, start, message, answer", timesPerRound: 1, prepare: between(meeting) },
    { job: "encrypt and decrypt 256 bytes", timesPerRound: 20, prepare: between(talking) },
    { job: "256 bytes there and back", timesPerRound: 3, prepare: between(alternating) },
    {
      job: "100 one-time and 100 Kyber prekeys",
      timesPerRound: 1,
      prepare: contestants.map(
        ({ makePreKeys }) =>
          async () =>
          () =>
            makePreKeys(100),
      ),
    },
  ];
}

async function starting(alice: Peer, bob: Peer) {
  const bundle = await bob.publish();
  return async () => {
    alice.forgetSessions();
    await alice.start(BOB, bundle);
  };
}

async function meeting(alice: Peer, bob: Peer) {
  return async () => {
    alice.forgetSessions();
    bob.forgetSessions();
    await alice.start(BOB, await bob.publish());
    await pass(alice, bob);
    await pass(bob, alice);
  };
}

async function talking(alice: Peer, bob: Peer) {
  await (await meeting(alice, bob))();
  return () => pass(alice, bob);
}

async function alternating(alice: Peer, bob: Peer) {
  await (await meeting(alice, bob))();
  return async () => {
    await pass(alice, bob);
    await pass(bob, alice);
  };
}

async function pass(from: Peer, to: Peer): Promise<void> {
  const opened = await to.decrypt(from.address, await from.encrypt(to.address, PLAINTEXT));
  if (!opened.ok) throw new Error(`a message that was not read is no measurement: ${opened.reason}`);
}

function ours(name: string, primitives: AsyncPrimitives): Contestant {
  const { identity } = ourPeer(ALICE, { seed: "prekeys" }).own;
  const random = seededRandom("prekeys");
  return {
    name,
    peers: () => [ourPeer(ALICE, { seed: "bench", primitives }), ourPeer(BOB, { seed: "bench", primitives })],
    makePreKeys: async (count) => {
      for (const record of await runAsync(generatePreKeys(0, count, random), primitives)) encodePreKey(record);
      const kyber = await runAsync(generateKyberPreKeys(0, count, identity, random), primitives);
      for (const record of kyber) encodeKyberPreKey(record);
    },
  };
}

function makeOfficialPreKeys(count: number): void {
  const identity = Signal.PrivateKey.generate();
  for (let id = 0; id < count; id++) {
    const key = Signal.PrivateKey.generate();
    Signal.PreKeyRecord.new(id, key.getPublicKey(), key).serialize();
    const kyber = Signal.KEMKeyPair.generate();
    const signature = identity.sign(kyber.getPublicKey().serialize());
    Signal.KyberPreKeyRecord.new(id, 0, kyber, signature).serialize();
  }
}
