import { concat } from "@tacit/shared/bytes";
import type { DeviceId, DeviceToken } from "@tacit/shared/ids";
import { DAY_MS } from "@tacit/shared/limits";
import { SIGN_IN_NAME_BYTES } from "@tacit/shared/wire/sign-ins";
import { expect, test } from "vitest";
import { sha256 } from "../hash.ts";
import { type Member, RelayStage } from "../testing/relay-stage.ts";
import { logIn } from "../testing/sign-in.ts";
import { refusalOf } from "../testing/sockets.ts";

/** A token for a device that no list names yet: somebody who is coming back elsewhere. */
async function signInElsewhere(stage: RelayStage, { owner }: Member, device: number): Promise<DeviceToken> {
  const { ticket } = await logIn(stage.caller, "alice");
  const deviceId = device as DeviceId;
  const signature = owner.sign("device token", concat(ticket, Uint8Array.of(deviceId)));
  const name = stage.random(SIGN_IN_NAME_BYTES);
  return (await stage.caller.ask("issueToken", { ticket, deviceId, signature, name })).token;
}

function today(stage: RelayStage): number {
  return Math.floor(stage.clock.nowMs() / DAY_MS) * DAY_MS;
}

test("the sign-ins of an account are listed with their days, their sealed names, and which one asks", async () => {
  await using stage = await RelayStage.start();
  const alice = await stage.register("alice");
  await stage.register("bob");
  const first = today(stage);
  stage.clock.advance(3 * DAY_MS);
  const other = await signInElsewhere(stage, alice, 2);
  await stage.connect(alice.token, 1).ready;

  const { signIns } = await stage.caller.ask("listSignIns", {}, other);

  const [mine, theirs] = [signIns.find(({ isThis }) => isThis), signIns.find(({ isThis }) => !isThis)];
  expect(signIns).toHaveLength(2);
  expect(mine).toMatchObject({ deviceId: 2, sinceDayMs: today(stage), seenDayMs: today(stage) });
  expect(mine?.name).toHaveLength(SIGN_IN_NAME_BYTES);
  expect(theirs).toMatchObject({ deviceId: 1, sinceDayMs: first, seenDayMs: today(stage) });
  expect(theirs?.name).toBeUndefined();
});

test("a sign-in that is ended neither asks nor stays connected, and the others go on", async () => {
  await using stage = await RelayStage.start();
  const alice = await stage.register("alice");
  const [second, third] = [await signInElsewhere(stage, alice, 2), await signInElsewhere(stage, alice, 3)];
  const socket = stage.connect(alice.token, 1);
  await socket.ready;

  await stage.caller.ask("endSignIns", { id: sha256(new TextEncoder().encode(alice.token)) }, second);

  await socket.ended();
  expect(await refusalOf(stage.connect(alice.token, 2).socket)).toBe("unauthorized");
  expect((await stage.caller.ask("listSignIns", {}, third)).signIns).toHaveLength(2);
});

test("all others are ended at once; the one that asks and other accounts go on", async () => {
  await using stage = await RelayStage.start();
  const [alice, bob] = [await stage.register("alice"), await stage.register("bob")];
  const others = [await signInElsewhere(stage, alice, 2), await signInElsewhere(stage, alice, 3)];

  await stage.caller.ask("endSignIns", {}, alice.token);

  for (const token of others) expect((await stage.caller.call("listSignIns", {}, token)).status).toBe(401);
  expect((await stage.caller.ask("listSignIns", {}, alice.token)).signIns).toHaveLength(1);
  expect((await stage.caller.ask("listSignIns", {}, bob.token)).signIns).toHaveLength(1);
});

test("nobody ends a sign-in of another account", async () => {
  await using stage = await RelayStage.start();
  const [alice, mallory] = [await stage.register("alice"), await stage.register("mallory")];

  await stage.caller.ask("endSignIns", { id: sha256(new TextEncoder().encode(alice.token)) }, mallory.token);

  expect((await stage.caller.ask("listSignIns", {}, alice.token)).signIns).toHaveLength(1);
});
