import { type Bytes, copyBytes } from "@tacit/shared/bytes";
import type { DeviceId } from "@tacit/shared/ids";
import { DAY_MS, ENVELOPE_BUCKETS_BYTES } from "@tacit/shared/limits";
import { refused } from "@tacit/shared/result";
import { expect, test } from "vitest";
import type { Keyholder } from "../ports/keyholder.ts";
import type { Row } from "../ports/store.ts";
import { KeyholderDevice, NOW_MS } from "./keyholder-device.ts";

/** Registers what every keyholder must do with sessions and envelopes. `open` gives a locked one. */
export function sessionsContract(open: () => Keyholder): void {
  const device = () => KeyholderDevice.create(open());

  test("what is asked at the same time is answered as if it were asked in turn", async () => {
    const [alice, bob, carol] = await Promise.all([device(), device(), device()]);
    for (const friend of [bob, carol]) {
      await alice.receive(await friend.say(alice, "hello"));
      await friend.receive(await alice.say(friend, "hi"));
    }
    const letters = await Promise.all([bob.send(alice, "one", "two"), carol.send(alice, "three", "four")]);

    const [toBob, toCarol, opened] = await Promise.all([
      alice.say(bob, "to Bob"),
      alice.say(carol, "to Carol"),
      Promise.all(letters.flat().map((sealed) => alice.keyholder.openEnvelope(sealed, NOW_MS))),
    ]);
    const read = [];
    for (const pair of [0, 1]) {
      const both = letters.map((sealed) => alice.receive(sealed[pair] as Bytes));
      read.push(...(await Promise.all(both)));
    }

    expect([await bob.receive(toBob), await carol.receive(toCarol)]).toEqual(["to Bob", "to Carol"]);
    expect(opened.map((envelope) => envelope.ok && envelope.value.sender.accountId)).toEqual(
      [bob, bob, carol, carol].map(({ me }) => me.accountId),
    );
    expect(read).toEqual(["one", "three", "two", "four"]);
  });

  test("two devices talk both ways, in envelopes of the bucket sizes", async () => {
    const [alice, bob] = await Promise.all([device(), device()]);

    const sealed = await alice.send(bob, "hello", "are you there?", "x".repeat(3_000));
    const heard = [];
    for (const envelope of sealed) heard.push(await bob.receive(envelope));

    expect(heard).toEqual(["hello", "are you there?", "x".repeat(3_000)]);
    expect(sealed.every(({ length }) => ENVELOPE_BUCKETS_BYTES.includes(length))).toBe(true);
    for (const [from, to, text] of [
      [bob, alice, "yes"],
      [alice, bob, "good"],
      [bob, alice, "bye"],
    ] as const) {
      expect(await to.receive(await from.say(to, text))).toBe(text);
    }
  });

  test("each step makes the session row one version older, under one id", async () => {
    const [alice, bob] = await Promise.all([device(), device()]);
    await alice.startSession(bob);
    const first = await alice.sessionWith(bob);

    await alice.send(bob, "one", "two");

    const second = await alice.sessionWith(bob);
    expect([first?.version, second?.version]).toEqual([1, 2]);
    expect(second?.id).toBe(first?.id);
  });

  test("messages that overtake each other are all read", async () => {
    const [alice, bob] = await Promise.all([device(), device()]);
    const [one, two, three] = (await alice.send(bob, "one", "two", "three")) as [Bytes, Bytes, Bytes];

    const heard = [];
    for (const sealed of [three, one, two]) heard.push(await bob.receive(sealed));

    expect(heard).toEqual(["three", "one", "two"]);
  });

  test("a message that comes twice is a duplicate", async () => {
    const [alice, bob] = await Promise.all([device(), device()]);
    const first = await alice.say(bob, "hello");
    await bob.receive(first);
    const answer = await bob.say(alice, "hi");
    await alice.receive(answer);

    expect(await bob.receive(first)).toBe("duplicate");
    expect(await alice.receive(answer)).toBe("duplicate");
  });

  test("sessions still start when the one-time keys are used up", async () => {
    const bob = await device();
    const heard = [];

    for (const text of ["one", "two", "three", "four"]) {
      heard.push(await bob.receive(await (await device()).say(bob, text)));
    }

    expect(heard).toEqual(["one", "two", "three", "four"]);
    expect([...bob.rows.keys()].filter((id) => id.includes(":")).sort()).toEqual(["kyber:1000", "signed:1"]);
  });

  test("a first message whose one-time keys are gone misses them", async () => {
    const [alice, bob] = await Promise.all([device(), device()]);
    const first = await alice.say(bob, "hello");

    bob.rows.delete("ec:1");

    expect(await bob.receive(first)).toBe("missing-prekey");
  });

  test("a first message under the last-resort key is recognised when it comes again", async () => {
    const [alice, bob] = await Promise.all([device(), device()]);
    for (let taken = 0; taken < 2; taken++) bob.bundle();
    const first = await alice.say(bob, "hello");
    expect(await bob.receive(first)).toBe("hello");

    bob.rows.delete((await bob.sessionWith(alice))?.id as string);

    expect(await bob.receive(first)).toBe("replayed");
  });

  test("a session with another identity key than the contact's does not encrypt", async () => {
    const [alice, bob, mallory] = await Promise.all([device(), device(), device()]);
    await alice.startSession(bob);
    const session = (await alice.sessionWith(bob)) as Row;
    const request = { remote: bob.me, session, contents: [new Uint8Array(1)], nowMs: 0 };

    const encrypting = alice.keyholder.encrypt({ ...request, identityKey: mallory.me.identityKey });

    await expect(encrypting).rejects.toThrow("not that account's");
    const misplaced = alice.keyholder.encrypt({ ...request, remote: mallory.me, identityKey: mallory.me.identityKey });
    await expect(misplaced).rejects.toThrow("another device");
  });

  test("a bundle whose keys are not signed by the contact is forged", async () => {
    const [alice, bob, mallory] = await Promise.all([device(), device(), device()]);
    const bundle = bob.bundle();
    const { signed, kyber } = mallory.bundle();

    expect(await alice.startSession(bob, { ...bundle, signed })).toEqual(refused("forged"));
    expect(await alice.startSession(bob, { ...bundle, kyber })).toEqual(refused("forged"));
    expect(await alice.startSession(bob, { ...bundle, deviceId: 2 as DeviceId })).toEqual(refused("forged"));
    const half = { ...bundle, signed: { ...bundle.signed, key: new Uint8Array(33) } };
    expect(await alice.startSession(bob, half)).toEqual(refused("forged"));
    expect(await alice.sessionWith(bob)).toBeUndefined();
  });

  test("an account id that is not the key's own starts no session", async () => {
    const [alice, bob, mallory] = await Promise.all([device(), device(), device()]);
    const request = { bundle: mallory.bundle(), session: undefined, nowMs: 0, identityKey: mallory.me.identityKey };

    expect(await alice.keyholder.startSession({ ...request, remote: bob.me })).toEqual(refused("forged"));
  });

  test("a message from a key that is not trusted is not read, and may be read later", async () => {
    const [alice, bob] = await Promise.all([device(), device()]);
    const first = await alice.say(bob, "hello");

    expect(await bob.receive(first, { isTrusted: false })).toBe("untrusted");
    expect(await bob.sessionWith(alice)).toBeUndefined();

    expect(await bob.receive(first, { isTrusted: true })).toBe("hello");
  });

  test("a message does not pass as another sender's", async () => {
    const [alice, bob, mallory] = await Promise.all([device(), device(), device()]);
    const hers = await alice.say(bob, "from Alice");
    const { accountId, deviceId, identityKey } = mallory.me;

    const sender = { accountId, deviceId };
    const asMallory = await bob.receive(hers, { instead: { sender, senderIdentityKey: identityKey } });
    const otherDevice = { accountId: alice.me.accountId, deviceId: 2 as DeviceId };
    const asOtherDevice = await bob.receive(hers, { instead: { sender: otherDevice } });

    expect([asMallory, asOtherDevice]).toEqual(["unreadable", "unreadable"]);
    expect(await bob.receive(hers)).toBe("from Alice");
  });

  test("an envelope for somebody else, from oneself, or damaged is unreadable", async () => {
    const [alice, bob, carol] = await Promise.all([device(), device(), device()]);
    const forBob = await alice.say(bob, "hello");
    const toSelf = await alice.say(alice, "hello");
    const damaged = copyBytes(forBob);
    damaged[100] = (damaged[100] as number) ^ 1;

    expect(await carol.receive(forBob)).toBe("unreadable");
    expect(await alice.receive(toSelf)).toBe("unreadable");
    expect(await bob.receive(damaged)).toBe("unreadable");
    expect(await bob.receive(new Uint8Array(2048))).toBe("unreadable");
  });

  test("an envelope that waited for weeks opens, and one whose certificate has expired does not", async () => {
    const [alice, bob] = await Promise.all([device(), device()]);
    await alice.send(bob, "hello");
    const halfway = await alice.say(bob, "are you there?");

    expect(await bob.receive(halfway, { nowMs: NOW_MS + 91 * DAY_MS })).toBe("unreadable");
    expect(await bob.receive(halfway, { nowMs: NOW_MS + 31 * DAY_MS })).toBe("are you there?");
  });

  test("a whisper without its session has no session, and a new one heals that", async () => {
    const [alice, bob] = await Promise.all([device(), device()]);
    await bob.receive(await alice.say(bob, "hello"));
    await alice.receive(await bob.say(alice, "hi"));
    const lost = await alice.say(bob, "lost");
    bob.rows.delete((await bob.sessionWith(alice))?.id as string);

    expect(await bob.receive(lost)).toBe("no-session");
    await bob.startSession(alice);
    await alice.receive(await bob.say(alice, "again"));

    const healed = await alice.say(bob, "found");
    expect(await bob.receive(healed)).toBe("found");
  });

  test("a damaged session row is replaced by a new session, one version on", async () => {
    const [alice, bob] = await Promise.all([device(), device()]);
    await alice.startSession(bob);
    const row = (await alice.sessionWith(bob)) as Row;
    alice.rows.set(row.id, { ...row, sealed: row.sealed.slice(1) });

    await expect(alice.send(bob, "hello")).rejects.toThrow("no-session");
    await alice.startSession(bob);

    expect((await alice.sessionWith(bob))?.version).toBe(2);
    expect(await bob.receive(await alice.say(bob, "hello"))).toBe("hello");
  });
}
