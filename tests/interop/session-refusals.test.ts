import type { Bytes } from "@tacit/shared/bytes";
import { toUtf8 } from "@tacit/shared/text";
import { expect, test } from "vitest";
import { ALICE, BOB, introduce, type Make, PAIRINGS, tell } from "./cast.ts";
import { forge, type Misdeed } from "./forge.ts";
import { EQUIVALENT_BASE_KEYS, READ, REFUSED, REFUSED_BY_US } from "./misdeeds.ts";
import { type OurPeer, ourPeer } from "./our-peer.ts";
import type { Opened } from "./peer.ts";

const FORGED = { ok: true, plaintext: toUtf8("forged") };

test.each(REFUSED)("a first message %s is refused: %s", async (_, reason, misdeed) => {
  expect(await arrival("ours", misdeed)).toEqual({ ok: false, reason });
  expect(await arrival("official", misdeed)).toMatchObject({ ok: false });
});

test.each(REFUSED_BY_US)(
  "a first message %s is refused here (%s), and read by libsignal",
  async (_, reason, misdeed) => {
    expect(await arrival("ours", misdeed)).toEqual({ ok: false, reason });
    expect(await arrival("official", misdeed)).toEqual(FORGED);
  },
);

test.each(READ)("a first message %s is read", async (_, misdeed) => {
  expect(await arrival("ours", misdeed)).toEqual(FORGED);
  expect(await arrival("official", misdeed)).toEqual(FORGED);
});

test.each(EQUIVALENT_BASE_KEYS)("a base key %s is refused", async (_, restate) => {
  for (const bobs of ["ours", "official"] as const) {
    const { alice, bob } = await introduce(["ours", bobs], "base key");
    const baseKey = (alice as OurPeer).record(BOB)?.current?.baseKey;
    if (baseKey === undefined) throw new Error("Alice has a session");

    const opened = await bob.decrypt(ALICE, forge(alice as OurPeer, BOB, { outerFields: { 2: restate(baseKey) } }));

    expect(opened).toMatchObject({ ok: false });
    await tell(alice, bob, "the honest one");
  }
});

test("without the rule for addresses they may be missing, but not wrong", async () => {
  const alice = ourPeer(ALICE, { seed: "lax" });
  const bob = ourPeer(BOB, { seed: "lax", requireAddresses: false });
  await alice.start(BOB, await bob.publish());
  const bound = (addresses: Bytes | undefined) => forge(alice, BOB, { fields: () => ({ 6: addresses }) });

  expect(await bob.decrypt(ALICE, bound(new Uint8Array(36)))).toEqual({ ok: false, reason: "forged" });
  expect(await bob.decrypt(ALICE, bound(undefined))).toEqual(FORGED);
});

test("a later message with addresses of others is refused", async () => {
  for (const bobs of ["ours", "official"] as const) {
    const { alice, bob } = await introduce(["ours", bobs], "later");
    await tell(alice, bob, "hello");
    await tell(bob, alice, "hi");

    const opened = await bob.decrypt(
      ALICE,
      forge(alice as OurPeer, BOB, { fields: () => ({ 6: new Uint8Array(36) }) }),
    );

    expect(opened).toMatchObject({ ok: false });
    await tell(alice, bob, "the honest one");
  }
});

test.each(PAIRINGS)("with %s against %s: a message of one kind does not pass for the other", async (...pairing) => {
  const { alice, bob } = await introduce(pairing, "kinds");
  const first = await alice.encrypt(BOB, toUtf8("first"));
  expect(await bob.decrypt(ALICE, { ...first, kind: "whisper" })).toMatchObject({ ok: false });
  await bob.decrypt(ALICE, first);

  const answer = await bob.encrypt(ALICE, toUtf8("answer"));

  expect(await alice.decrypt(BOB, { ...answer, kind: "prekey" })).toMatchObject({ ok: false });
});

test.each(PAIRINGS)("with %s and %s: a message without a session is refused", async (...[alices, bobs]) => {
  const { alice, bob } = await introduce([alices, bobs], "known");
  await tell(alice, bob, "hello");
  const answer = await bob.encrypt(ALICE, toUtf8("answer"));
  const { alice: stranger } = await introduce([alices, bobs], "stranger");
  const before = stranger.stored();

  expect(await stranger.decrypt(BOB, answer)).toMatchObject({ ok: false });
  expect(stranger.stored()).toBe(before);
});

/** What Bob makes of a message of Alice's. What he refuses leaves no trace, and does not keep her from writing. */
async function arrival(bobs: Make, misdeed: Misdeed): Promise<Opened> {
  const { alice, bob } = await introduce(["ours", bobs], "refusals");
  const before = bob.stored();
  const opened = await bob.decrypt(ALICE, forge(alice as OurPeer, BOB, misdeed));
  if (!opened.ok) {
    expect(bob.stored()).toBe(before);
    await tell(alice, bob, "the honest one");
  }
  return opened;
}
