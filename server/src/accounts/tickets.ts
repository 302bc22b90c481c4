import type { Bytes } from "@tacit/shared/bytes";
import type { AccountId } from "@tacit/shared/ids";
import { LOGIN_TTL_MS } from "@tacit/shared/limits";
import { type Result, refused } from "@tacit/shared/result";
import type { RelayRefusal } from "@tacit/shared/wire/errors";
import { Expiring } from "../expiring.ts";
import { mapKey } from "../hash.ts";
import type { Clock, Random } from "../ports.ts";
import type { Account, AccountStore } from "./store.ts";

const MAX_TICKETS = 10_000;

type Ports = { readonly clock: Clock; readonly random: Random; readonly accounts: AccountStore };
/** `record`: of the password that was right. */
type Ticket = { readonly accountId: AccountId; readonly record: string };

/**
 * What a right password gives: for five minutes, in memory only, used up by what it is for. Worth nothing once the
 * account has another password, or is no more.
 */
export class Tickets {
  readonly #ports: Ports;
  readonly #tickets: Expiring<Ticket>;
  readonly #inUse = new Set<string>();

  constructor(ports: Ports) {
    this.#ports = ports;
    this.#tickets = new Expiring(ports.clock, LOGIN_TTL_MS, MAX_TICKETS);
  }

  issue({ id: accountId, record }: Account): Bytes {
    const ticket = this.#ports.random(32);
    this.#tickets.put(mapKey(ticket), { accountId, record });
    return ticket;
  }

  /** The account that the ticket is for, as it is now. Does not use it up. */
  accountOf(ticket: Bytes): Account | undefined {
    const found = this.#tickets.get(mapKey(ticket));
    const account = found && this.#ports.accounts.find(found.accountId);
    return account?.record === found?.record ? account : undefined;
  }

  /** Uses the ticket up if `work` goes well. Nobody else gets it meanwhile. */
  async use<Value>(
    ticket: Bytes,
    work: (account: Account) => Promise<Result<Value, RelayRefusal>>,
  ): Promise<Result<Value, RelayRefusal>> {
    const name = mapKey(ticket);
    const account = this.accountOf(ticket);
    if (account === undefined || this.#inUse.has(name)) return refused("unauthorized");
    this.#inUse.add(name);
    try {
      const result = await work(account);
      if (result.ok) this.#tickets.take(name);
      return result;
    } finally {
      this.#inUse.delete(name);
    }
  }
}
