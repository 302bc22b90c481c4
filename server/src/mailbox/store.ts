import type { Bytes } from "@tacit/shared/bytes";
import type { DeviceId, EnvelopeId } from "@tacit/shared/ids";
import { and, count, eq, inArray, max, sql, sum } from "drizzle-orm";
import type { Db } from "../db/open.ts";
import { collected, envelopes } from "../db/schema.ts";
import type { KeyClass } from "../delivery-keys/store.ts";
import { type Digest, fromDigest, toDigest } from "../hash.ts";
import { AddressBook } from "./address-book.ts";
import { Expiries } from "./expiries.ts";
import type { MailboxId } from "./mailbox-id.ts";

/** One device of the account behind a delivery key, as a post must name it. */
export type Addressee = {
  readonly class: KeyClass;
  readonly mailbox: MailboxId;
  readonly deviceId: DeviceId;
  readonly registrationId: number;
};
export type Usage = { readonly envelopes: number; readonly bytes: number };
export type StoredEnvelope = {
  readonly sequence: number;
  readonly id: EnvelopeId;
  readonly digest: Digest;
  readonly bytes: number;
  readonly sealed: Bytes;
};
export type NewEnvelope = {
  readonly mailbox: MailboxId;
  readonly id: EnvelopeId;
  readonly digest: Digest;
  readonly sealed: Bytes;
  readonly expiresAtMs: number;
};
export type Taken = {
  readonly sequence: number;
  readonly mailbox: MailboxId;
  readonly digest: Digest;
  readonly bytes: number;
};
/** Where a search through what was collected goes on. */
export type CollectedPlace = { readonly mailbox: MailboxId; readonly id: EnvelopeId };

/** What the rules of the mailbox need of a database. Writing methods run inside a commit. */
export type MailboxStore = {
  /** The devices that a key's hash reaches; none where it reaches nothing. */
  addressees(keyHash: Digest): readonly Addressee[];
  /** Another process changed the database, or a change was undone. */
  forget(): void;
  isClaimed(keyHash: Digest): boolean;
  /** The digest under which a mailbox knows an envelope id, waiting or collected. */
  digestOf(mailbox: MailboxId, id: EnvelopeId): Digest | undefined;
  /** The same of those that were collected only. */
  collectedDigestOf(mailbox: MailboxId, id: EnvelopeId): Digest | undefined;
  isWaiting(mailbox: MailboxId, id: EnvelopeId): boolean;
  usage(mailbox: MailboxId): Usage;
  lastSequence(): number;
  /** Answers the sequence number; `undefined`, and nothing is put, where the mailbox knows the id, waiting or collected. */
  put(envelope: NewEnvelope): number | undefined;
  /** The sequence numbers of what waits, the oldest first. */
  backlog(mailbox: MailboxId): readonly number[];
  /** Those of them that are still there, in their order. */
  read(sequences: readonly number[]): readonly StoredEnvelope[];
  /** Deletes an envelope; `undefined` where there is none. */
  take(mailbox: MailboxId, id: EnvelopeId): Taken | undefined;
  /** Deletes an envelope of a known place. Answers whether there was one. */
  takeAt(sequence: number): boolean;
  rememberCollected(mailbox: MailboxId, id: EnvelopeId, digest: Digest, forgetAtMs: number): void;
  /** Deletes envelopes whose time is up, the oldest first, at most `limit`. */
  takeExpired(nowMs: number, limit: number): readonly Taken[];
  /** To be called each hour: what came while the clock was ahead lives no longer than the rest either. */
  closeHour(nowMs: number): void;
  /**
   * Looks through up to `limit` collected envelopes, behind `after`, and forgets those whose time is up. Answers where it
   * stopped; `undefined` at the end.
   */
  forgetCollected(
    isDue: (forgetAtMs: number) => boolean,
    limit: number,
    after: CollectedPlace | undefined,
  ): CollectedPlace | undefined;
};

type Row = Readonly<Record<string, unknown>>;

/** What is asked for each message is SQL that is prepared once: a query builder costs more than the query. */
export function buildMailboxStore(db: Db): MailboxStore {
  const prepare = (source: string) => db.$client.prepare<unknown[], Row>(source);
  const addressees = prepare(
    `SELECT class, mailbox, device_id AS deviceId, registration_id AS registrationId
     FROM delivery_keys JOIN devices USING (account_id) WHERE hash = ?`,
  );
  const book = new AddressBook(
    db,
    (hash) => addressees.all(fromDigest(hash)) as readonly Row[] as readonly Addressee[],
  );
  const expiries = new Expiries(db);
  const claim = prepare("SELECT 1 FROM claims WHERE card = ?");
  const waiting = prepare("SELECT digest FROM envelopes WHERE mailbox = ? AND id = ?");
  const known = prepare("SELECT digest FROM collected WHERE mailbox = ? AND id = ?");
  // One statement for what would be three.
  const put = prepare(
    `WITH new (mailbox, id, digest, sealed, expires_at_ms) AS (SELECT ?, ?, ?, ?, ?)
     INSERT INTO envelopes (mailbox, id, digest, sealed, expires_at_ms)
     SELECT mailbox, id, digest, sealed, expires_at_ms FROM new
     WHERE NOT EXISTS (SELECT 1 FROM collected WHERE collected.mailbox = new.mailbox AND collected.id = new.id)
     ON CONFLICT (mailbox, id) DO NOTHING`,
  );
  // By the index of its ids, which has the numbers too: one by number would have to be written with each envelope.
  // In a subquery, because SQLite would plan it anew for each value.
  const backlog = prepare("SELECT sequence FROM envelopes WHERE mailbox = (SELECT ?) ORDER BY sequence").pluck();
  const read = prepare(
    "SELECT sequence, id, digest, sealed FROM envelopes WHERE sequence IN (SELECT value FROM json_each(?)) ORDER BY sequence",
  );
  const take = prepare(
    "DELETE FROM envelopes WHERE mailbox = ? AND id = ? RETURNING sequence, digest, length(sealed) AS bytes",
  );
  const takeAt = prepare("DELETE FROM envelopes WHERE sequence = ?");
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
  const some = prepare("SELECT mailbox, id, forget_at_ms AS forgetAtMs FROM collected ORDER BY mailbox, id LIMIT ?");
  const more = prepare(
    `SELECT mailbox, id, forget_at_ms AS forgetAtMs FROM collected
     WHERE (mailbox, id) > (?, ?) ORDER BY mailbox, id LIMIT ?`,
  );
  const forget = db.delete(collected).where(isCollected).prepare();

  return {
    addressees: (hash) => book.find(hash),
    forget: () => {
      book.forget();
      expiries.forget();
    },
    isClaimed: (hash) => claim.get(fromDigest(hash)) !== undefined,
    digestOf: (mailbox, id) => digestIn(waiting.get(mailbox, id)) ?? digestIn(known.get(mailbox, id)),
    collectedDigestOf: (mailbox, id) => digestIn(known.get(mailbox, id)),
    isWaiting: (mailbox, id) => waiting.get(mailbox, id) !== undefined,
    usage: (mailbox) => {
      const row = usage.get({ mailbox });
      return { envelopes: row?.envelopes ?? 0, bytes: row?.bytes ?? 0 };
    },
    lastSequence: () =>
      db
        .select({ last: max(envelopes.sequence) })
        .from(envelopes)
        .get()?.last ?? 0,
    put: ({ mailbox, id, digest: hash, sealed, expiresAtMs }) => {
      const { changes, lastInsertRowid } = put.run(mailbox, id, fromDigest(hash), sealed, expiresAtMs);
      if (changes === 0) return undefined;
      const sequence = Number(lastInsertRowid);
      expiries.note(sequence, expiresAtMs);
      return sequence;
    },
    backlog: (mailbox) => backlog.all(mailbox) as readonly unknown[] as readonly number[],
    read: (sequences) =>
      read.all(JSON.stringify(sequences)).map(({ sequence, id, digest, sealed }) => ({
        sequence: sequence as number,
        id: toBytes(id) as EnvelopeId,
        digest: toDigest(digest as Bytes),
        bytes: (sealed as Bytes).length,
        sealed: toBytes(sealed),
      })),
    take: (mailbox, id) => {
      const row = take.get(mailbox, id);
      if (row === undefined) return undefined;
      const { sequence, digest, bytes } = row;
      return { mailbox, sequence: sequence as number, digest: toDigest(digest as Bytes), bytes: bytes as number };
    },
    takeAt: (sequence) => takeAt.run(sequence).changes > 0,
    rememberCollected: (mailbox, id, hash, forgetAtMs) => {
      remember.run(mailbox, id, fromDigest(hash), forgetAtMs);
    },
    takeExpired: (nowMs, limit) => {
      const sequences = [...expiries.due(nowMs, limit)];
      const rows = db.delete(envelopes).where(inArray(envelopes.sequence, sequences)).returning(taken).all();
      return rows.map((row) => ({ ...row, digest: toDigest(row.digest) }));
    },
    closeHour: (nowMs) => expiries.closeHour(nowMs),
    forgetCollected: (isDue, limit, after) => {
      const rows = after === undefined ? some.all(limit) : more.all(after.mailbox, after.id, limit);
      const due = rows.filter(({ forgetAtMs }) => isDue(forgetAtMs as number));
      for (const { mailbox, id } of due) forget.run({ mailbox, id });
      return rows.length < limit ? undefined : (rows.at(-1) as CollectedPlace | undefined);
    },
  };
}

/** A blob as SQLite gave it, which is nobody else's. */
function toBytes(blob: unknown): Bytes {
  const { buffer, byteOffset, byteLength } = blob as Buffer<ArrayBuffer>;
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function digestIn(row: Row | undefined): Digest | undefined {
  return row && toDigest(row["digest"] as Bytes);
}
