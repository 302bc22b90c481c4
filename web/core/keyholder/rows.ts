import { indexOf, openRecord, sealRecord } from "@tacit/crypto/vault";
import { type Bytes, toBase64Url } from "@tacit/shared/bytes";
import { toUtf8 } from "@tacit/shared/text";
import type { PlainRow } from "../ports/keyholder.ts";
import type { Random } from "../ports/random.ts";
import type { Row, Table } from "../ports/store.ts";
import type { OpenVault } from "./vault.ts";

export function sealRow(vault: OpenVault, row: PlainRow, random: Random): Row {
  const { plain, ...place } = row;
  return { ...place, sealed: sealRecord(vault.record, place, plain, random) };
}

/** `undefined` where the row was damaged, is in another place than it was sealed for, or is of another vault. */
export function openRow(vault: OpenVault, { sealed, ...place }: Row): Bytes | undefined {
  const opened = openRecord(vault.record, place, sealed);
  return opened.ok ? opened.value : undefined;
}

/** 22 characters of base64url. */
export function blindValue(vault: OpenVault, table: Table, value: string): string {
  return toBase64Url(indexOf(vault.index, table, toUtf8(value)));
}
