import { HOUR_MS, MINUTE_MS } from "@tacit/shared/limits";
import { Budget } from "../budget.ts";
import type { Clock } from "../ports.ts";

/** Per hour. Under the names of a visitor, of a login, or of both. */
export type AccountRates = {
  readonly registrationsPerVisitor: number;
  readonly loginsPerVisitor: number;
  readonly loginsPerName: number;
};

/** What a relay on the open network allows. */
export const PUBLIC_RATES: AccountRates = { registrationsPerVisitor: 20, loginsPerVisitor: 60, loginsPerName: 20 };
/** One's own machine: enough that tests and demonstrations never meet it. */
export const LOCAL_RATES: AccountRates = {
  registrationsPerVisitor: 100_000,
  loginsPerVisitor: 100_000,
  loginsPerName: 20,
};

export const RATE_WINDOW_MS = HOUR_MS;
/** What a refused visitor is told to wait; not the exact rest, which would tell how others use the relay. */
export const RETRY_AFTER_MS = 15 * MINUTE_MS;

/** Guards the routes that anybody may try. */
export class AccountGuard {
  readonly #registrations: Budget;
  readonly #logins: Budget;
  readonly #names: Budget;

  constructor(clock: Clock, rates: AccountRates) {
    this.#registrations = new Budget(clock, RATE_WINDOW_MS, rates.registrationsPerVisitor);
    this.#logins = new Budget(clock, RATE_WINDOW_MS, rates.loginsPerVisitor);
    this.#names = new Budget(clock, RATE_WINDOW_MS, rates.loginsPerName);
  }

  mayRegister(visitor: string): boolean {
    return this.#registrations.spend(visitor);
  }

  /** Each try at a name counts, by whomever, until one succeeds. */
  mayLogIn(visitor: string, login: string): boolean {
    return this.#logins.spend(visitor) && this.#names.spend(login);
  }
}
