import { toUtf8 } from "@tacit/shared/text";
import { expect, test } from "vitest";
import { officialPeer } from "./official.ts";
import { ourPeer } from "./our-peer.ts";

const ALICE = { accountId: "9d0652a3-dcc3-4d11-975f-74d61598733f", deviceId: 1 };
const BOB = { accountId: "796abedb-ca4e-4f18-8803-1fde5b921f9f", deviceId: 3 };

test("a message from official to ours, and back", async () => {
  const alice = officialPeer(ALICE);
  const bob = ourPeer(BOB, { seed: "first" });
  expect(await alice.start(BOB, await bob.publish())).toBe("ok");
  const first = await alice.encrypt(BOB, toUtf8("hello"));
  expect(await bob.decrypt(ALICE, first)).toEqual({ ok: true, plaintext: toUtf8("hello") });
  const answer = await bob.encrypt(ALICE, toUtf8("hi"));
  expect(await alice.decrypt(BOB, answer)).toEqual({ ok: true, plaintext: toUtf8("hi") });
});

test("a message from ours to official, and back", async () => {
  const alice = ourPeer(ALICE, { seed: "first" });
  const bob = officialPeer(BOB);
  expect(await alice.start(BOB, await bob.publish())).toBe("ok");
  const first = await alice.encrypt(BOB, toUtf8("hello"));
  expect(await bob.decrypt(ALICE, first)).toEqual({ ok: true, plaintext: toUtf8("hello") });
  const answer = await bob.encrypt(ALICE, toUtf8("hi"));
  expect(await alice.decrypt(BOB, answer)).toEqual({ ok: true, plaintext: toUtf8("hi") });
});
