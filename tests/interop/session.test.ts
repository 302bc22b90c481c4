import { toUtf8 } from "@tacit/shared/text";
import { expect, test } from "vitest";
import { ALICE, acquaint, BOB, epochOf, expectReads, introduce, makePeer, outcome, PAIRINGS, tell } from "./cast.ts";
import type { OurPeer } from "./our-peer.ts";
import type { Peer, Sealed } from "./peer.ts";
import { shuffled, upTo } from "./schedule.ts";

test.each(PAIRINGS)("%s starts a session and %s answers, with a one-time prekey", async (...pairing) => {
  const { alice, bob } = await introduce(pairing, "with");

  expect((await tell(alice, bob, "hello")).kind).toBe("prekey");
  expect((await tell(bob, alice, "hi")).kind).toBe("whisper");
  expect((await tell(alice, bob, "how are you?")).kind).toBe("whisper");
});

test.each(PAIRINGS)("%s starts a session and %s answers, without a one-time prekey", async (...pairing) => {
  const { alice, bob } = await introduce(pairing, "without", { isWithOneTimeKey: false });

  expect((await tell(alice, bob, "hello")).kind).toBe("prekey");
  expect((await tell(bob, alice, "hi")).kind).toBe("whisper");
});

test.each(PAIRINGS)("an empty message and a long one pass from %s to %s and back", async (...pairing) => {
  const { alice, bob } = await acquaint(pairing, "sizes");

  for (const text of ["", "x".repeat(15), "x".repeat(16), "x".repeat(60_000)]) {
    await tell(alice, bob, text);
    await tell(bob, alice, text);
  }
});

test.each(PAIRINGS)("%s and %s pass many epochs of the post-quantum ratchet", async (...pairing) => {
  const { alice, bob } = await introduce(pairing, "epochs");
  const draw = upTo("epochs");
  let last = await tell(alice, bob, "first");

  for (let i = 0; i < 400; i++) {
    // Who speaks, and how long without an answer, changes all the time; each speaks 400 times or more.
    const [from, to] = draw(2) === 0 ? [alice, bob] : [bob, alice];
    for (let j = 0; j <= draw(3); j++) last = await tell(from, to, `${i}.${j}`);
    last = await tell(to, from, `re ${i}`);
  }

  expect(epochOf(last)).toBeGreaterThan(3);
});

test.each(PAIRINGS)("messages from %s to %s survive loss and any order", async (...pairing) => {
  const { alice, bob } = await acquaint(pairing, "order");
  const draw = upTo("order");

  for (let round = 0; round < 15; round++) {
    const [from, to] = round % 2 === 0 ? [alice, bob] : [bob, alice];
    const sent: Array<{ readonly text: string; readonly sealed: Sealed }> = [];
    for (let i = 0; i < 20; i++) {
      const text = `${round}.${i}`;
      sent.push({ text, sealed: await from.encrypt(to.address, toUtf8(text)) });
    }
    for (const { text, sealed } of shuffled(sent, draw).slice(7)) {
      await expectReads(to, from, sealed, text);
      expect(await outcome(to, from, sealed)).toBe("duplicate");
    }
  }
});

test.each(PAIRINGS)("%s repeats the first message's keys until %s has answered", async (...pairing) => {
  const { alice, bob } = await introduce(pairing, "repeat");
  const sent = await encryptAll(alice, bob, ["one", "two", "three"]);

  // Whichever arrives first uses the one-time prekey up; the others need the session only.
  await expectReads(bob, alice, sent[2] as Sealed, "three");
  await expectReads(bob, alice, sent[0] as Sealed, "one");
  await expectReads(bob, alice, sent[1] as Sealed, "two");

  expect(sent.map(({ kind }) => kind)).toEqual(["prekey", "prekey", "prekey"]);
  await tell(bob, alice, "answer");
  expect((await tell(alice, bob, "four")).kind).toBe("whisper");
});

test.each(PAIRINGS)("%s and %s start at the same time and end up in one session", async (...[alices, bobs]) => {
  const alice = makePeer(alices, ALICE, "both");
  const bob = makePeer(bobs, BOB, "both");
  expect(await alice.start(BOB, await bob.publish())).toBe("ok");
  expect(await bob.start(ALICE, await alice.publish())).toBe("ok");
  const [toBob, toAlice] = [await encryptAll(alice, bob, ["a1", "a2"]), await encryptAll(bob, alice, ["b1", "b2"])];

  await expectReads(bob, alice, toBob[0] as Sealed, "a1");
  await expectReads(alice, bob, toAlice[0] as Sealed, "b1");
  await expectReads(bob, alice, toBob[1] as Sealed, "a2");
  await expectReads(alice, bob, toAlice[1] as Sealed, "b2");
  const baseKeys = new Set<string>();
  for (let i = 0; i < 10; i++) {
    expect((await tell(alice, bob, `a${i}`)).kind).toBe("whisper");
    expect((await tell(bob, alice, `b${i}`)).kind).toBe("whisper");
    if (i > 2) baseKeys.add(baseKeyOf(alices === "ours" ? alice : bob));
  }

  expect(baseKeys.size).toBe(1);
});

test.each(PAIRINGS)("%s starts anew with %s while messages of the old session are on their way", async (...pairing) => {
  const { alice, bob } = await acquaint(pairing, "anew");
  const [late] = await encryptAll(alice, bob, ["late"]);
  const [crossing] = await encryptAll(bob, alice, ["crossing"]);

  expect(await alice.start(BOB, await bob.publish())).toBe("ok");
  expect((await tell(alice, bob, "new session")).kind).toBe("prekey");
  await expectReads(bob, alice, late as Sealed, "late");
  await expectReads(alice, bob, crossing as Sealed, "crossing");

  for (let i = 0; i < 5; i++) {
    await tell(alice, bob, `a${i}`);
    await tell(bob, alice, `b${i}`);
  }
});

async function encryptAll(from: Peer, to: Peer, texts: readonly string[]): Promise<readonly Sealed[]> {
  const sent: Sealed[] = [];
  for (const text of texts) sent.push(await from.encrypt(to.address, toUtf8(text)));
  return sent;
}

function baseKeyOf(ours: Peer): string {
  const their = ours.address === ALICE ? BOB : ALICE;
  return String((ours as OurPeer).record(their)?.current?.baseKey);
}
