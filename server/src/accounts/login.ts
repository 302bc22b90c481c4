import { verifySignature } from "@tacit/crypto/verify";
import { concat, toBase64Url } from "@tacit/shared/bytes";
import type { AccountId, DeviceToken } from "@tacit/shared/ids";
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
import type { GroupCommit } from "../db/group-commit.ts";
import { Expiring } from "../expiring.ts";
import { mapKey } from "../hash.ts";
import type { MailboxId } from "../mailbox/mailbox-id.ts";
import type { Clock, Random } from "../ports.ts";
import type { Opaque } from "./opaque.ts";
import type { AccountStore } from "./store.ts";

const MAX_ATTEMPTS = 10_000;

export type LoginPorts = {
  readonly clock: Clock;
  readonly random: Random;
  readonly commits: GroupCommit;
  readonly opaque: Opaque;
  readonly accounts: AccountStore;
  readonly toStored: (login: string) => string;
  /** The connection of a mailbox has to end: its token is worth nothing any more. */
  readonly onRevoked: (mailbox: MailboxId) => void;
};

type Attempt = { readonly accountId: AccountId | undefined; readonly state: string };

/**
 * Password, then identity key, then a token. Attempts and tickets live in memory for five minutes and work once; a name
 * that nobody has goes the same way until its password turns out wrong.
 */
export class Login {
  readonly #ports: LoginPorts;
  readonly #attempts: Expiring<Attempt>;
  readonly #tickets: Expiring<AccountId>;

  constructor(ports: LoginPorts) {
    this.#ports = ports;
    this.#attempts = new Expiring(ports.clock, LOGIN_TTL_MS, MAX_ATTEMPTS);
    this.#tickets = new Expiring(ports.clock, LOGIN_TTL_MS, MAX_ATTEMPTS);
  }

  start({ login, request }: LoginStart): Result<LoginStarted, "malformed"> {
    const { opaque, accounts, random } = this.#ports;
    const stored = this.#ports.toStored(login);
    const account = accounts.findByLogin(stored);
    const started = opaque.startLogin(stored, account?.record, request);
    if (!started.ok) return started;
    const attempt = random(32);
    this.#attempts.put(mapKey(attempt), { accountId: account?.id, state: started.value.state });
    return ok({ attempt, response: started.value.response, stretching: account?.stretching ?? STRETCHING });
  }

  finish({ attempt: id, request }: LoginFinish): Result<LoggedIn, "wrong-password"> {
    const attempt = this.#attempts.take(mapKey(id));
    if (attempt === undefined || !this.#ports.opaque.finishLogin(attempt.state, request)) {
      return refused("wrong-password");
    }
    if (attempt.accountId === undefined) return refused("wrong-password");
    const ticket = this.#ports.random(32);
    this.#tickets.put(mapKey(ticket), attempt.accountId);
    return ok({ accountId: attempt.accountId, ticket });
  }

  /**
   * Answers when the token is durable, and the device's tokens before it are gone. The device need not be on the list
   * yet: its token is what puts it there.
   */
  async issueToken(request: TokenRequest): Promise<Result<TokenIssued, "unauthorized" | "forged">> {
    const { accounts, commits, random } = this.#ports;
    const { ticket, deviceId, signature } = request;
    const accountId = this.#tickets.get(mapKey(ticket));
    const account = accountId === undefined ? undefined : accounts.find(accountId);
    if (account === undefined) return refused("unauthorized");
    const claim = concat(labelled("device token"), ticket, Uint8Array.of(deviceId));
    if (!verifySignature(account.identityKey, claim, signature)) return refused("forged");
    if (this.#tickets.take(mapKey(ticket)) === undefined) return refused("unauthorized");
    const token = toBase64Url(random(32)) as DeviceToken;
    const mailbox = await commits.run(() => {
      accounts.removeTokens(account.id, deviceId);
      accounts.addToken(token, account.id, deviceId);
      return accounts.mailboxOf(account.id, deviceId);
    });
    if (mailbox !== undefined) this.#ports.onRevoked(mailbox);
    return ok({ token });
  }
}
