import { sha256 } from "@tacit/crypto/digest";
import { type Bytes, equalBytes } from "@tacit/shared/bytes";
import { decode, encode } from "@tacit/shared/codec";
import { MAX_RECOVERY_BYTES, SECOND_MS } from "@tacit/shared/limits";
import { SignedDeviceList } from "@tacit/shared/wire/devices";
import { u32 } from "@tacit/shared/wire/fields";
import * as z from "zod/mini";
import type { Core } from "./core.ts";
import { isDamaged } from "./damage.ts";
import { CONTACT, type Contact } from "./kinds.ts";
import {
  CARDS,
  type Cards,
  CLAIMS,
  type Claims,
  KEY_POOL,
  type KeyPool,
  META,
  PASSWORD_CHANGE,
  RECOVERY_STATE,
  SETTINGS,
} from "./meta-kinds.ts";
import { type ContactId, DEFAULT_SETTINGS, type Settings } from "./views.ts";
import { TOPIC } from "./watching.ts";

const SAVE_AFTER_MS = 3 * SECOND_MS;
const FORMAT = 1;
/** A lost answer leaves the relay one version ahead; more than a few would be another device. */
const MAX_STEPS_AHEAD = 8;
/**
 * The first version after a recovery leaves these out, so that one which a contact heard of from the device before is
 * not taken for one of ours: see `noticeOlderVault`.
 */
const STEP_AFTER_RECOVERY = 64;

/** Everything that comes back with the recovery key, but for the identity: never a message, never ratchet state. */
export type VaultContents = {
  readonly format: number;
  readonly login: string;
  readonly name: string;
  readonly settings: Settings;
  readonly list: SignedDeviceList;
  readonly listCounter: number;
  readonly pool: KeyPool;
  readonly cards: Cards;
  readonly claims: Claims;
  readonly contacts: readonly { readonly id: ContactId; readonly contact: Contact }[];
};
const VaultContents: z.ZodMiniType<VaultContents> = z.object({
  format: z.literal(FORMAT),
  login: z.string(),
  name: z.string(),
  settings: SETTINGS.schema,
  list: SignedDeviceList,
  listCounter: u32,
  pool: KEY_POOL.schema,
  cards: CARDS.schema,
  claims: CLAIMS.schema,
  contacts: z.array(z.object({ id: z.string(), contact: CONTACT.schema })),
});

export function readContents(contents: Bytes): VaultContents | undefined {
  const decoded = decode(contents, MAX_RECOVERY_BYTES);
  const parsed = decoded.ok ? VaultContents.safeParse(decoded.value) : undefined;
  return parsed?.success ? parsed.data : undefined;
}

/** The same bytes for the same state: what changes with each message is left out. */
export function writeContents(core: Core): Bytes {
  const { login, name, list, listCounter } = core.account;
  const settings = core.records.held(SETTINGS, META.settings)?.value ?? DEFAULT_SETTINGS;
  const pool = core.records.held(KEY_POOL, META.keyPool)?.value;
  const cards = core.records.held(CARDS, META.cards)?.value;
  if (pool === undefined || cards === undefined) throw new Error("the client is not open, or what it holds is damaged");
  const contents: VaultContents = {
    format: FORMAT,
    login,
    name,
    settings,
    list,
    listCounter,
    pool: { ...pool, isPublished: false },
    cards,
    claims: core.records.held(CLAIMS, META.claims)?.value ?? { claims: [] },
    contacts: core
      .contacts()
      .map(([id, contact]) => ({ id, contact: toKept(contact) }))
      .sort((a, b) => (a.id < b.id ? -1 : 1)),
  };
  return encode(contents);
}

function toKept(contact: Contact): Contact {
  const {
    last: _,
    resetAtMs: __,
    resendsAskedAtMs: ___,
    vaultVersion: ____,
    unconfirmedSinceMs: _____,
    ourRun: ______,
    theirRuns: _______,
    late: ________,
    unheard: _________,
    ...kept
  } = contact;
  return {
    ...kept,
    activeAtMs: contact.addedAtMs,
    unread: 0,
    owed: { delivered: [], read: [] },
    needsSession: true,
    isIntroduced: false,
  };
}

/** Keeps the recovery vault at the relay up to date: a few seconds after a change, while there is a connection. */
export class RecoveryKeeper {
  readonly #core: Core;
  readonly #isOnline: () => boolean;
  #cancel: (() => void) | undefined;
  #isSaving = false;

  constructor(core: Core, isOnline: () => boolean) {
    this.#core = core;
    this.#isOnline = isOnline;
  }

  soon(): void {
    if (this.#cancel !== undefined || !this.#isOnline()) return;
    this.#cancel = this.#core.ports.clock.after(SAVE_AFTER_MS, () => {
      this.#cancel = undefined;
      // What fails is still behind, and the next connection or change tries again.
      this.save().catch(() => undefined);
    });
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
  }

  /** Whether the relay has everything. */
  async save(): Promise<boolean> {
    if (this.#isSaving) return false;
    this.#isSaving = true;
    try {
      for (let step = 0; step < MAX_STEPS_AHEAD; step++) {
        const saved = await this.#saveOnce();
        if (saved !== "outdated") return saved;
      }
      return false;
    } finally {
      this.#isSaving = false;
    }
  }

  async #saveOnce(): Promise<boolean | "outdated"> {
    const core = this.#core;
    const state = core.records.held(RECOVERY_STATE, META.recoveryState)?.value;
    const { token } = core.account;
    // While nobody knows which password counts, nobody knows under which key the vault should be.
    const isUnsettled = core.records.held(PASSWORD_CHANGE, META.passwordChange) !== undefined;
    if (state === undefined || token === undefined || isUnsettled || isDamaged(core)) return false;
    const contents = writeContents(core);
    const digest = sha256(contents);
    if (state.digest !== undefined && equalBytes(state.digest, digest)) return true;
    const isFirstSince = state.recoveredAtMs !== undefined && state.savedFromVersion === undefined;
    const version = state.version + (isFirstSince ? STEP_AFTER_RECOVERY : 1);
    const sealed = await core.ports.keyholder.sealRecovery(version, contents);
    const put = await core.ports.relay.request("putRecovery", { version, sealed }, token);
    if (!put.ok && put.reason !== "outdated") return false;
    await core.change(async (work) => {
      const current = await work.get(RECOVERY_STATE, META.recoveryState);
      if (current === undefined || current.version >= version) return;
      const savedFromVersion = current.savedFromVersion ?? version;
      const saved = put.ok ? { digest, savedAtMs: core.nowMs(), savedFromVersion } : {};
      work.put(RECOVERY_STATE, META.recoveryState, { ...current, version, ...saved });
      work.touch(TOPIC.recovery);
    });
    return put.ok || "outdated";
  }
}
