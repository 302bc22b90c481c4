import { verifySignature } from "@tacit/crypto/verify";
import { concat, toBase64Url } from "@tacit/shared/bytes";
import type { DeviceToken } from "@tacit/shared/ids";
import { labelled } from "@tacit/shared/labels";
import { LOGIN_TTL_MS } from "@tacit/shared/limits";
import { ok, type Result, refused } from "@tacit/shared/result";
import {
  type LoggedIn,
  type LoginFinish,
  type LoginStart,
  type LoginStarted,
  STRETCHING,
  type TokenIssued,
  type TokenRequest,
} from "@tacit/shared/wire/accounts";
import type { RelayRefusal } from "@tacit/shared/wire/errors";
import type { GroupCommit } from "../db/group-commit.ts";
import { Expiring } from "../expiring.ts";
import { mapKey } from "../hash.ts";
import type { MailboxId } from "../mailbox/mailbox-id.ts";
import type { Clock, Random } from "../ports.ts";
import type { Opaque } from "./opaque.ts";
import type { Account, AccountStore } from "./store.ts";
import type { Tickets } from "./tickets.ts";

const MAX_ATTEMPTS = 10_000;

export type LoginPorts = {
  readonly clock: Clock;
  readonly random: Random;
  readonly commits: GroupCommit;
  readonly opaque: Opaque;
  readonly accounts: AccountStore;
  readonly tickets: Tickets;
  readonly toStored: (login: string) => string;
  /** The connection of a mailbox has to end: its token is worth nothing any more. */
  readonly onRevoked: (mailbox: MailboxId) => void;
};

type Attempt = { readonly account: Account | undefined; readonly state: string };

/**
 * Password, then identity key, then a token. Attempts live in memory for five minutes and work once; a name that nobody has
 * goes the same way until its password turns out wrong.
 */
export class Login {
  readonly #ports: LoginPorts;
  readonly #attempts: Expiring<Attempt>;

  constructor(ports: LoginPorts) {
    this.#ports = ports;
    this.#attempts = new Expiring(ports.clock, LOGIN_TTL_MS, MAX_ATTEMPTS);
  }

  start({ login, request }: LoginStart): Result<LoginStarted, "malformed"> {
    const { opaque, accounts, random } = this.#ports;
    const stored = this.#ports.toStored(login);
    const account = accounts.findByLogin(stored);
    const started = opaque.startLogin(stored, account?.record, request);
    if (!started.ok) return started;
    const attempt = random(32);
    this.#attempts.put(mapKey(attempt), { account, state: started.value.state });
    return ok({ attempt, response: started.value.response, stretching: account?.stretching ?? STRETCHING });
  }

  finish({ attempt: id, request }: LoginFinish): Result<LoggedIn, "wrong-password" | "disabled"> {
    const attempt = this.#attempts.take(mapKey(id));
    if (attempt === undefined || !this.#ports.opaque.finishLogin(attempt.state, request)) {
      return refused("wrong-password");
    }
    // The password may have changed, or the account gone, since the attempt began.
    const account = attempt.account && this.#ports.accounts.find(attempt.account.id);
    if (account === undefined || account.record !== attempt.account?.record) return refused("wrong-password");
    if (this.#ports.accounts.isDisabledAccount(account.id)) return refused("disabled");
    return ok({ accountId: account.id, ticket: this.#ports.tickets.issue(account) });
  }

  /**
   * Answers when the token is durable, and the device's tokens before it are gone. The device need not be on the list
   * yet: its token is what puts it there.
   */
  issueToken(request: TokenRequest): Promise<Result<TokenIssued, RelayRefusal>> {
    const { accounts, clock, commits, random, tickets } = this.#ports;
    const { ticket, deviceId, signature, name } = request;
    return tickets.use(ticket, async ({ id, identityKey }) => {
      const claim = concat(labelled("device token"), ticket, Uint8Array.of(deviceId));
      if (!verifySignature(identityKey, claim, signature)) return refused("forged");
      const token = toBase64Url(random(32)) as DeviceToken;
      const isIssued = await commits.run(() => {
        if (tickets.accountOf(ticket) === undefined) return false;
        accounts.removeTokens(id, deviceId);
        accounts.addToken(token, { accountId: id, deviceId, name, nowMs: clock.nowMs() });
        return true;
      });
      if (!isIssued) return refused("unauthorized");
      const mailbox = accounts.mailboxOf(id, deviceId);
      if (mailbox !== undefined) this.#ports.onRevoked(mailbox);
      return ok({ token });
    });
  }
}
