import { LOGIN_TTL_MS, MAX_RECOVERY_BYTES, RECOVERY_PAD_BYTES } from "@tacit/shared/limits";
import { expect, test } from "vitest";
import { sha256 } from "../hash.ts";
import { device } from "../testing/owner.ts";
import { type Member, RelayStage } from "../testing/relay-stage.ts";
import { composeChange, logIn, vaultOf } from "../testing/sign-in.ts";

async function fetchAs(stage: RelayStage, { request: { login } }: Member) {
  const { ticket } = await logIn(stage.caller, login);
  return stage.caller.ask("fetchRecovery", { ticket });
}

test("whoever knows the password gets the vault and the device list in force, as often as the ticket lasts", async () => {
  await using stage = await RelayStage.start();
  const alice = await stage.register("alice");
  const vault = vaultOf(alice.owner, 1);
  const list = alice.owner.list([device(1)], 2, sha256(alice.request.list.list));
  await stage.caller.ask("putRecovery", vault, alice.token);
  await stage.caller.ask("putDeviceList", list, alice.token);
  const { ticket } = await logIn(stage.caller, "alice");

  for (let i = 0; i < 2; i++) expect(await stage.caller.ask("fetchRecovery", { ticket })).toEqual({ vault, list });

  // The ticket is still good for what it is for.
  await stage.caller.ask("finishPasswordChange", await composeChange(stage.caller, alice.owner, ticket, vault));
});

test("where no vault was ever put, the list comes alone", async () => {
  await using stage = await RelayStage.start();
  const alice = await stage.register("alice");

  expect(await fetchAs(stage, alice)).toEqual({ list: alice.request.list });
});

test("a vault takes the place of a lower version only; the very same again is ok", async () => {
  await using stage = await RelayStage.start();
  const alice = await stage.register("alice");
  const put = async (vault: ReturnType<typeof vaultOf>) =>
    (await stage.caller.call("putRecovery", vault, alice.token)).error?.error;
  const [five, seven] = [vaultOf(alice.owner, 5), vaultOf(alice.owner, 7)];

  expect(await put(five)).toBeUndefined();
  expect(await put(seven)).toBeUndefined();
  expect(await put(seven)).toBeUndefined();
  expect(await put(vaultOf(alice.owner, 7))).toBe("outdated");
  expect(await put(vaultOf(alice.owner, 6))).toBe("outdated");
  expect(await put(five)).toBe("outdated");
  expect(await put({ ...seven, version: 6 })).toBe("outdated");
  expect((await fetchAs(stage, alice)).vault).toEqual(seven);

  const eight = vaultOf(alice.owner, 8);
  expect(await put(eight)).toBeUndefined();
  expect((await fetchAs(stage, alice)).vault).toEqual(eight);
});

test("of two vaults of one version that come at once, one is kept", async () => {
  await using stage = await RelayStage.start();
  const alice = await stage.register("alice");
  const vaults = [vaultOf(alice.owner, 1), vaultOf(alice.owner, 1)];

  const puts = await Promise.all(vaults.map((vault) => stage.caller.call("putRecovery", vault, alice.token)));

  expect(puts.map(({ status }) => status).sort()).toEqual([200, 409]);
  const kept = vaults[puts.findIndex(({ status }) => status === 200)];
  expect((await fetchAs(stage, alice)).vault).toEqual(kept);
});

test("every account has a vault of its own", async () => {
  await using stage = await RelayStage.start();
  const [alice, bob] = [await stage.register("alice"), await stage.register("bob")];
  const [hers, his] = [vaultOf(alice.owner, 9), vaultOf(bob.owner, 1)];

  await stage.caller.ask("putRecovery", hers, alice.token);
  await stage.caller.ask("putRecovery", his, bob.token);

  expect((await fetchAs(stage, alice)).vault).toEqual(hers);
  expect((await fetchAs(stage, bob)).vault).toEqual(his);
});

test("a ticket that is made up or five minutes old fetches nothing, and a token is no ticket", async () => {
  await using stage = await RelayStage.start();
  const alice = await stage.register("alice");
  const unauthorized = { status: 401, error: { error: "unauthorized" } };
  const { ticket } = await logIn(stage.caller, "alice");

  const madeUp = { ticket: stage.random(32) };
  expect(await stage.caller.call("fetchRecovery", madeUp, alice.token)).toMatchObject(unauthorized);
  stage.clock.advance(LOGIN_TTL_MS - 1);
  expect((await stage.caller.call("fetchRecovery", { ticket })).status).toBe(200);
  stage.clock.advance(1);
  expect(await stage.caller.call("fetchRecovery", { ticket })).toMatchObject(unauthorized);
});

test("a vault is put with a device token, and not with one that was revoked", async () => {
  await using stage = await RelayStage.start();
  const alice = await stage.register("alice");
  const vault = vaultOf(alice.owner, 1);

  expect((await stage.caller.call("putRecovery", vault)).error).toEqual({ error: "unauthorized" });
  await stage.caller.ask("revokeToken", {}, alice.token);
  expect((await stage.caller.call("putRecovery", vault, alice.token)).error).toEqual({ error: "unauthorized" });
  expect((await fetchAs(stage, alice)).vault).toBeUndefined();
});

const SIZES: readonly (readonly [bytes: number, status: number])[] = [
  [0, 400],
  [RECOVERY_PAD_BYTES - 1, 400],
  [RECOVERY_PAD_BYTES, 200],
  [RECOVERY_PAD_BYTES + 1, 400],
  [MAX_RECOVERY_BYTES, 200],
  [MAX_RECOVERY_BYTES + RECOVERY_PAD_BYTES, 400],
];
test.each(SIZES)("a vault of %i bytes is answered with %i", async (bytes, status) => {
  await using stage = await RelayStage.start();
  const alice = await stage.register("alice");
  const vault = vaultOf(alice.owner, 1, bytes);

  expect((await stage.caller.call("putRecovery", vault, alice.token)).status).toBe(status);

  expect((await fetchAs(stage, alice)).vault).toEqual(status === 200 ? vault : undefined);
});

test("versions go from 0 to the highest u32; a vault with more fields is malformed", async () => {
  await using stage = await RelayStage.start();
  const alice = await stage.register("alice");
  const { sealed } = vaultOf(alice.owner, 0);
  const put = async (vault: object) => (await stage.caller.call("putRecovery", vault, alice.token)).status;

  expect(await put({ version: 0, sealed })).toBe(200);
  for (const version of [-1, 0.5, 2 ** 32]) expect(await put({ version, sealed })).toBe(400);
  expect(await put({ version: 1, sealed, owner: "alice" })).toBe(400);
  expect(await put({ version: 2 ** 32 - 1, sealed })).toBe(200);
});
