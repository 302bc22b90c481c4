import type { Bytes } from "@tacit/shared/bytes";
import type { DeviceId, EnvelopeId } from "@tacit/shared/ids";
import { and, asc, count, eq, inArray, lte, max, sql, sum } from "drizzle-orm";
import type { Db } from "../db/open.ts";
import { collected, envelopes } from "../db/schema.ts";
import type { KeyClass } from "../delivery-keys/store.ts";
import { AddressBook } from "./address-book.ts";
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
  /** Another process changed the database, or a change was undone. */
  forgetAddressees(): void;
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

type Row = Readonly<Record<string, unknown>>;

/** What is asked for each message is SQL that is prepared once: a query builder costs more than the query. */
export function buildMailboxStore(db: Db): MailboxStore {
  const prepare = (source: string) => db.$client.prepare<unknown[], Row>(source);
  const addressees = prepare(
    `SELECT class, mailbox, device_id AS deviceId, registration_id AS registrationId
     FROM delivery_keys JOIN devices USING (account_id) WHERE hash = ?`,
  );
  const book = new AddressBook(db, (hash) => addressees.all(hash) as readonly Row[] as readonly Addressee[]);
  const claim = prepare("SELECT 1 FROM claims WHERE card = ?");
  const digest = prepare(
    `SELECT digest FROM envelopes WHERE mailbox = ? AND id = ?
     UNION ALL SELECT digest FROM collected WHERE mailbox = ? AND id = ?`,
  );
  const put = prepare("INSERT INTO envelopes (mailbox, id, digest, sealed, expires_at_ms) VALUES (?, ?, ?, ?, ?)");
  const page = prepare("SELECT sequence, id, sealed FROM envelopes WHERE mailbox = ? ORDER BY sequence LIMIT ?");
  const take = prepare(
    "DELETE FROM envelopes WHERE mailbox = ? AND id = ? RETURNING sequence, digest, length(sealed) AS bytes",
  );
  const remember = prepare(
    "INSERT INTO collected (mailbox, id, digest, forget_at_ms) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
  );

  const { placeholder } = sql;
  const isCollected = and(eq(collected.mailbox, placeholder("mailbox")), eq(collected.id, placeholder("id")));
  const taken = {
    sequence: envelopes.sequence,
    mailbox: envelopes.mailbox,
    digest: envelopes.digest,
    bytes: sql<number>`length(${envelopes.sealed})`,
  };
  const usage = db
    .select({ envelopes: count(), bytes: sum(sql`length(${envelopes.sealed})`).mapWith(Number) })
    .from(envelopes)
    .where(eq(envelopes.mailbox, placeholder("mailbox")))
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
    addressees: (hash) => book.find(hash),
    forgetAddressees: () => book.forget(),
    isClaimed: (hash) => claim.get(hash) !== undefined,
    digestOf: (mailbox, id) => digest.get(mailbox, id, mailbox, id)?.["digest"] as Bytes | undefined,
    usage: (mailbox) => {
      const row = usage.get({ mailbox });
      return { envelopes: row?.envelopes ?? 0, bytes: row?.bytes ?? 0 };
    },
    lastSequence: () =>
      db
        .select({ last: max(envelopes.sequence) })
        .from(envelopes)
        .get()?.last ?? 0,
    put: ({ mailbox, id, digest: hash, sealed, expiresAtMs }) =>
      Number(put.run(mailbox, id, hash, sealed, expiresAtMs).lastInsertRowid),
    page: (mailbox, limit) =>
      page.all(mailbox, limit).map(({ sequence, id, sealed }) => ({
        sequence: sequence as number,
        id: toBytes(id) as EnvelopeId,
        sealed: toBytes(sealed),
      })),
    take: (mailbox, id) => {
      const row = take.get(mailbox, id) as Omit<Taken, "mailbox"> | undefined;
      return row && { ...row, mailbox };
    },
    rememberCollected: (mailbox, id, hash, forgetAtMs) => {
      remember.run(mailbox, id, hash, forgetAtMs);
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

/** A blob as SQLite gave it, which is nobody else's. */
function toBytes(blob: unknown): Bytes {
  const { buffer, byteOffset, byteLength } = blob as Buffer<ArrayBuffer>;
  return new Uint8Array(buffer, byteOffset, byteLength);
}
