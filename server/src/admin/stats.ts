import { count, sql } from "drizzle-orm";
import type { Db } from "../db/open.ts";
import { accounts, devices, envelopes, invites } from "../db/schema.ts";

/** Sums over everybody, each from an index or a small table: they are asked for while the relay works. */
export type Stats = {
  readonly accounts: number;
  readonly devices: number;
  readonly waitingEnvelopes: number;
  readonly openInvites: number;
  readonly databaseBytes: number;
};

export function readStats(db: Db): Stats {
  const pages = db.$client.pragma("page_count", { simple: true }) as number;
  const pageBytes = db.$client.pragma("page_size", { simple: true }) as number;
  return {
    accounts: db.select({ n: count() }).from(accounts).get()?.n ?? 0,
    devices: db.select({ n: count() }).from(devices).get()?.n ?? 0,
    waitingEnvelopes: db.select({ n: count() }).from(envelopes).get()?.n ?? 0,
    openInvites:
      db
        .select({ n: sql<number>`coalesce(sum(${invites.usesLeft}), 0)` })
        .from(invites)
        .get()?.n ?? 0,
    databaseBytes: pages * pageBytes,
  };
}
