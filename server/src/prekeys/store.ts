import type { Bytes } from "@tacit/shared/bytes";
import type { AccountId } from "@tacit/shared/ids";
import { HOUR_MS, MAX_ONE_TIME_PREKEYS } from "@tacit/shared/limits";
import { ok, type Result, refused } from "@tacit/shared/result";
import type { Device, SignedDeviceList } from "@tacit/shared/wire/devices";
import type { KyberPreKey, OneTimePreKey, PreKeyCount, PreKeyUpload, SignedPreKey } from "@tacit/shared/wire/prekeys";
import type { Statement } from "better-sqlite3";
import { and, asc, eq, inArray, isNotNull, lt, sql } from "drizzle-orm";
import type { Db } from "../db/open.ts";
import { accounts, devices, oneTimePreKeys } from "../db/schema.ts";
import { toNextHour } from "../hours.ts";
import type { MailboxId } from "../mailbox/mailbox-id.ts";

/** How long a handed-out key's id is remembered: longer than anybody repeats an upload. */
export const USED_PREKEY_MEMORY_MS = 48 * HOUR_MS;

export type PreKeyKind = "x25519" | "kyber";
export type DevicePreKeys = Device & {
  readonly mailbox: MailboxId;
  readonly signed: SignedPreKey;
  readonly lastResort: KyberPreKey;
};
type StoredKey = { readonly id: number; readonly key: OneTimePreKey["key"]; readonly signature?: Uint8Array | null };

export type PreKeyStore = ReturnType<typeof buildPreKeyStore>;

/** The prekeys that devices left here. Writing methods run inside a commit. */
export function buildPreKeyStore(db: Db) {
  const table = oneTimePreKeys;
  const ofKind = and(eq(table.mailbox, sql.placeholder("mailbox")), eq(table.kind, sql.placeholder("kind")));
  // Asked by every connection: the builder costs more than the query.
  const counted = db.$client.prepare<[Bytes], PreKeyCount>(
    "SELECT x25519_left AS oneTime, kyber_left AS kyber FROM device_states WHERE mailbox = ?",
  );
  const left = (kind: PreKeyKind) =>
    `(SELECT count(*) FROM one_time_prekeys
      WHERE mailbox = device_states.mailbox AND kind = '${kind}' AND key IS NOT NULL)`;
  const recounted = db.$client.prepare<[Bytes]>(
    `UPDATE device_states SET x25519_left = ${left("x25519")}, kyber_left = ${left("kyber")} WHERE mailbox = ?`,
  );
  const decreased: Readonly<Record<PreKeyKind, Statement<[Bytes]>>> = {
    x25519: db.$client.prepare("UPDATE device_states SET x25519_left = x25519_left - 1 WHERE mailbox = ?"),
    kyber: db.$client.prepare("UPDATE device_states SET kyber_left = kyber_left - 1 WHERE mailbox = ?"),
  };
  const first = db
    .select({ id: table.id, key: table.key, signature: table.signature })
    .from(table)
    .where(and(ofKind, isNotNull(table.key)))
    .orderBy(asc(table.id))
    .limit(1)
    .prepare();
  const inserted = db
    .insert(table)
    .values({
      mailbox: sql.placeholder("mailbox"),
      kind: sql.placeholder("kind"),
      id: sql.placeholder("id"),
      key: sql.placeholder("key"),
      signature: sql.placeholder("signature"),
    })
    .onConflictDoNothing()
    .prepare();
  const count = (mailbox: MailboxId): PreKeyCount => counted.get(mailbox) ?? { oneTime: 0, kyber: 0 };
  const countOf = (mailbox: MailboxId, kind: PreKeyKind) => count(mailbox)[kind === "kyber" ? "kyber" : "oneTime"];

  function hasRoom(mailbox: MailboxId, kind: PreKeyKind, keys: readonly StoredKey[]): boolean {
    const ids = keys.map(({ id }) => id);
    const known = db
      .select({ n: sql<number>`count(*)` })
      .from(table)
      .where(and(eq(table.mailbox, mailbox), eq(table.kind, kind), inArray(table.id, ids)))
      .get();
    return countOf(mailbox, kind) + new Set(ids).size - (known?.n ?? 0) <= MAX_ONE_TIME_PREKEYS;
  }

  function insert(mailbox: MailboxId, kind: PreKeyKind, keys: readonly StoredKey[]): void {
    for (const { id, key, signature } of keys) inserted.run({ mailbox, kind, id, key, signature: signature ?? null });
  }

  return {
    /** Adds the one-time keys whose ids it never saw, and replaces the others. "full": nothing was written. */
    add(mailbox: MailboxId, upload: PreKeyUpload): Result<undefined, "full"> {
      if (!hasRoom(mailbox, "x25519", upload.oneTime) || !hasRoom(mailbox, "kyber", upload.kyber)) {
        return refused("full");
      }
      insert(mailbox, "x25519", upload.oneTime);
      insert(mailbox, "kyber", upload.kyber);
      recounted.run(mailbox);
      const { signed, lastResort } = upload;
      const ofMailbox = eq(devices.mailbox, mailbox);
      if (signed !== undefined) {
        const { id: signedId, key: signedKey, signature: signedSignature } = signed;
        db.update(devices).set({ signedId, signedKey, signedSignature }).where(ofMailbox).run();
      }
      if (lastResort !== undefined) {
        const { id: lastResortId, key: lastResortKey, signature: lastResortSignature } = lastResort;
        db.update(devices).set({ lastResortId, lastResortKey, lastResortSignature }).where(ofMailbox).run();
      }
      return ok(undefined);
    },

    count,

    /** Takes the oldest one-time key out, for ever. Leaves `reserve` of them. */
    take(mailbox: MailboxId, kind: PreKeyKind, reserve: number, nowMs: number): StoredKey | undefined {
      if (countOf(mailbox, kind) <= reserve) return undefined;
      const row = first.get({ mailbox, kind });
      if (row === undefined || row.key === null) return undefined;
      db.update(table)
        .set({ key: null, signature: null, forgetAtMs: toNextHour(nowMs + USED_PREKEY_MEMORY_MS) })
        .where(and(eq(table.mailbox, mailbox), eq(table.kind, kind), eq(table.id, row.id)))
        .run();
      decreased[kind].run(mailbox);
      return { id: row.id, key: row.key, signature: row.signature };
    },

    listOf: (accountId: AccountId): SignedDeviceList | undefined =>
      db
        .select({ list: accounts.list, signature: accounts.listSignature })
        .from(accounts)
        .where(eq(accounts.id, accountId))
        .get(),
    /** The account's devices that have left prekeys. */
    devicesOf: (accountId: AccountId): DevicePreKeys[] =>
      db
        .select()
        .from(devices)
        .where(eq(devices.accountId, accountId))
        .orderBy(asc(devices.deviceId))
        .all()
        .flatMap(toDevicePreKeys),

    /** Forgets used keys whose time has come. */
    forget(nowMs: number): number {
      return db.delete(table).where(lt(table.forgetAtMs, nowMs)).run().changes;
    },
  };
}

function toDevicePreKeys(row: typeof devices.$inferSelect): DevicePreKeys[] {
  const { mailbox, deviceId, registrationId } = row;
  const signed = toSigned(row.signedId, row.signedKey, row.signedSignature);
  const lastResort = toSigned(row.lastResortId, row.lastResortKey, row.lastResortSignature);
  if (signed === undefined || lastResort === undefined) return [];
  return [{ mailbox, deviceId, registrationId, signed, lastResort }];
}

function toSigned(id: number | null, key: SignedPreKey["key"] | null, signature: SignedPreKey["key"] | null) {
  return id === null || key === null || signature === null ? undefined : { id, key, signature };
}
