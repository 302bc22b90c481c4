import { equalBytes } from "@tacit/shared/bytes";
import type { Ready } from "@tacit/shared/events";
import { DAY_MS, ONE_TIME_PREKEYS_LOW, SIGNED_PREKEY_GRACE_MS, SIGNED_PREKEY_ROTATION_MS } from "@tacit/shared/limits";
import type { PreKeyCount } from "@tacit/shared/wire/prekeys";
import type { Core } from "./core.ts";
import { encodeDeviceList, hashOfList } from "./device-list.ts";
import { markClaimed, replaceRefused, revokeUnaccounted } from "./key-answers.ts";
import { changed, toKeySet } from "./key-pool.ts";
import { ACCOUNT, KEY_POOL, META, PREKEY_BOOK, type PreKeyBook } from "./meta-kinds.ts";
import type { RelayFailure } from "./ports/relay.ts";

const LIST_RENEWAL_MS = 7 * DAY_MS;
/**
 * So many signed prekeys are kept whatever the clocks say: twice the grace. A relay that says an earlier time would
 * have them kept for ever.
 */
const MAX_KEPT_SIGNED = (2 * SIGNED_PREKEY_GRACE_MS) / SIGNED_PREKEY_ROTATION_MS;
/** Private halves are kept for so many full uploads: a relay that asks for ever does not fill the device. */
const MAX_KEPT_UPLOADS = 20;

/**
 * Keeps what the relay hands out on our behalf right: the device list, prekeys, delivery keys. Each step commits here
 * first and is idempotent there, so it can be repeated after any crash. Answers the first failure, if any.
 */
export async function publish(core: Core, ready: Ready, wantedPreKeys: number): Promise<RelayFailure | undefined> {
  const { storeEpoch } = core.account;
  const isOtherStore = storeEpoch !== undefined && !equalBytes(storeEpoch, ready.storeEpoch);
  return (
    lasting(await publishList(core, isOtherStore)) ??
    lasting(await publishPreKeys(core, ready.prekeys, wantedPreKeys, isOtherStore)) ??
    lasting(await publishKeySet(core, isOtherStore)) ??
    (await rememberStore(core, ready)) ??
    lasting(await publishBlocks(core))
  );
}

/** Shuts out those who were blocked and came by a card that they never named. The relay's last word says which are used. */
export async function publishBlocks(core: Core): Promise<RelayFailure | undefined> {
  return (await revokeUnaccounted(core)) ? publishKeySet(core) : undefined;
}

/** What makes a connection useless. Any other refusal leaves one thing unpublished, and messages still come and go. */
function lasting(failure: RelayFailure | undefined): RelayFailure | undefined {
  const isLasting = failure === "unreachable" || failure === "unauthorized" || failure === "version";
  return isLasting ? failure : undefined;
}

/** Puts the delivery keys as they should be, if the relay does not have them so. */
export async function publishKeySet(core: Core, isForced = false, isAgain = false): Promise<RelayFailure | undefined> {
  const pool = await core.change(async (work) => {
    const current = await work.get(KEY_POOL, META.keyPool);
    if (current === undefined || (current.isPublished && !isForced)) return undefined;
    const next = isForced ? changed(current) : current;
    work.put(KEY_POOL, META.keyPool, { ...next, isPublished: false });
    return next;
  });
  if (pool === undefined) return undefined;
  const put = await core.ports.relay.request("putDeliveryKeys", toKeySet(pool), core.account.token);
  if (!put.ok && put.reason !== "outdated") return put.reason;
  await core.change(async (work) => {
    const current = await work.get(KEY_POOL, META.keyPool);
    if (current === undefined) return;
    const isCurrent = current.version === pool.version;
    if (put.ok) {
      work.put(KEY_POOL, META.keyPool, { ...current, isPublished: isCurrent });
      await markClaimed(work, put.value.claimed ?? []);
      await replaceRefused(core, work, put.value.refused ?? []);
    }
    // The relay has this version already, from an answer that was lost: the next one tells it everything again.
    else if (isCurrent) work.put(KEY_POOL, META.keyPool, changed(current));
  });
  const isSettled = put.ok && (put.value.refused ?? []).length === 0;
  return isSettled || isAgain ? undefined : publishKeySet(core, false, true);
}

/**
 * Signs the device list anew each week by the device's own clock: contacts refuse one that is over thirty days old. A new
 * list is durable here before the relay sees it, and the same bytes are put until it has them: there is never another
 * list under its counter.
 */
export async function publishList(core: Core, isForced = false): Promise<RelayFailure | undefined> {
  const { listDateMs, isListPending } = core.account;
  if (core.clocks.isDue(listDateMs, LIST_RENEWAL_MS)) await renewList(core);
  else if (isListPending !== true && !isForced) return undefined;
  const { list, token } = core.account;
  const put = await core.ports.relay.request("putDeviceList", list, token);
  if (!put.ok) return put.reason;
  await core.change(async (work) => {
    const account = await work.get(ACCOUNT, META.account);
    if (account === undefined || !equalBytes(account.list.list, list.list)) return;
    work.put(ACCOUNT, META.account, { ...account, isListPending: undefined });
  });
  return undefined;
}

/** Signs a list of this device alone, `step` above the one before, and keeps it until the relay has it. */
export async function renewList(core: Core, step = 1): Promise<void> {
  const { list, listCounter, identityKey, device } = core.account;
  const dateMs = core.nowMs();
  const counter = listCounter + step;
  const previous = hashOfList(list.list);
  const encoded = encodeDeviceList({ identityKey, counter, previous, dateMs, devices: [device] });
  const signature = await core.ports.keyholder.sign("device list", encoded);
  await core.change(async (work) => {
    const account = await work.get(ACCOUNT, META.account);
    // Another was signed meanwhile: there are no two under one counter.
    if (account === undefined || !equalBytes(account.list.list, list.list)) return;
    const renewed = { list: { list: encoded, signature }, listCounter: counter, listDateMs: dateMs };
    work.put(ACCOUNT, META.account, { ...account, ...renewed, isListPending: true });
  });
}

/** Refills the one-time prekeys and rotates the signed and the last-resort one every two days. */
export async function publishPreKeys(
  core: Core,
  count: PreKeyCount,
  wanted: number,
  isForced = false,
): Promise<RelayFailure | undefined> {
  const book = core.records.held(PREKEY_BOOK, META.preKeyBook)?.value;
  if (book === undefined) return undefined;
  const newest = book.signed[0]?.atMs ?? 0;
  const isRotation =
    isForced || core.clocks.isDue(newest, SIGNED_PREKEY_ROTATION_MS) || !(await areReadable(core, book));
  const low = Math.min(ONE_TIME_PREKEYS_LOW, wanted / 2);
  const missing = (held: number) => (isForced ? wanted : held < low ? wanted - held : 0);
  const [oneTime, kyber] = [missing(count.oneTime), missing(count.kyber)];
  if (!isRotation && oneTime === 0 && kyber === 0) return undefined;

  const upload = await core.change(async (work) => {
    const current = (await work.get(PREKEY_BOOK, META.preKeyBook)) ?? book;
    const lastResortId = isRotation ? current.nextKyberId : undefined;
    const signedId = isRotation ? current.nextSignedId : undefined;
    const firstKyberId = current.nextKyberId + (isRotation ? 1 : 0);
    const made = await core.ports.keyholder.generatePreKeys({
      firstOneTimeId: current.nextOneTimeId,
      oneTime,
      firstKyberId,
      kyber,
      signedId,
      lastResortId,
    });
    for (const row of made.rows) work.putRow(row);
    const keep = (held: typeof current.signed, newId: number | undefined) => {
      const all = newId === undefined ? held : [{ id: newId, atMs: core.nowMs() }, ...held];
      const isInGrace = (atMs: number) => core.clocks.earliestMs() - atMs < SIGNED_PREKEY_GRACE_MS;
      return all.filter(({ atMs }, at) => at < 2 || (at < MAX_KEPT_SIGNED && isInGrace(atMs)));
    };
    const [signed, lastResort] = [keep(current.signed, signedId), keep(current.lastResort, lastResortId)];
    for (const { id } of current.signed)
      if (!signed.some((one) => one.id === id)) work.remove("prekeys", `signed:${id}`);
    for (const { id } of current.lastResort) {
      if (!lastResort.some((one) => one.id === id)) work.remove("prekeys", `kyber:${id}`);
    }
    const oldest = { ec: current.oldestOneTimeId ?? 1, kyber: current.oldestKyberId ?? 1 };
    const first = {
      ec: Math.max(oldest.ec, current.nextOneTimeId - MAX_KEPT_UPLOADS * wanted),
      kyber: Math.max(oldest.kyber, current.nextKyberId - MAX_KEPT_UPLOADS * wanted),
    };
    for (let id = oldest.ec; id < first.ec; id++) work.remove("prekeys", `ec:${id}`);
    for (let id = oldest.kyber; id < first.kyber; id++) {
      if (!lastResort.some((one) => one.id === id)) work.remove("prekeys", `kyber:${id}`);
    }
    work.put(PREKEY_BOOK, META.preKeyBook, {
      oldestOneTimeId: first.ec,
      oldestKyberId: first.kyber,
      nextOneTimeId: current.nextOneTimeId + oneTime,
      nextKyberId: firstKyberId + kyber,
      nextSignedId: current.nextSignedId + (isRotation ? 1 : 0),
      signed,
      lastResort,
    });
    return made.upload;
  });
  const put = await core.ports.relay.request("putPreKeys", upload, core.account.token);
  return put.ok ? undefined : put.reason;
}

/** Whether the keys that every first message may be made for can be read here: else it would be lost. */
async function areReadable(core: Core, { signed, lastResort }: PreKeyBook): Promise<boolean> {
  const ids = [`signed:${signed[0]?.id}`, `kyber:${lastResort[0]?.id}`];
  const rows = await Promise.all(ids.map((id) => core.ports.store.get("prekeys", id)));
  const opened = await core.ports.keyholder.open(rows.filter((row) => row !== undefined));
  return opened.filter((plain) => plain !== undefined).length === ids.length;
}

async function rememberStore(core: Core, { storeEpoch, claimed = [] }: Ready): Promise<undefined> {
  await core.change((work) => markClaimed(work, claimed));
  const known = core.account.storeEpoch;
  if (known !== undefined && equalBytes(known, storeEpoch)) return;
  await core.change(async (work) => {
    const account = await work.get(ACCOUNT, META.account);
    if (account !== undefined) work.put(ACCOUNT, META.account, { ...account, storeEpoch });
  });
}
