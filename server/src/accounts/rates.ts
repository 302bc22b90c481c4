import type { AccountId } from "@tacit/shared/ids";
import { HOUR_MS, MINUTE_MS } from "@tacit/shared/limits";
import { Budget } from "../budget.ts";
import type { Clock } from "../ports.ts";

/** Calls per hour. Of registrations: each of the two steps of a registration by itself. */
export type AccountRates = {
  readonly registrationsPerVisitor: number;
  readonly loginsPerVisitor: number;
  /** At the whole relay, however many addresses somebody has. */
  readonly registrations: number;
  /** Prekey bundles asked for by one visitor: those of contacts, and those of cards. */
  readonly contactBundlesPerVisitor: number;
  readonly cardBundlesPerVisitor: number;
  /** By one visitor: whoever guesses at a name does not keep its owner, who is elsewhere, from coming in. */
  readonly loginsPerName: number;
  /** By whomever: nobody guesses faster than this, from however many addresses. */
  readonly loginsPerNameInAll: number;
};

/** What a relay on the open network allows. */
export const PUBLIC_RATES: AccountRates = {
  registrationsPerVisitor: 20,
  registrations: 200,
  contactBundlesPerVisitor: 300,
  cardBundlesPerVisitor: 30,
  loginsPerVisitor: 60,
  loginsPerName: 20,
  loginsPerNameInAll: 200,
};
/** One's own machine: enough that tests and demonstrations never meet it. */
export const LOCAL_RATES: AccountRates = {
  registrationsPerVisitor: 100_000,
  registrations: 100_000,
  contactBundlesPerVisitor: 100_000,
  cardBundlesPerVisitor: 100_000,
  loginsPerVisitor: 100_000,
  loginsPerName: 1_000,
  loginsPerNameInAll: 100_000,
};

/** What a refused visitor is told to wait; not the exact rest, which would tell how others use the relay. */
export const RETRY_AFTER_MS = 15 * MINUTE_MS;

/** Guards the routes that anybody may try. */
export class AccountGuard {
  readonly #registrationStarts: Budget;
  readonly #registrationFinishes: Budget;
  readonly #registrations: Budget;
  readonly #logins: Budget;
  readonly #names: Budget;
  readonly #namesInAll: Budget;
  readonly #ticketUses: Budget;
  readonly #accounts: Budget;

  constructor(clock: Clock, rates: AccountRates) {
    this.#registrationStarts = new Budget(clock, HOUR_MS, rates.registrationsPerVisitor);
    this.#registrationFinishes = new Budget(clock, HOUR_MS, rates.registrationsPerVisitor);
    this.#registrations = new Budget(clock, HOUR_MS, rates.registrations);
    this.#logins = new Budget(clock, HOUR_MS, rates.loginsPerVisitor);
    this.#names = new Budget(clock, HOUR_MS, rates.loginsPerName);
    this.#namesInAll = new Budget(clock, HOUR_MS, rates.loginsPerNameInAll);
    this.#ticketUses = new Budget(clock, HOUR_MS, rates.loginsPerVisitor);
    this.#accounts = new Budget(clock, HOUR_MS, rates.loginsPerName);
  }

  mayStartRegistration(visitor: string): boolean {
    return this.#registrationStarts.spend(visitor);
  }

  mayFinishRegistration(visitor: string): boolean {
    return this.#registrationFinishes.spend(visitor) && this.#registrations.spend("");
  }

  /** One came to nothing: whoever tries in vain takes no newcomer's place. */
  didNotRegister(): void {
    this.#registrations.refund("");
  }

  mayLogIn(visitor: string, login: string): boolean {
    return this.#logins.spend(visitor) && this.#names.spend(`${visitor} ${login}`) && this.#namesInAll.spend(login);
  }

  /** As often as logins, and counted apart: who guesses at a name does not keep its owner from a change. */
  mayUseTicket(visitor: string, account: AccountId | undefined): boolean {
    return this.#ticketUses.spend(visitor) && (account === undefined || this.#accounts.spend(account));
  }
}
