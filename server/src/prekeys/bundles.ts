import type { Bytes } from "@tacit/shared/bytes";
import type { BundleAnswer } from "@tacit/shared/events";
import type { AccountId, DeliveryKeyHash } from "@tacit/shared/ids";
import {
  ACCOUNT_CARD_BUNDLES_PER_HOUR,
  ACCOUNT_CONTACT_BUNDLES_PER_HOUR,
  BUNDLE_NONCE_TTL_MS,
  CARD_KEY_BUNDLES_PER_DAY,
  CONTACT_KEY_BUNDLES_PER_DAY,
  DAY_MS,
  HOUR_MS,
  ONE_TIME_PREKEYS_LOW,
  ONE_TIME_PREKEYS_RESERVED,
} from "@tacit/shared/limits";
import type { BundleRequest, DeviceBundle, KyberPreKey, PreKeyCount } from "@tacit/shared/wire/prekeys";
import { Budget } from "../budget.ts";
import type { GroupCommit } from "../db/group-commit.ts";
import type { DeliveryKeyStore } from "../delivery-keys/store.ts";
import { Expiring } from "../expiring.ts";
import { mapKey, sha256 } from "../hash.ts";
import type { Log } from "../log.ts";
import type { MailboxId } from "../mailbox/mailbox-id.ts";
import type { Clock } from "../ports.ts";
import { encodePadded } from "./padding.ts";
import type { DevicePreKeys, PreKeyStore } from "./store.ts";

const MAX_REMEMBERED_ANSWERS = 4_096;
/** A question is the key's hash and the nonce, one character per byte (`mapKey`). */
const HASH_BYTES = 32;

/** Per hour, as `AccountRates` has them. */
export type BundleRates = { readonly contactBundlesPerVisitor: number; readonly cardBundlesPerVisitor: number };
type Ports = {
  readonly clock: Clock;
  readonly rates: BundleRates;
  readonly commits: GroupCommit;
  readonly keys: DeliveryKeyStore;
  readonly prekeys: PreKeyStore;
  /** A device has few one-time keys left. */
  readonly onLow: (mailbox: MailboxId, count: PreKeyCount) => void;
  readonly log: Log;
};

/** Hands out prekey bundles: a one-time key to one asker only, and the same answer to the same question. */
export class Bundles {
  readonly #ports: Ports;
  readonly #answers: Expiring<Promise<BundleAnswer>>;
  /** What each class of keys may ask for: by the key, by the account that it reaches, by whoever asks. */
  readonly #budgets: Readonly<Record<"contact" | "card", Budgets>>;

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#answers = new Expiring(ports.clock, BUNDLE_NONCE_TTL_MS, MAX_REMEMBERED_ANSWERS);
    const { clock, rates } = ports;
    this.#budgets = {
      contact: {
        key: new Budget(clock, DAY_MS, CONTACT_KEY_BUNDLES_PER_DAY),
        account: new Budget(clock, HOUR_MS, ACCOUNT_CONTACT_BUNDLES_PER_HOUR),
        visitor: new Budget(clock, HOUR_MS, rates.contactBundlesPerVisitor),
      },
      card: {
        key: new Budget(clock, DAY_MS, CARD_KEY_BUNDLES_PER_DAY),
        account: new Budget(clock, HOUR_MS, ACCOUNT_CARD_BUNDLES_PER_HOUR),
        visitor: new Budget(clock, HOUR_MS, rates.cardBundlesPerVisitor),
      },
    };
  }

  /** Answers once the one-time keys that it gives away are durably gone. `from`: who asks, as rates count it. */
  async answer(request: BundleRequest, from: string): Promise<BundleAnswer> {
    const hash = sha256(request.key);
    const question = mapKey(hash) + mapKey(request.nonce);
    const remembered = this.#answers.get(question);
    if (remembered !== undefined) return remembered;
    const answer = this.#make(hash, from);
    this.#answers.put(question, answer);
    if ((await answer).status !== "ok") this.#answers.take(question);
    return answer;
  }

  /** Gives no remembered answer about these keys any more. */
  forget(keys: readonly DeliveryKeyHash[]): void {
    const names = new Set(keys.map(mapKey));
    this.#answers.drop((question) => names.has(question.slice(0, HASH_BYTES)));
  }

  async #make(hash: Bytes, from: string): Promise<BundleAnswer> {
    const { commits, log } = this.#ports;
    const charge: Charge = { from, paid: undefined };
    let low: readonly (readonly [MailboxId, PreKeyCount])[] = [];
    try {
      const answer = await commits.run(() => {
        const made = this.#assemble(hash, charge);
        low = made.low;
        return made.answer;
      });
      if (answer.status !== "ok") refund(charge);
      for (const [mailbox, count] of low) this.#ports.onLow(mailbox, count);
      return answer;
    } catch (failure) {
      refund(charge);
      log("error", "could not hand out a bundle", failure);
      return { status: "retry" };
    }
  }

  /** Runs inside a commit, perhaps twice: the charge is taken once. */
  #assemble(hash: Bytes, charge: Charge): Made {
    const key = this.#ports.keys.find(hash);
    if (key?.class === "claimed") return { answer: { status: "claimed" }, low: [] };
    if (key?.class !== "contact" && key?.class !== "card") return { answer: { status: "unknown-key" }, low: [] };
    if (charge.paid === undefined) {
      const budgets = this.#budgets[key.class];
      const paid: Paid = [
        [budgets.visitor, charge.from],
        [budgets.key, mapKey(hash)],
        [budgets.account, key.accountId],
      ];
      if (!spendAll(paid)) return { answer: { status: "budget" }, low: [] };
      charge.paid = paid;
    }
    const reserve = key.class === "contact" ? 0 : ONE_TIME_PREKEYS_RESERVED;
    return this.#bundleOf(key.accountId, reserve);
  }

  #bundleOf(accountId: AccountId, reserve: number): Made {
    const { prekeys } = this.#ports;
    const list = prekeys.listOf(accountId);
    const devices = prekeys.devicesOf(accountId);
    if (list === undefined || devices.length === 0) return { answer: { status: "retry" }, low: [] };
    const bundle = encodePadded({ list, devices: devices.map((device) => this.#bundleOfDevice(device, reserve)) });
    const low = devices
      .map(({ mailbox }) => [mailbox, prekeys.count(mailbox)] as const)
      .filter(([, count]) => Math.min(count.oneTime, count.kyber) < ONE_TIME_PREKEYS_LOW);
    return { answer: { status: "ok", bundle }, low };
  }

  #bundleOfDevice(device: DevicePreKeys, reserve: number): DeviceBundle {
    const { mailbox, deviceId, registrationId, signed, lastResort } = device;
    const nowMs = this.#ports.clock.nowMs();
    const oneTime = this.#ports.prekeys.take(mailbox, "x25519", reserve, nowMs);
    const kyber = this.#ports.prekeys.take(mailbox, "kyber", reserve, nowMs);
    return {
      deviceId,
      registrationId,
      signed,
      oneTime: oneTime && { id: oneTime.id, key: oneTime.key },
      kyber: kyber === undefined ? lastResort : (kyber as KyberPreKey),
    };
  }
}

type Budgets = { readonly key: Budget; readonly account: Budget; readonly visitor: Budget };
type Paid = readonly (readonly [budget: Budget, name: string])[];
type Charge = { readonly from: string; paid: Paid | undefined };
type Made = {
  readonly answer: BundleAnswer;
  readonly low: readonly (readonly [MailboxId, PreKeyCount])[];
};

/** All of them or none. */
function spendAll(wanted: Paid): boolean {
  const refusing = wanted.findIndex(([budget, name]) => !budget.spend(name));
  if (refusing === -1) return true;
  for (const [budget, name] of wanted.slice(0, refusing)) budget.refund(name);
  return false;
}

function refund({ paid = [] }: Charge): void {
  for (const [budget, name] of paid) budget.refund(name);
}
