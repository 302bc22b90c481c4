import { DAY_MS } from "@tacit/shared/limits";
import { toUtf8 } from "@tacit/shared/text";
import { expect, test } from "vitest";
import { acquaint, BOB, introduce, outcome, PAIRINGS, tell } from "./cast.ts";
import { NOW_MS } from "./peer.ts";

test.each(PAIRINGS)(
  "from %s to %s: a message is late by four answers or fewer, for five chains are kept",
  async (...pairing) => {
    const lateBy = async (answers: number) => {
      const { alice, bob } = await acquaint(pairing, "chains");
      await tell(alice, bob, "the chain of the late one");
      const late = await alice.encrypt(BOB, toUtf8("late"));
      for (let i = 0; i < answers; i++) {
        await tell(bob, alice, "answer");
        await tell(alice, bob, "next chain");
      }
      return outcome(bob, alice, late);
    };

    expect([await lateBy(3), await lateBy(4), await lateBy(5)]).toEqual(["ok", "ok", "refused"]);
  },
);

test.each(PAIRINGS)("from %s to %s: forty sessions are kept besides the one in use", async (...pairing) => {
  const lateBy = async (sessions: number) => {
    const { alice, bob } = await acquaint(pairing, "sessions");
    const late = await alice.encrypt(BOB, toUtf8("late"));
    const bundle = await bob.publish({ isWithOneTimeKey: false });
    for (let i = 0; i < sessions; i++) {
      expect(await alice.start(BOB, bundle)).toBe("ok");
      await tell(alice, bob, "anew");
    }
    return outcome(bob, alice, late);
  };

  expect([await lateBy(40), await lateBy(41)]).toEqual(["ok", "refused"]);
});

test.each(PAIRINGS)("%s waits thirty days for %s to answer, and not a millisecond more", async (...pairing) => {
  const { alice, bob } = await introduce(pairing, "days");
  const send = (nowMs: number) => alice.encrypt(BOB, toUtf8("anyone?"), nowMs);

  await expect(send(NOW_MS + 30 * DAY_MS)).resolves.toMatchObject({ kind: "prekey" });
  const before = alice.stored();
  await expect(send(NOW_MS + 30 * DAY_MS + 1)).rejects.toThrow();
  expect(alice.stored()).toBe(before);

  await tell(alice, bob, "hello");
  await tell(bob, alice, "sorry, I was away");
  await expect(send(NOW_MS + 60 * DAY_MS)).resolves.toMatchObject({ kind: "whisper" });
});
