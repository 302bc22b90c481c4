import { concat } from "@tacit/shared/bytes";
import type { DeviceId, DeviceToken } from "@tacit/shared/ids";
import { expect, test } from "vitest";
import { sha256 } from "../hash.ts";
import { device, Owner } from "../testing/owner.ts";
import { type Member, RelayStage } from "../testing/relay-stage.ts";
import { logIn } from "../testing/sign-in.ts";
import { refusalOf } from "../testing/sockets.ts";

/** A token for a device that the list does not name yet. */
async function tokenFor(stage: RelayStage, member: Member, deviceId: number): Promise<DeviceToken> {
  const { ticket } = await logIn(stage.caller, member.request.login);
  const signature = member.owner.sign("device token", concat(ticket, Uint8Array.of(deviceId)));
  const issued = await stage.caller.ask("issueToken", { ticket, deviceId: deviceId as DeviceId, signature });
  return issued.token;
}

test("a second device is added by its own token, leaves prekeys, and posts must name it", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const token = await tokenFor(stage, bob, 2);
  const list = bob.owner.list([device(1), device(2)], 2, sha256(bob.request.list.list));

  expect((await stage.caller.call("putPreKeys", bob.owner.prekeys(1), token)).error).toEqual({ error: "not-found" });
  expect(await refusalOf(stage.connect(token, 1).socket)).toBe("unauthorized");
  await stage.caller.ask("putDeviceList", list, token);
  await stage.caller.ask("putPreKeys", bob.owner.prekeys(1), token);

  await stage.connect(token, 1).ready;
  const answer = await stage.caller.ask("post", stage.compose(bob));
  expect(answer).toEqual({ status: "devices", missing: [2], extra: [], stale: [] });
});

test("an account has five devices, and a list of more changes nothing", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const five = [1, 2, 3, 4, 5].map((id) => device(id));
  const listed = bob.owner.list(five, 2, sha256(bob.request.list.list));
  await stage.caller.ask("putDeviceList", listed, bob.token);

  const six = bob.owner.list([...five, device(6)], 3, sha256(listed.list));

  expect(await stage.caller.call("putDeviceList", six, bob.token)).toMatchObject({
    status: 409,
    error: { error: "devices" },
  });
  expect(await stage.caller.ask("post", stage.compose(bob))).toMatchObject({ missing: [2, 3, 4, 5] });
});

test("a device that a new list leaves out loses its connection, its token and its mailbox", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const old = stage.connect(bob.token, 1);
  await old.ready;
  const token = await tokenFor(stage, bob, 2);

  await stage.caller.ask("putDeviceList", bob.owner.list([device(2)], 2, sha256(bob.request.list.list)), token);

  await old.ended();
  expect(await refusalOf(stage.connect(bob.token, 2).socket)).toBe("unauthorized");
});

test("the same device id with another registration id is a new device: the old one's envelopes are gone", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  await stage.caller.ask("post", stage.compose(bob));
  const token = await tokenFor(stage, bob, 1);

  await stage.caller.ask("putDeviceList", bob.owner.list([device(1, 77)], 2, sha256(bob.request.list.list)), token);

  const renewed = stage.connect(token, 1);
  expect((await renewed.ready).prekeys).toEqual({ oneTime: 0, kyber: 0 });
  await expect.poll(() => renewed.heard).toEqual(["ready", "drained"]);
  expect(await refusalOf(stage.connect(bob.token, 2).socket)).toBe("unauthorized");
});

test("a renewed list of the same devices keeps their mailboxes; the same list again is ok", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  await stage.caller.ask("post", stage.compose(bob));
  const list = bob.owner.list([device(1)], 2, sha256(bob.request.list.list));

  await stage.caller.ask("putDeviceList", list, bob.token);
  await stage.caller.ask("putDeviceList", list, bob.token);

  const socket = stage.connect(bob.token, 1);
  await expect.poll(() => socket.heard).toEqual(["ready", "envelopes"]);
});

test("a list is refused that is older, not the successor of the current one, forged, or without the device that asks", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const hash = sha256(bob.request.list.list);
  const mallory = new Owner(stage.random);
  const put = async (list: ReturnType<Owner["list"]>) =>
    (await stage.caller.call("putDeviceList", list, bob.token)).error?.error;

  expect(await put(bob.owner.list([device(1), device(2)], 1))).toBe("outdated");
  expect(await put(bob.owner.list([device(1)], 2))).toBe("forged");
  expect(await put(bob.owner.list([device(1)], 2, sha256(hash)))).toBe("forged");
  expect(await put(mallory.list([device(1)], 2, hash))).toBe("forged");
  expect(await put({ ...bob.owner.list([device(1)], 2, hash), signature: bob.request.list.signature })).toBe("forged");
  expect(await put(bob.owner.list([device(2)], 2, hash))).toBe("malformed");
  expect(await put(bob.owner.list([device(1)], 2, hash))).toBeUndefined();
});

test("a relay that lost lists takes a newer one with a gap", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");

  const put = await stage.caller.call("putDeviceList", bob.owner.list([device(1)], 9, stage.random(32)), bob.token);

  expect(put.status).toBe(200);
});
