import { type Bytes, equalBytes } from "@tacit/shared/bytes";
import { type Content, encodeContent, type Introduction } from "@tacit/shared/wire/content";
import type { Core } from "./core.ts";
import { hashOfList } from "./device-list.ts";
import type { Contact, Job } from "./kinds.ts";
import { CARDS, META, RECOVERY_STATE } from "./meta-kinds.ts";
import { toSawKey } from "./rekeying.ts";

/**
 * The plaintext of a job as it is encrypted now: with our list, and an introduction until theirs proves that one arrived.
 * A "hello" is there to introduce us anew: what comes from them in the meantime is older than it, and proves nothing.
 */
export function toContent(core: Core, contact: Contact, job: Job): Bytes {
  const { list, listCounter } = core.account;
  const content: Content = {
    id: job.message,
    sentAtMs: job.atMs,
    list: { counter: listCounter, hash: hashOfList(list.list) },
    sawListCounter: contact.list?.counter,
    vaultVersion: core.records.held(RECOVERY_STATE, META.recoveryState)?.value.version,
    sawVaultVersion: contact.vaultVersion,
    sawKey: contact.sendKey && toSawKey(contact.sendKey),
    introduction: contact.isIntroduced && job.body.type !== "hello" ? undefined : toIntroduction(core, contact),
    resendOf: job.resendOf,
    place: job.place,
    body: job.body,
  };
  return encodeContent(content);
}

function toIntroduction(core: Core, contact: Contact): Introduction {
  const { relay, name, list } = core.account;
  return { relay, name, key: contact.ourKey, list, card: contact.cardKey, cardProof: contact.cardProof };
}

/** The card of ours that an introduction names. */
export function findOwnCard(core: Core, key: Bytes | undefined) {
  if (key === undefined) return undefined;
  return core.records.held(CARDS, META.cards)?.value.cards.find((card) => equalBytes(card.key, key));
}
