import type { Db } from "../db/open.ts";
import type { Digest } from "../hash.ts";
import type { Addressee } from "./store.ts";

const MAX_KEYS = 10_000;
const WATCHED = [
  "INSERT ON devices",
  "DELETE ON devices",
  "UPDATE OF account_id, device_id, registration_id ON devices",
].concat(["INSERT ON delivery_keys", "DELETE ON delivery_keys", "UPDATE ON delivery_keys"]);

/**
 * Whom a delivery key reaches, as the database has it: read once for the many posts of a conversation. The database
 * itself tells of every change on this connection, whoever makes it; another process's is told by `forget`.
 */
export class AddressBook {
  readonly #read: (keyHash: Digest) => readonly Addressee[];
  readonly #known = new Map<Digest, readonly Addressee[]>();

  constructor(db: Db, read: (keyHash: Digest) => readonly Addressee[]) {
    this.#read = read;
    db.$client.function("forget_addressees", () => {
      this.forget();
      return 0;
    });
    for (const [i, event] of WATCHED.entries()) {
      db.$client.exec(
        `CREATE TEMP TRIGGER IF NOT EXISTS addressees_${i} AFTER ${event} BEGIN SELECT forget_addressees(); END`,
      );
    }
  }

  /** What reaches nobody is read anew each time. */
  find(keyHash: Digest): readonly Addressee[] {
    const known = this.#known.get(keyHash);
    if (known !== undefined) return known;
    const addressees = this.#read(keyHash);
    if (this.#known.size >= MAX_KEYS) this.forget();
    if (addressees.length > 0) this.#known.set(keyHash, addressees);
    return addressees;
  }

  forget(): void {
    this.#known.clear();
  }
}
