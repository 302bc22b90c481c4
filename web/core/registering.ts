import { sha256 } from "@tacit/crypto/digest";
import type { Bytes } from "@tacit/shared/bytes";
import { MAX_NAME_CHARACTERS } from "@tacit/shared/limits";
import { ok, type Result, refused } from "@tacit/shared/result";
import { toUtf8 } from "@tacit/shared/text";
import { Login, type RegistrationFinish, type Work } from "@tacit/shared/wire/accounts";
import type { AccountRefusal, NewAccount } from "./client-api.ts";
import type { Core } from "./core.ts";
import { encodeDeviceList } from "./device-list.ts";
import { erase } from "./erasing.ts";
import { newKeyPool, toKeySet } from "./key-pool.ts";
import { MIN_PASSWORD_CHARACTERS, normalizeLogin } from "./login-name.ts";
import { ACCOUNT, CARDS, EPOCH, KEY_POOL, META, PREKEY_BOOK, RECOVERY_STATE, SETTINGS } from "./meta-kinds.ts";
import type { RelayFailure } from "./ports/relay.ts";
import { prove } from "./proving.ts";
import { getToken } from "./signing-in.ts";
import { toVaultRow } from "./vault-row.ts";
import { DEFAULT_SETTINGS } from "./views.ts";

/**
 * Makes an account: its keys here first, durably, then all of it at the relay in one step. When the relay refuses, this
 * browser is as empty as before; when its answer is lost, the keys stay and `signed-out` is the state to go on from.
 */
export async function register(
  core: Core,
  account: NewAccount,
  wantedPreKeys: number,
): Promise<Result<undefined, AccountRefusal>> {
  if (core.phase.phase !== "empty") throw new Error("there is an account in this browser");
  const login = normalizeLogin(account.login);
  const name = account.name.trim();
  if (!Login.safeParse(login).success) return refused("login-malformed");
  if (name === "" || name.length > MAX_NAME_CHARACTERS) return refused("name-malformed");
  if ([...account.password].length < MIN_PASSWORD_CHARACTERS) return refused("password-short");

  const { passwords, relay } = core.ports;
  const { password } = account;
  const invite = account.invite?.trim() || undefined;
  const exchange = await passwords.startRegistration(password);
  const started = await relay.request("startRegistration", { login, invite, request: exchange.request });
  if (!started.ok) return refused(toAccountRefusal(started.reason));
  const { response, work } = started.value;
  const opaque = await passwords.finishRegistration({ password, state: exchange.state, response });

  const finish = await makeAccount(core, { ...account, login, name, invite }, opaque, wantedPreKeys);
  const finished = await finishAt(core, finish, work);
  if (core.phase.phase === "empty") core.setPhase({ phase: "empty" });
  if (!finished.ok) {
    if (mayHaveMadeIt(finished.reason)) return settle(core, login, password, toAccountRefusal(finished.reason));
    await erase(core);
    return refused(toAccountRefusal(finished.reason));
  }
  const { token } = finished.value;
  await core.change(async (work) => {
    const made = await work.get(ACCOUNT, META.account);
    const pool = await work.get(KEY_POOL, META.keyPool);
    if (made !== undefined) work.put(ACCOUNT, META.account, { ...made, token, isPending: undefined });
    if (pool !== undefined) work.put(KEY_POOL, META.keyPool, { ...pool, isPublished: true });
  });
  return ok(undefined);
}

/** With the work that the relay wants; once more where its challenge was over by then. */
async function finishAt(core: Core, finish: RegistrationFinish, wanted: Work | undefined) {
  const { passwords, relay } = core.ports;
  const send = async (work: Work | undefined) =>
    relay.request("finishRegistration", {
      ...finish,
      work: work === undefined ? undefined : await prove(core, work, finish.identityKey),
    });
  const finished = await send(wanted);
  if (finished.ok || finished.reason !== "work") return finished;
  // Only for its challenge.
  const { login, invite } = finish;
  const { request } = await passwords.startRegistration("");
  const again = await relay.request("startRegistration", { login, invite, request });
  return again.ok ? send(again.value.work) : again;
}

/**
 * Nobody answered; or handle or invite are used, perhaps by this very request, which a browser may send twice, to a relay
 * that has forgotten the first; or its disk refused, and nobody says how far it came.
 */
function mayHaveMadeIt(reason: RelayFailure): boolean {
  return ["unreachable", "unavailable", "handle-taken", "invite", "work"].includes(reason);
}

/**
 * Nobody knows whether the relay has the account. Where it says now that it has not, this browser is as empty as before;
 * where it does not answer, the keys stay and signing in settles it later.
 */
async function settle(
  core: Core,
  login: string,
  password: string,
  refusal: AccountRefusal,
): Promise<Result<undefined, AccountRefusal>> {
  const token = await getToken(core, login, password);
  if (token.ok) return token;
  if (token.reason === "wrong-password") {
    await erase(core);
    return refused(refusal);
  }
  core.setPhase({ phase: "signed-out", login });
  return refused("unreachable");
}

/** Makes every key and commits them in one step; answers what the relay has to know. */
async function makeAccount(
  core: Core,
  account: NewAccount,
  opaque: { readonly record: string; readonly stretching: string; readonly exportKey: Bytes },
  wantedPreKeys: number,
): Promise<RegistrationFinish> {
  const { deviceName, keyholder, random, relay } = core.ports;
  const { login, name, password, invite, keep } = account;
  await core.ports.store.clear();
  core.records.forget();
  const wrapped = await keyholder.createVault(password, keep);
  const { identity, row } = await keyholder.createIdentity();
  const { identityKey, deviceId, registrationId } = identity;
  const device = { deviceId, registrationId };
  const dateMs = core.nowMs();
  const list = encodeDeviceList({ identityKey, counter: 1, dateMs, devices: [device] });
  const signedList = { list, signature: await keyholder.sign("device list", list) };
  const prekeys = await keyholder.generatePreKeys({
    firstOneTimeId: 1,
    oneTime: wantedPreKeys,
    firstKyberId: 2,
    kyber: wantedPreKeys,
    signedId: 1,
    lastResortId: 1,
  });
  const pool = newKeyPool(random);
  const recovery = await keyholder.createRecovery(opaque.exportKey);
  await core.change(async (work) => {
    work.putRow(toVaultRow({ wrapped, isKept: keep, version: 1 }));
    work.putRow(row);
    work.putRow(recovery);
    work.put(RECOVERY_STATE, META.recoveryState, { version: 0, isConfirmed: false });
    for (const preKey of prekeys.rows) work.putRow(preKey);
    work.put(ACCOUNT, META.account, {
      login,
      name,
      relay: relay.origin,
      account: identity.accountId,
      identityKey,
      device,
      list: signedList,
      listCounter: 1,
      listDateMs: dateMs,
      isPending: true,
    });
    work.put(EPOCH, META.epoch, { epoch: 0 });
    work.put(SETTINGS, META.settings, DEFAULT_SETTINGS);
    work.put(KEY_POOL, META.keyPool, pool);
    work.put(CARDS, META.cards, { cards: [] });
    work.put(PREKEY_BOOK, META.preKeyBook, {
      nextOneTimeId: 1 + wantedPreKeys,
      nextKyberId: 2 + wantedPreKeys,
      nextSignedId: 2,
      signed: [{ id: 1, atMs: dateMs }],
      lastResort: [{ id: 1, atMs: dateMs }],
    });
  });
  return {
    login,
    invite,
    record: opaque.record,
    stretching: opaque.stretching,
    identityKey,
    signature: await keyholder.sign("registration", sha256(toUtf8(opaque.record))),
    list: signedList,
    device,
    prekeys: prekeys.upload,
    deliveryKeys: toKeySet(pool),
    name: await keyholder.sealSignInName(deviceName),
  };
}

function toAccountRefusal(reason: RelayFailure): AccountRefusal {
  switch (reason) {
    case "handle-taken":
    case "invite":
    case "closed":
    case "rate":
      return reason;
    case "version":
      return "outdated-client";
    case "malformed":
      return "login-malformed";
    default:
      return "unreachable";
  }
}
