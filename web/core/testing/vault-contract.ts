import { type Bytes, copyBytes } from "@tacit/shared/bytes";
import { ok, refused } from "@tacit/shared/result";
import { expect, test } from "vitest";
import type { Keyholder } from "../ports/keyholder.ts";
import type { Row } from "../ports/store.ts";
import { KeyholderDevice, NOTE, NOW_MS, PASSWORD } from "./keyholder-device.ts";

/**
 * Registers what every keyholder must do with its vault: making, opening, keeping and locking it.
 * `open` gives a locked one; with `like`, in the same browser as that one.
 */
export function vaultContract(open: (like?: Keyholder) => Keyholder): void {
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
}

function bytesOf(length: number, value: number): Bytes {
  return new Uint8Array(length).fill(value);
}
