import { MAX_NAME_CHARACTERS } from "@tacit/shared/limits";
import { introduceAgain } from "./contacts.ts";
import type { Core } from "./core.ts";
import { ACCOUNT, META, RECOVERY_STATE, SETTINGS } from "./meta-kinds.ts";
import type { Outbox } from "./outbox.ts";
import { DEFAULT_SETTINGS, type Settings } from "./views.ts";
import { TOPIC } from "./watching.ts";

/** Throws a `RangeError` for a name of no characters; cuts one that is too long. Every contact is told. */
export async function rename(core: Core, outbox: Outbox, name: string): Promise<void> {
  const trimmed = name.trim().slice(0, MAX_NAME_CHARACTERS);
  if (trimmed === "") throw new RangeError("a name has at least one character");
  await core.change(async (work) => {
    const account = await work.get(ACCOUNT, META.account);
    if (account !== undefined) work.put(ACCOUNT, META.account, { ...account, name: trimmed });
    work.touch(TOPIC.me, TOPIC.cards);
    await introduceAgain(core, work);
  });
  for (const [contact] of core.contacts()) outbox.wake(contact);
}

export async function updateSettings(core: Core, changes: Partial<Settings>): Promise<void> {
  await core.change(async (work) => {
    if ((await work.get(ACCOUNT, META.account)) === undefined) return;
    // Where they cannot be read the first ones are shown.
    const before = (await work.get(SETTINGS, META.settings)) ?? DEFAULT_SETTINGS;
    work.put(SETTINGS, META.settings, { ...before, ...changes });
    work.touch(TOPIC.settings);
  });
}

/** The person has shown that the words of the recovery key are written down. */
export async function confirmRecovery(core: Core): Promise<void> {
  await core.change(async (work) => {
    const state = await work.get(RECOVERY_STATE, META.recoveryState);
    if (state !== undefined) work.put(RECOVERY_STATE, META.recoveryState, { ...state, isConfirmed: true });
    work.touch(TOPIC.recovery);
  });
}
