import { verifySignature } from "@tacit/crypto/verify";
import { type Bytes, concat, copyBytes } from "@tacit/shared/bytes";
import type { DeviceId } from "@tacit/shared/ids";
import { labelled } from "@tacit/shared/labels";
import { DAY_MS, ENVELOPE_BUCKETS_BYTES } from "@tacit/shared/limits";
import { ok, refused } from "@tacit/shared/result";
import { expect, test } from "vitest";
import type { Keyholder, PlainRow } from "../ports/keyholder.ts";
import type { Row } from "../ports/store.ts";
import { KeyholderDevice, NOW_MS, PASSWORD } from "./keyholder-device.ts";

const NOTE: PlainRow = { table: "drafts", id: "a", index: "i", order: 3, version: 2, plain: new Uint8Array([1, 2, 3]) };

/**
 * Registers what every keyholder must do. `open` gives a locked one; with `like`, in the same browser as that one.
 */
export function keyholderContract(open: (like?: Keyholder) => Keyholder): void {
  const device = () => KeyholderDevice.create(open());

  test("the password that made a vault opens it, in a fresh keyholder too", async () => {
    const keyholder = open();
    const wrapped = await keyholder.createVault(PASSWORD, false);
    const [row] = await keyholder.seal([NOTE]);

    const restarted = open();
    expect(await restarted.unlockByPassword(wrapped, PASSWORD)).toEqual(ok(undefined));

    expect(await restarted.open([row as Row])).toEqual([NOTE.plain]);
  });

  test("another password opens nothing, and neither does a damaged wrapping", async () => {
    const wrapped = await open().createVault(PASSWORD, false);
    const keyholder = open();

    expect(await keyholder.unlockByPassword(wrapped, `${PASSWORD}!`)).toEqual(refused("wrong-password"));
    const damaged = copyBytes(wrapped.byPassword);
    damaged[damaged.length - 1] = (damaged.at(-1) as number) ^ 1;
    expect(await keyholder.unlockByPassword({ byPassword: damaged }, PASSWORD)).toEqual(refused("wrong-password"));
    const nothing = { byPassword: new Uint8Array() };
    expect(await keyholder.unlockByPassword(nothing, PASSWORD)).toEqual(refused("wrong-password"));

    await expect(keyholder.seal([NOTE])).rejects.toThrow("locked");
  });

  test("a kept vault opens without the password in the same browser only", async () => {
    const keyholder = open();
    const wrapped = await keyholder.createVault(PASSWORD, true);

    expect(await open(keyholder).unlockByDevice(wrapped)).toEqual(ok(undefined));
    expect(await open().unlockByDevice(wrapped)).toEqual(refused("unavailable"));
    expect(await open(keyholder).unlockByDevice({ byPassword: wrapped.byPassword })).toEqual(refused("unavailable"));
  });

  test("a passkey opens a vault beside the password, before and after both ways of keeping it", async () => {
    const keyholder = open();
    const [lock, secret] = [{ credential: bytesOf(16, 1), salt: bytesOf(32, 2) }, bytesOf(32, 3)];
    const created = await keyholder.createVault(PASSWORD, true);
    const wrapped = await keyholder.wrapByPasskey(created, lock, copyBytes(secret));
    const [row] = await keyholder.seal([NOTE]);

    for (const one of [
      wrapped,
      await keyholder.forgetDevice(wrapped),
      await keyholder.keepByDevice(wrapped),
      await keyholder.rewrap(wrapped, "another password"),
    ]) {
      const restarted = open();
      expect(await restarted.unlockByPasskey(one, copyBytes(secret))).toEqual(ok(undefined));
      expect(await restarted.open([row as Row])).toEqual([NOTE.plain]);
    }
    const kept = await keyholder.setKept(wrapped, PASSWORD, false);
    expect(await open().unlockByPasskey(kept.ok ? kept.value : created, copyBytes(secret))).toEqual(ok(undefined));
  });

  test("another passkey opens nothing, and neither does one where none was added", async () => {
    const keyholder = open();
    const lock = { credential: bytesOf(16, 1), salt: bytesOf(32, 2) };
    const created = await keyholder.createVault(PASSWORD, false);
    const wrapped = await keyholder.wrapByPasskey(created, lock, bytesOf(32, 3));
    const locked = open();

    expect(await locked.unlockByPasskey(wrapped, bytesOf(32, 4))).toEqual(refused("wrong-passkey"));
    expect(await locked.unlockByPasskey(created, bytesOf(32, 3))).toEqual(refused("wrong-passkey"));
    await expect(locked.seal([NOTE])).rejects.toThrow("locked");
  });

  test("a password is checked without opening anything", async () => {
    const wrapped = await open().createVault(PASSWORD, false);
    const locked = open();

    expect(await locked.checkPassword(wrapped, PASSWORD)).toBe(true);
    expect(await locked.checkPassword(wrapped, "another password")).toBe(false);
    await expect(locked.seal([NOTE])).rejects.toThrow("locked");
  });

  test("the name of a sign-in opens for its own account only", async () => {
    const [alice, bob] = [await device(), await device()];
    const sealed = await alice.keyholder.sealSignInName("Firefox · Linux");

    expect(await alice.keyholder.openSignInNames([sealed, new Uint8Array()])).toEqual(["Firefox · Linux", undefined]);
    expect(await bob.keyholder.openSignInNames([sealed])).toEqual([undefined]);
  });

  test("keeping a vault takes the password, and so does keeping it no longer", async () => {
    const keyholder = open();
    const wrapped = await keyholder.createVault(PASSWORD, false);

    expect(await keyholder.setKept(wrapped, "another password", true)).toEqual(refused("wrong-password"));
    const kept = await keyholder.setKept(wrapped, PASSWORD, true);
    if (!kept.ok) throw new Error(kept.reason);
    expect(await open(keyholder).unlockByDevice(kept.value)).toEqual(ok(undefined));

    expect(await keyholder.setKept(kept.value, "another password", false)).toEqual(refused("wrong-password"));
    expect(await keyholder.setKept(kept.value, PASSWORD, false)).toEqual(ok({ byPassword: wrapped.byPassword }));
    expect(await open(keyholder).unlockByDevice(kept.value)).toEqual(refused("unavailable"));
  });

  test("a locked keyholder does nothing until it is unlocked", async () => {
    const { keyholder, wrapped, identityRow, me } = await device();

    await keyholder.lock();

    await expect(keyholder.seal([NOTE])).rejects.toThrow("locked");
    await expect(keyholder.open([identityRow])).rejects.toThrow("locked");
    await expect(keyholder.blind("meta", ["a"])).rejects.toThrow("locked");
    await expect(keyholder.sign("registration", new Uint8Array())).rejects.toThrow("locked");
    await expect(keyholder.useIdentity(identityRow)).rejects.toThrow("locked");
    await expect(keyholder.createIdentity()).rejects.toThrow("locked");
    await expect(keyholder.openEnvelope(new Uint8Array(), 0)).rejects.toThrow("locked");
    await expect(keyholder.setKept(wrapped, PASSWORD, false)).rejects.toThrow("locked");
    await expect(keyholder.safetyNumber(me.accountId, me.identityKey)).rejects.toThrow("locked");

    await keyholder.unlockByPassword(wrapped, PASSWORD);
    await expect(keyholder.sign("registration", new Uint8Array())).rejects.toThrow("no identity");
    expect(await keyholder.useIdentity(identityRow)).toEqual(me);
  });

  test("what was asked before locking rejects, and leaves no key behind", async () => {
    const [alice, bob] = await Promise.all([device(), device()]);
    const { keyholder, wrapped, identityRow } = alice;
    const sealed = await bob.say(alice, "hello");
    const session = (await bob.sessionWith(alice)) as Row;
    const { encrypt } = bob.keyholder;
    const letter = { remote: alice.me, identityKey: alice.me.identityKey, session, nowMs: NOW_MS };
    const ids = { firstOneTimeId: 1, oneTime: 3, firstKyberId: 1, kyber: 3 };

    const asked = [
      keyholder.openEnvelope(sealed, NOW_MS),
      keyholder.useIdentity(identityRow),
      keyholder.createIdentity(),
      keyholder.generatePreKeys(ids),
      keyholder.unlockByPassword(wrapped, PASSWORD),
      keyholder.rewrap(wrapped, "another password"),
      keyholder.createVault(PASSWORD, true),
      encrypt({ ...letter, contents: [new Uint8Array(1)] }),
    ].map((promise) => expect(promise).rejects.toThrow("locked"));
    await Promise.all([keyholder.lock(), bob.keyholder.lock()]);
    await Promise.all(asked);

    for (const locked of [keyholder, bob.keyholder]) await expect(locked.seal([NOTE])).rejects.toThrow("locked");
  });

  test("what was asked of one vault does not reach into the one that is opened after it", async () => {
    const { keyholder, wrapped, identityRow } = await device();

    const asked = expect(keyholder.useIdentity(identityRow)).rejects.toThrow("locked");
    await keyholder.lock();
    await keyholder.createVault("another password", false);
    await asked;

    await expect(keyholder.sign("registration", new Uint8Array())).rejects.toThrow("no identity");
    await expect(keyholder.useIdentity(identityRow)).rejects.toThrow("does not open");
    await keyholder.unlockByPassword(wrapped, PASSWORD);
    expect((await keyholder.useIdentity(identityRow)).deviceId).toBe(1);
  });

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

  test("a row opens in its own place only", async () => {
    const keyholder = open();
    await keyholder.createVault(PASSWORD, false);
    const [row] = (await keyholder.seal([NOTE])) as [Row];
    const { plain: _, ...place } = NOTE;
    expect(row).toEqual({ ...place, sealed: row.sealed });

    const moved: readonly Partial<Row>[] = [
      { table: "messages" },
      { id: "b" },
      { index: "j" },
      { index: undefined },
      { order: 4 },
      { order: undefined },
      { version: 1 },
      { sealed: row.sealed.slice(1) },
      { sealed: new Uint8Array() },
    ];
    const opened = await keyholder.open([row, ...moved.map((change) => ({ ...row, ...change }) as Row)]);

    expect(opened).toEqual([NOTE.plain, ...moved.map(() => undefined)]);
  });

  test("rows whose ids were swapped do not open, nor those of another vault", async () => {
    const keyholder = open();
    await keyholder.createVault(PASSWORD, false);
    const [a, b] = (await keyholder.seal([NOTE, { ...NOTE, id: "b" }])) as [Row, Row];
    const other = open();
    await other.createVault(PASSWORD, false);

    const swapped = [
      { ...a, sealed: b.sealed },
      { ...b, sealed: a.sealed },
    ];

    expect(await keyholder.open(swapped)).toEqual([undefined, undefined]);
    expect(await other.open([a, b])).toEqual([undefined, undefined]);
  });

  test("blinding is stable in one vault, different for each table, value and vault, and shows no value", async () => {
    const keyholder = open();
    const wrapped = await keyholder.createVault(PASSWORD, false);
    const again = open();
    await again.unlockByPassword(wrapped, PASSWORD);
    const other = open();
    await other.createVault(PASSWORD, false);

    const blinded = await keyholder.blind("meta", ["alice", "bob", "alice"]);

    expect(await again.blind("meta", ["alice", "bob", "alice"])).toEqual(blinded);
    expect(blinded[0]).toBe(blinded[2]);
    const all = [...blinded, ...(await keyholder.blind("sent", ["alice"])), ...(await other.blind("meta", ["alice"]))];
    expect(new Set(all).size).toBe(4);
    for (const text of all) expect(text).toMatch(/^[\w-]{22}$/);
  });

  test("a signature is over the label and the message, by the identity key", async () => {
    const { keyholder, me } = await device();
    const message = new Uint8Array([1, 2, 3]);

    const signature = await keyholder.sign("device list", message);

    expect(verifySignature(me.identityKey, concat(labelled("device list"), message), signature)).toBe(true);
    expect(verifySignature(me.identityKey, concat(labelled("registration"), message), signature)).toBe(false);
    const { keyholder: other } = await device();
    expect(await other.verify(me.identityKey, "device list", message, signature)).toBe(true);
    expect(await other.verify(me.identityKey, "registration", message, signature)).toBe(false);
    await other.lock();
    expect(await other.verify(me.identityKey, "device list", message, signature)).toBe(true);
  });

  test("an identity row is another account's nowhere", async () => {
    const [alice, bob] = await Promise.all([device(), device()]);

    await expect(bob.keyholder.useIdentity(alice.identityRow)).rejects.toThrow("does not open");

    expect(alice.me.accountId).not.toBe(bob.me.accountId);
    expect(await bob.keyholder.useIdentity(bob.identityRow)).toEqual(bob.me);
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

  test("both sides see the same safety number, and each scans the other's", async () => {
    const [alice, bob, mallory] = await Promise.all([device(), device(), device()]);
    const [a, b, m] = [alice.me, bob.me, mallory.me];

    const hers = await alice.keyholder.safetyNumber(b.accountId, b.identityKey);
    const his = await bob.keyholder.safetyNumber(a.accountId, a.identityKey);
    const wrong = await mallory.keyholder.safetyNumber(a.accountId, a.identityKey);

    expect(hers.digits).toBe(his.digits);
    expect(hers.digits).toMatch(/^\d{60}$/);
    expect(await alice.keyholder.compareSafetyNumber(b.accountId, b.identityKey, his.scannable)).toBe(true);
    expect(await alice.keyholder.compareSafetyNumber(b.accountId, b.identityKey, hers.scannable)).toBe(false);
    expect(await alice.keyholder.compareSafetyNumber(b.accountId, b.identityKey, wrong.scannable)).toBe(false);
    await expect(alice.keyholder.safetyNumber(b.accountId, m.identityKey)).rejects.toThrow("not that account's");
  });
}

function bytesOf(length: number, value: number): Bytes {
  return new Uint8Array(length).fill(value);
}
