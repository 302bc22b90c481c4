import type { Bytes } from "@tacit/shared/bytes";
import type { DeviceId, EnvelopeId } from "@tacit/shared/ids";
import { and, asc, count, eq, inArray, lte, max, sql, sum } from "drizzle-orm";
import type { Db } from "../db/open.ts";
import { claims, collected, deliveryKeys, devices, envelopes } from "../db/schema.ts";
import type { KeyClass } from "../delivery-keys/store.ts";
import type { MailboxId } from "./mailbox-id.ts";

/** One device of the account behind a delivery key, as a post must name it. */
export type Addressee = {
  readonly class: KeyClass;
  readonly mailbox: MailboxId;
  readonly deviceId: DeviceId;
  readonly registrationId: number;
};
export type Usage = { readonly envelopes: number; readonly bytes: number };
export type StoredEnvelope = { readonly sequence: number; readonly id: EnvelopeId; readonly sealed: Bytes };
export type NewEnvelope = {
  readonly mailbox: MailboxId;
  readonly id: EnvelopeId;
  readonly digest: Bytes;
  readonly sealed: Bytes;
  readonly expiresAtMs: number;
};
export type Taken = {
  readonly sequence: number;
  readonly mailbox: MailboxId;
  readonly digest: Bytes;
  readonly bytes: number;
};

/** What the rules of the mailbox need of a database. Writing methods run inside a commit. */
export type MailboxStore = {
  /** The devices that a key's hash reaches; none where it reaches nothing. */
  addressees(keyHash: Bytes): readonly Addressee[];
  isClaimed(keyHash: Bytes): boolean;
  /** The digest under which a mailbox knows an envelope id, waiting or collected. */
  digestOf(mailbox: MailboxId, id: EnvelopeId): Bytes | undefined;
  usage(mailbox: MailboxId): Usage;
  lastSequence(): number;
  /** Answers the sequence number. */
  put(envelope: NewEnvelope): number;
  page(mailbox: MailboxId, limit: number): readonly StoredEnvelope[];
  /** Deletes an envelope; `undefined` where there is none. */
  take(mailbox: MailboxId, id: EnvelopeId): Taken | undefined;
  rememberCollected(mailbox: MailboxId, id: EnvelopeId, digest: Bytes, forgetAtMs: number): void;
  /** Deletes envelopes whose time is up, the oldest first, at most `limit`. */
  takeExpired(nowMs: number, limit: number): readonly Taken[];
  /** Forgets collected envelopes whose time is up, at most `limit`. Answers how many. */
  forgetCollected(nowMs: number, limit: number): number;
};

export function buildMailboxStore(db: Db): MailboxStore {
  const { placeholder } = sql;
  const isEnvelope = and(eq(envelopes.mailbox, placeholder("mailbox")), eq(envelopes.id, placeholder("id")));
  const isCollected = and(eq(collected.mailbox, placeholder("mailbox")), eq(collected.id, placeholder("id")));
  const taken = {
    sequence: envelopes.sequence,
    mailbox: envelopes.mailbox,
    digest: envelopes.digest,
    bytes: sql<number>`length(${envelopes.sealed})`,
  };

  const addressees = db
    .select({
      class: deliveryKeys.class,
      mailbox: devices.mailbox,
      deviceId: devices.deviceId,
      registrationId: devices.registrationId,
    })
    .from(deliveryKeys)
    .innerJoin(devices, eq(devices.accountId, deliveryKeys.accountId))
    .where(eq(deliveryKeys.hash, placeholder("hash")))
    .prepare();
  const claim = db
    .select({ card: claims.card })
    .from(claims)
    .where(eq(claims.card, placeholder("hash")))
    .prepare();
  const waiting = db.select({ digest: envelopes.digest }).from(envelopes).where(isEnvelope).prepare();
  const gone = db.select({ digest: collected.digest }).from(collected).where(isCollected).prepare();
  const usage = db
    .select({ envelopes: count(), bytes: sum(sql`length(${envelopes.sealed})`).mapWith(Number) })
    .from(envelopes)
    .where(eq(envelopes.mailbox, placeholder("mailbox")))
    .prepare();
  const put = db
    .insert(envelopes)
    .values({
      mailbox: placeholder("mailbox"),
      id: placeholder("id"),
      digest: placeholder("digest"),
      sealed: placeholder("sealed"),
      expiresAtMs: placeholder("expiresAtMs"),
    })
    .prepare();
  const page = db
    .select({ sequence: envelopes.sequence, id: envelopes.id, sealed: envelopes.sealed })
    .from(envelopes)
    .where(eq(envelopes.mailbox, placeholder("mailbox")))
    .orderBy(asc(envelopes.sequence))
    .limit(placeholder("limit"))
    .prepare();
  const take = db.delete(envelopes).where(isEnvelope).returning(taken).prepare();
  const remember = db
    .insert(collected)
    .values({
      mailbox: placeholder("mailbox"),
      id: placeholder("id"),
      digest: placeholder("digest"),
      forgetAtMs: placeholder("forgetAtMs"),
    })
    .onConflictDoNothing()
    .prepare();
  const oldest = db
    .select({ sequence: envelopes.sequence, expiresAtMs: envelopes.expiresAtMs })
    .from(envelopes)
    .orderBy(asc(envelopes.sequence))
    .limit(placeholder("limit"))
    .prepare();
  const overdue = db
    .select({ mailbox: collected.mailbox, id: collected.id })
    .from(collected)
    .where(lte(collected.forgetAtMs, placeholder("nowMs")))
    .limit(placeholder("limit"))
    .prepare();
  const forget = db.delete(collected).where(isCollected).prepare();

  return {
    addressees: (hash) => addressees.all({ hash }),
    isClaimed: (hash) => claim.get({ hash }) !== undefined,
    digestOf: (mailbox, id) => (waiting.get({ mailbox, id }) ?? gone.get({ mailbox, id }))?.digest,
    usage: (mailbox) => {
      const row = usage.get({ mailbox });
      return { envelopes: row?.envelopes ?? 0, bytes: row?.bytes ?? 0 };
    },
    lastSequence: () =>
      db
        .select({ last: max(envelopes.sequence) })
        .from(envelopes)
        .get()?.last ?? 0,
    put: (envelope) => Number(put.run(envelope).lastInsertRowid),
    page: (mailbox, limit) => page.all({ mailbox, limit }),
    take: (mailbox, id) => take.get({ mailbox, id }),
    rememberCollected: (mailbox, id, digest, forgetAtMs) => {
      remember.run({ mailbox, id, digest, forgetAtMs });
    },
    // Every envelope lives equally long, so that the oldest rows are the first to expire and no index is needed.
    takeExpired: (nowMs, limit) => {
      const due = oldest.all({ limit }).filter(({ expiresAtMs }) => expiresAtMs <= nowMs);
      const sequences = due.map(({ sequence }) => sequence);
      return db.delete(envelopes).where(inArray(envelopes.sequence, sequences)).returning(taken).all();
    },
    forgetCollected: (nowMs, limit) => {
      const due = overdue.all({ nowMs, limit });
      for (const row of due) forget.run(row);
      return due.length;
    },
  };
}
