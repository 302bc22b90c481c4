import { existsSync } from "node:fs";
import { join } from "node:path";
import { ready, server } from "@serenity-kit/opaque";
import { type Bytes, fromBase64Url, toBase64Url } from "@tacit/shared/bytes";
import { readOrCreate } from "../files.ts";
import type { Random } from "../ports.ts";

/** What the database is useless without, and must not be stolen with it. */
export type Secrets = {
  /** The OPAQUE server setup. Without it no password of any account works any more. */
  readonly opaqueSetup: string;
  /** 32 bytes: the key of e-mail hashes. Without it nobody signs in by e-mail any more. */
  readonly loginKey: Bytes;
};

export async function createSecrets(random: Random): Promise<Secrets> {
  await ready;
  return { opaqueSetup: server.createSetup(), loginKey: random(32) };
}

/**
 * Reads the secrets from two files of `directory` that only their owner may read, and makes them on the first start.
 * Both belong into a backup of their own, apart from the database's. Throws when one is missing beside a database that
 * `isInUse`: a new one would silently lock everybody out.
 */
export async function openSecrets(directory: string, random: Random, isInUse: boolean): Promise<Secrets> {
  const files = { setup: join(directory, "opaque-setup"), key: join(directory, "login-key") };
  for (const file of Object.values(files)) {
    if (isInUse && !existsSync(file)) {
      throw new Error(`${file} is missing: restore it from its backup, without it nobody can sign in`);
    }
  }
  const fresh = await createSecrets(random);
  return {
    opaqueSetup: readOrCreate(files.setup, () => fresh.opaqueSetup),
    loginKey: fromBase64Url(readOrCreate(files.key, () => toBase64Url(fresh.loginKey))),
  };
}
