import { decodeSessionRecord, encodeSessionRecord } from "@tacit/crypto/session-codec";
import type { SessionRecord } from "@tacit/crypto/session-record";
import { wipe } from "@tacit/shared/bytes";
import type { RemoteDevice } from "../ports/keyholder.ts";
import type { Random } from "../ports/random.ts";
import type { Row } from "../ports/store.ts";
import { blindValue, openRow, sealRow } from "./rows.ts";
import type { OpenVault } from "./vault.ts";

/** The record in a session row; `undefined` where there is none, or none that opens: a new session heals that. */
export function recordIn(vault: OpenVault, row: Row | undefined, remote: RemoteDevice): SessionRecord | undefined {
  if (row === undefined) return undefined;
  if (row.table !== "sessions" || row.id !== sessionId(vault, remote))
    throw new RangeError("a session row of another device");
  const plain = openRow(vault, row);
  const record = plain && decodeSessionRecord(plain);
  if (plain) wipe(plain);
  return record;
}

/** The row that takes the place of `before`, one version on. */
export function toSessionRow(
  vault: OpenVault,
  remote: RemoteDevice,
  before: Row | undefined,
  record: SessionRecord,
  random: Random,
): Row {
  const plain = encodeSessionRecord(record);
  const version = (before?.version ?? 0) + 1;
  const row = sealRow(vault, { table: "sessions", id: sessionId(vault, remote), version, plain }, random);
  wipe(plain);
  return row;
}

function sessionId(vault: OpenVault, { accountId, deviceId }: RemoteDevice): string {
  return blindValue(vault, "sessions", `${accountId}.${deviceId}`);
}
