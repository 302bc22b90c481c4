import { HOUR_MS, MINUTE_MS, SECOND_MS } from "@tacit/shared/limits";
import type { Blobs } from "./blobs/blobs.ts";
import type { GroupCommit } from "./db/group-commit.ts";
import type { Db } from "./db/open.ts";
import type { DeliveryKeyStore } from "./delivery-keys/store.ts";
import type { Log } from "./log.ts";
import type { Mailboxes } from "./mailbox/mailboxes.ts";
import type { Clock } from "./ports.ts";
import type { PreKeyStore } from "./prekeys/store.ts";

/** So few rows in one commit that nobody's post waits for it. */
const BATCH = 200;

type Ports = {
  readonly clock: Clock;
  readonly db: Db;
  readonly commits: GroupCommit;
  readonly mailboxes: Mailboxes;
  readonly prekeys: PreKeyStore;
  readonly deliveryKeys: DeliveryKeyStore;
  readonly blobs: Blobs;
  readonly log: Log;
};

/** Lets go of what has expired: each minute in memory, each hour on the disk. Answers how to stop. */
export function startMaintenance(ports: Ports): () => void {
  const { clock, mailboxes } = ports;
  const stopLive = every(clock, MINUTE_MS, () => mailboxes.expireLive());
  const stopStored = every(clock, HOUR_MS, () => {
    expire(ports).catch((failure) => ports.log("error", "could not delete what has expired", failure));
  });
  return () => {
    stopLive();
    stopStored();
  };
}

/**
 * Calls `onChange` soon after another process, such as the operator's command, has written, and again until it does not
 * throw. Answers how to stop.
 */
export function watchOthers(clock: Clock, db: Db, onChange: () => void, log: Log): () => void {
  const version = () => db.$client.pragma("data_version", { simple: true });
  let known = version();
  let isFailing = false;
  return every(clock, 2 * SECOND_MS, () => {
    try {
      const current = version();
      if (current !== known) onChange();
      known = current;
      isFailing = false;
    } catch (failure) {
      // A disk in trouble fails every time.
      if (!isFailing) log("error", "could not read what another process has written", failure);
      isFailing = true;
    }
  });
}

/** Resolves when nothing that has expired is left, in the log of the database neither. */
export async function expire({ clock, db, commits, mailboxes, prekeys, deliveryKeys, blobs }: Ports): Promise<void> {
  while (await mailboxes.expire(BATCH));
  await mailboxes.closeHour();
  while (await blobs.expire(BATCH));
  await commits.run(() => {
    prekeys.forget(clock.nowMs());
    deliveryKeys.forgetClaims();
  });
  while ((await commits.run(() => deliveryKeys.forgetRetired(BATCH))) === BATCH);
  db.$client.pragma("wal_checkpoint(TRUNCATE)");
}

function every(clock: Clock, ms: number, task: () => void): () => void {
  let cancel = clock.after(ms, turn);
  function turn(): void {
    task();
    cancel = clock.after(ms, turn);
  }
  return () => cancel();
}
