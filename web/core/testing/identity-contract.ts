import { verifySignature } from "@tacit/crypto/verify";
import { concat } from "@tacit/shared/bytes";
import { labelled } from "@tacit/shared/labels";
import { expect, test } from "vitest";
import type { Keyholder } from "../ports/keyholder.ts";
import { KeyholderDevice } from "./keyholder-device.ts";

/** Registers what every keyholder must do with the identity key. `open` gives a locked one. */
export function identityContract(open: () => Keyholder): void {
  const device = () => KeyholderDevice.create(open());

  test("the name of a sign-in opens for its own account only", async () => {
    const [alice, bob] = [await device(), await device()];
    const sealed = await alice.keyholder.sealSignInName("Firefox · Linux");

    expect(await alice.keyholder.openSignInNames([sealed, new Uint8Array()])).toEqual(["Firefox · Linux", undefined]);
    expect(await bob.keyholder.openSignInNames([sealed])).toEqual([undefined]);
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
