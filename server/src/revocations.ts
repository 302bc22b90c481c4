import { existsSync, readFileSync } from "node:fs";
import type { AccountId } from "@tacit/shared/ids";
import { toUtf8 } from "@tacit/shared/text";
import { appendLines } from "./append.ts";
import { sha256 } from "./hash.ts";

/** What was taken back: a token, a delivery key, an account, all by hash; or the version of a set that is in force. */
export type Revocation =
  | { readonly kind: "token" | "key"; readonly hash: Uint8Array }
  | { readonly kind: "account"; readonly account: AccountId }
  | { readonly kind: "set"; readonly account: AccountId; readonly version: number };

/** What a list says, for a database that does not know it. Hashes in hex; of accounts too. */
export type Revoked = {
  readonly tokens: ReadonlySet<string>;
  readonly keys: ReadonlySet<string>;
  readonly accounts: ReadonlySet<string>;
  readonly versions: ReadonlyMap<string, number>;
};

export type Revocations = { note(revocations: readonly Revocation[]): void };
/** For relays in memory, which are never restored. */
export const noRevocations: Revocations = { note: () => {} };

/**
 * A file that is only ever added to, outside the database and its backups: an old copy of the database that is put back
 * must not give back what was taken. It tells hashes and in which order they came; never when, and never whose.
 */
export function openRevocations(file: string): Revocations {
  return {
    note(revocations) {
      if (revocations.length > 0) appendLines(file, revocations.map(toLine));
    },
  };
}

/** A last line that was cut off by a crash is left out: what it says was not answered yet. */
export function readRevocations(file: string): Revoked {
  const revoked = {
    tokens: new Set<string>(),
    keys: new Set<string>(),
    accounts: new Set<string>(),
    versions: new Map<string, number>(),
  };
  const lines = existsSync(file) ? readFileSync(file, "utf8").split("\n").slice(0, -1) : [];
  for (const line of lines) {
    const [kind, hash = "", version = "0"] = line.split(" ");
    if (!/^[0-9a-f]{64}$/.test(hash)) continue;
    if (kind === "token") revoked.tokens.add(hash);
    else if (kind === "key") revoked.keys.add(hash);
    else if (kind === "account") revoked.accounts.add(hash);
    else if (kind === "set") revoked.versions.set(hash, Math.max(Number(version), revoked.versions.get(hash) ?? 0));
  }
  return revoked;
}

export function nameOf(account: AccountId): string {
  return Buffer.from(sha256(toUtf8(account))).toString("hex");
}

function toLine(it: Revocation): string {
  if (it.kind === "account") return `account ${nameOf(it.account)}`;
  if (it.kind === "set") return `set ${nameOf(it.account)} ${it.version}`;
  return `${it.kind} ${Buffer.from(it.hash).toString("hex")}`;
}
