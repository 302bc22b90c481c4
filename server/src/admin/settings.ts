import { MAX_WORK_BITS } from "@tacit/shared/proof-of-work";
import { eq } from "drizzle-orm";
import * as z from "zod";
import type { RegistrationMode } from "../accounts/registration.ts";
import type { Db } from "../db/open.ts";
import { settings } from "../db/schema.ts";

const MIB = 1024 * 1024;

/** What the operator decides while the relay runs. */
export type Settings = {
  readonly relayName: string;
  readonly registration: RegistrationMode;
  /** Nobody joins above this many. */
  readonly maxAccounts: number;
  /** Room for what waits for one device. */
  readonly mailboxMebibytes: number;
  /** What registration at an open relay costs: zeros of a proof of work. 0: nothing. */
  readonly workBits: number;
};
export const Settings: z.ZodType<Settings> = z.strictObject({
  relayName: z.string().trim().min(1).max(64),
  registration: z.enum(["open", "invite", "closed"]),
  maxAccounts: z.number().int().min(1).max(1_000_000),
  mailboxMebibytes: z.number().int().min(1).max(128),
  workBits: z.number().int().min(0).max(MAX_WORK_BITS).default(0),
});

const NAME = "settings";

/** The settings in force. Another process of the same relay may change them: `refresh` reads them anew. */
export class SettingsBook {
  readonly #db: Db;
  readonly #defaults: Settings;
  #current: Settings;
  #isSetUp = false;

  constructor(db: Db, defaults: Settings) {
    this.#db = db;
    this.#defaults = defaults;
    this.#current = defaults;
    this.refresh();
  }

  get current(): Settings {
    return this.#current;
  }

  /** Whether somebody has decided anything yet. */
  get isSetUp(): boolean {
    return this.#isSetUp;
  }

  get mailboxBytes(): number {
    return this.#current.mailboxMebibytes * MIB;
  }

  refresh(): void {
    const row = this.#db.select().from(settings).where(eq(settings.name, NAME)).get();
    const stored = Settings.safeParse(row === undefined ? undefined : JSON.parse(row.value));
    this.#current = stored.success ? stored.data : this.#defaults;
    this.#isSetUp = stored.success;
  }

  /** Runs inside a commit; in force after `refresh`. */
  put(next: Settings): void {
    const value = JSON.stringify(Settings.parse(next));
    const row = { name: NAME, value };
    this.#db.insert(settings).values(row).onConflictDoUpdate({ target: settings.name, set: { value } }).run();
  }
}
