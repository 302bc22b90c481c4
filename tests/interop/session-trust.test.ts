import { concat } from "@tacit/shared/bytes";
import { toUtf8 } from "@tacit/shared/text";
import { expect, test } from "vitest";
import { ALICE, acquaint, BOB, expectReads, introduce, makePeer, PAIRINGS, tell } from "./cast.ts";
import type { OurPeer } from "./our-peer.ts";
import { editFields, readField } from "./protobuf-edits.ts";

test.each(PAIRINGS)(
  "%s comes back with another identity key, which %s has to accept first",
  async (...[alices, bobs]) => {
    const { bob } = await acquaint([alices, bobs], "before");
    const alice = makePeer(alices, ALICE, "after");
    expect(await alice.start(BOB, await bob.publish())).toBe("ok");
    const first = await alice.encrypt(BOB, toUtf8("it is me"));
    const before = bob.stored();

    expect(await bob.decrypt(ALICE, first)).toEqual({ ok: false, reason: "untrusted" });
    expect(bob.stored()).toBe(before);

    bob.trust(ALICE, alice.identityKey);
    expect(await bob.decrypt(ALICE, first)).toEqual({ ok: true, plaintext: toUtf8("it is me") });
    await tell(bob, alice, "so it is");
  },
);

test.each(PAIRINGS)(
  "%s does not start a session with an identity key of %s that is not trusted",
  async (...pairing) => {
    const { alice } = await acquaint(pairing, "before");
    const bob = makePeer(pairing[1], BOB, "after");
    const bundle = await bob.publish();
    const before = alice.stored();

    expect(await alice.start(BOB, bundle)).toBe("untrusted");
    expect(alice.stored()).toBe(before);

    alice.trust(BOB, bob.identityKey);
    expect(await alice.start(BOB, bundle)).toBe("ok");
    await tell(alice, bob, "hello again");
  },
);

test.each(PAIRINGS)(
  "with %s and %s: who is not trusted any more is neither read nor written to",
  async (...pairing) => {
    const { alice, bob } = await acquaint(pairing, "distrust");
    const { bob: stranger } = await introduce(pairing, "stranger");
    const message = await alice.encrypt(BOB, toUtf8("hello?"));
    bob.trust(ALICE, stranger.identityKey);
    const before = bob.stored();

    expect(await bob.decrypt(ALICE, message)).toEqual({ ok: false, reason: "untrusted" });
    await expect(bob.encrypt(ALICE, toUtf8("hello"))).rejects.toThrow();
    expect(bob.stored()).toBe(before);

    bob.trust(ALICE, alice.identityKey);
    expect(await bob.decrypt(ALICE, message)).toEqual({ ok: true, plaintext: toUtf8("hello?") });
  },
);

test.each(PAIRINGS)(
  "%s writes to %s, who lost the session: the first message does not work twice",
  async (...pairing) => {
    for (const isWithOneTimeKey of [true, false]) {
      const { alice, bob } = await introduce(pairing, "replay", { isWithOneTimeKey });
      const first = await tell(alice, bob, "hello");
      expect(await bob.decrypt(ALICE, first)).toEqual({ ok: false, reason: "duplicate" });

      bob.forgetSessions();
      const before = bob.stored();

      const reason = isWithOneTimeKey ? /missing-prekey/ : /replayed/;
      expect(await bob.decrypt(ALICE, first)).toMatchObject({ ok: false, reason: expect.stringMatching(reason) });
      expect(bob.stored()).toBe(before);
    }
  },
);

test("a message of an archived session brings it back into use, and the one in use goes to the archive", async () => {
  const { alice, bob } = await acquaint(["official", "ours"], "archive");
  const old = await alice.encrypt(BOB, toUtf8("old"));
  const record = () => (bob as OurPeer).record(ALICE);
  const oldBaseKey = record()?.current?.baseKey;
  await alice.start(BOB, await bob.publish());
  await tell(alice, bob, "new");
  const newBaseKey = record()?.current?.baseKey;
  expect(newBaseKey).not.toEqual(oldBaseKey);

  await bob.decrypt(ALICE, old);

  expect(record()?.current?.baseKey).toEqual(oldBaseKey);
  expect(record()?.archived.map(({ baseKey }) => baseKey)).toEqual([newBaseKey]);
});

test.each(PAIRINGS)("from %s to %s: a first message is tried on its own session only", async (...pairing) => {
  const { alice, bob } = await introduce(pairing, "no fallback");
  await tell(alice, bob, "hello");
  const known = await alice.encrypt(BOB, toUtf8("of the known session"));
  await alice.start(BOB, await bob.publish());
  const fresh = await alice.encrypt(BOB, toUtf8("of the new session"));
  const inner = readField(known.message.subarray(1), 4);
  const mixed = concat(fresh.message.subarray(0, 1), editFields(fresh.message.subarray(1), { 4: inner }));
  const before = bob.stored();

  expect(await bob.decrypt(ALICE, { kind: "prekey", message: mixed })).toMatchObject({ ok: false });
  expect(bob.stored()).toBe(before);

  await expectReads(bob, alice, known, "of the known session");
  await expectReads(bob, alice, fresh, "of the new session");
});
