import { accountIdOf, verifySignature } from "@tacit/crypto/verify";
import { concat, toBase64Url } from "@tacit/shared/bytes";
import type { AccountId, DeviceToken } from "@tacit/shared/ids";
import { labelled } from "@tacit/shared/labels";
import { MAX_ACCOUNT_DEVICES } from "@tacit/shared/limits";
import { ok, type Result, refused } from "@tacit/shared/result";
import { toUtf8 } from "@tacit/shared/text";
import type {
  Registered,
  RegistrationFinish,
  RegistrationStart,
  RegistrationStarted,
} from "@tacit/shared/wire/accounts";
import type { DeviceList } from "@tacit/shared/wire/devices";
import type { RelayRefusal } from "@tacit/shared/wire/errors";
import type { GroupCommit } from "../db/group-commit.ts";
import { checkDeliveryKeys, replaceDeliveryKeys } from "../delivery-keys/replace.ts";
import type { DeliveryKeyStore } from "../delivery-keys/store.ts";
import { sha256 } from "../hash.ts";
import { createMailboxId } from "../mailbox/mailbox-id.ts";
import type { Clock, Random } from "../ports.ts";
import { arePreKeysSigned } from "../prekeys/check.ts";
import type { PreKeyStore } from "../prekeys/store.ts";
import { openDeviceList } from "./device-list.ts";
import type { Invites } from "./invites.ts";
import type { Opaque } from "./opaque.ts";
import { Repeats } from "./repeats.ts";
import type { AccountStore } from "./store.ts";
import { RegistrationWork } from "./work.ts";

export type RegistrationMode = "open" | "invite" | "closed";

export type RegistrationPorts = {
  /** Read for each registration: the operator may change it. */
  readonly mode: RegistrationMode;
  /** Zeros that the proof of work of an open registration begins with; 0: none is wanted. */
  readonly workBits: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly commits: GroupCommit;
  readonly opaque: Opaque;
  readonly accounts: AccountStore;
  readonly invites: Invites;
  readonly prekeys: PreKeyStore;
  readonly deliveryKeys: DeliveryKeyStore;
  /** A login as the database knows it. */
  readonly toStored: (login: string) => string;
};

/** Below every version that a set can have. */
const NO_VERSION = -1;

/** How an account comes to be: an OPAQUE exchange, and then everything it needs to be reached, in one commit. */
export class Registration {
  readonly #ports: RegistrationPorts;
  readonly #repeats: Repeats<Registered>;
  readonly #work: RegistrationWork;

  constructor(ports: RegistrationPorts) {
    this.#ports = ports;
    this.#repeats = new Repeats(ports.clock);
    this.#work = new RegistrationWork(ports.clock, ports.random);
  }

  start({ login, invite, request }: RegistrationStart): Result<RegistrationStarted, RelayRefusal> {
    const stored = this.#ports.toStored(login);
    const obstacle = this.#obstacle(stored, invite);
    if (obstacle !== undefined) return refused(obstacle);
    const response = this.#ports.opaque.registrationResponse(stored, request);
    if (!response.ok) return response;
    const bits = this.#workBits;
    return ok({ response: response.value, ...(bits > 0 && { work: this.#work.ask(bits) }) });
  }

  /** Answers when the account is durable. The same request again gets the same answer. */
  finish(request: RegistrationFinish): Promise<Result<Registered, RelayRefusal>> {
    return this.#repeats.answer(request, () => this.#finish(request));
  }

  async #finish(request: RegistrationFinish): Promise<Result<Registered, RelayRefusal>> {
    const obstacle = this.#obstacle(this.#ports.toStored(request.login), request.invite);
    if (obstacle !== undefined) return refused(obstacle);
    const bits = this.#workBits;
    if (bits > 0 && !this.#work.isDone(request.work, request.identityKey, bits)) return refused("work");
    const checked = await check(request);
    if (!checked.ok) return checked;
    return this.#ports.commits.run(() => this.#add(request, checked.value));
  }

  /** Whoever was invited has done enough. */
  get #workBits(): number {
    return this.#ports.mode === "open" ? this.#ports.workBits : 0;
  }

  #obstacle(storedLogin: string, invite: string | undefined): RelayRefusal | undefined {
    const { mode, invites, accounts } = this.#ports;
    if (mode === "closed") return "closed";
    if (mode === "invite" && (invite === undefined || !invites.isGood(invite))) return "invite";
    return accounts.findByLogin(storedLogin) === undefined ? undefined : "handle-taken";
  }

  /** Runs inside a commit. Every refusal comes before the first write. */
  #add(request: RegistrationFinish, { accountId, list }: Checked): Result<Registered, RelayRefusal> {
    const { mode, clock, random, accounts, invites, prekeys, deliveryKeys } = this.#ports;
    const login = this.#ports.toStored(request.login);
    const obstacle = this.#obstacle(login, request.invite);
    if (obstacle !== undefined) return refused(obstacle);
    if (accounts.find(accountId) !== undefined) return refused("malformed");
    const keys = checkDeliveryKeys(deliveryKeys, accountId, request.deliveryKeys);
    if (!keys.ok) return keys;
    const { record, stretching, identityKey, device } = request;
    accounts.add({
      id: accountId,
      login,
      record,
      stretching,
      identityKey,
      list: request.list.list,
      listSignature: request.list.signature,
      listCounter: list.counter,
      deliveryKeysVersion: NO_VERSION,
      deliveryKeysDigest: new Uint8Array(),
    });
    for (const listed of list.devices) accounts.addDevice(accountId, listed, createMailboxId(random));
    const token = toBase64Url(random(32)) as DeviceToken;
    accounts.addToken(token, { accountId, deviceId: device.deviceId, name: request.name, nowMs: clock.nowMs() });
    const mailbox = accounts.mailboxOf(accountId, device.deviceId);
    const isComplete =
      mailbox !== undefined &&
      prekeys.add(mailbox, request.prekeys).ok &&
      replaceDeliveryKeys(deliveryKeys, accountId, request.deliveryKeys).ok;
    if (mode === "invite") invites.use(request.invite ?? "");
    if (!isComplete) throw new Error("a registration that was checked could not be written");
    return ok({ accountId, token });
  }
}

type Checked = { readonly accountId: AccountId; readonly list: DeviceList };

/** Everything that can be checked without the database. */
async function check(request: RegistrationFinish): Promise<Result<Checked, "malformed" | "forged" | "devices">> {
  const { identityKey, record, signature, prekeys, device } = request;
  const accountId = toAccountId(identityKey);
  if (accountId === undefined) return refused("malformed");
  const claim = concat(labelled("registration"), sha256(toUtf8(record)));
  if (!verifySignature(identityKey, claim, signature)) return refused("forged");
  const list = openDeviceList(request.list, identityKey);
  if (!list.ok) return list;
  if (list.value.devices.length > MAX_ACCOUNT_DEVICES) return refused("devices");
  const isListed = list.value.devices.some(
    ({ deviceId, registrationId }) => deviceId === device.deviceId && registrationId === device.registrationId,
  );
  if (!isListed || prekeys.signed === undefined || prekeys.lastResort === undefined) return refused("malformed");
  return (await arePreKeysSigned(identityKey, prekeys)) ? ok({ accountId, list: list.value }) : refused("forged");
}

function toAccountId(identityKey: Uint8Array): AccountId | undefined {
  try {
    return accountIdOf(identityKey) as AccountId;
  } catch {
    return undefined;
  }
}
