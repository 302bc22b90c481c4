import type { Bytes } from "@tacit/shared/bytes";
import { ok, refused } from "@tacit/shared/result";
import { PROTOCOL_VERSION } from "@tacit/shared/version";
import type { Handlers } from "../http/mount.ts";
import { type DeletionPorts, deleteAccount } from "./deletion.ts";
import { putDeviceList } from "./devices.ts";
import { Login, type LoginPorts } from "./login.ts";
import { finishPasswordChange, type PasswordChangePorts, startPasswordChange } from "./password-change.ts";
import type { AccountGuard } from "./rates.ts";
import { Registration, type RegistrationPorts } from "./registration.ts";
import { Repeats } from "./repeats.ts";

type AccountRoute =
  | "relayInfo"
  | "startRegistration"
  | "finishRegistration"
  | "startLogin"
  | "finishLogin"
  | "issueToken"
  | "revokeToken"
  | "listSignIns"
  | "endSignIns"
  | "startPasswordChange"
  | "finishPasswordChange"
  | "deleteAccount"
  | "putDeviceList";

type Ports = RegistrationPorts &
  LoginPorts &
  PasswordChangePorts &
  DeletionPorts & {
    /** Like `mode`: as it is when asked. */
    readonly relayName: string;
    readonly guard: AccountGuard;
  };

export function accountRoutes(ports: Ports): Pick<Handlers, AccountRoute> {
  const registration = new Registration(ports);
  const login = new Login(ports);
  const repeats = new Repeats<Record<string, never>>(ports.clock);
  const { accounts, clock, commits, guard, tickets } = ports;
  const mayUse = (ticket: Bytes, from: string) => guard.mayUseTicket(from, tickets.accountOf(ticket)?.id);
  return {
    relayInfo: () =>
      ok({
        name: ports.relayName,
        registration: ports.mode,
        protocol: PROTOCOL_VERSION,
        timeMs: clock.nowMs(),
      }),
    startRegistration: (request, { from }) =>
      guard.mayStartRegistration(from) ? registration.start(request) : refused("rate"),
    finishRegistration: async (request, { from }) => {
      if (!guard.mayFinishRegistration(from)) return refused("rate");
      const finished = await registration.finish(request);
      if (!finished.ok) guard.didNotRegister();
      return finished;
    },
    startLogin: (request, { from }) =>
      guard.mayLogIn(from, ports.toStored(request.login)) ? login.start(request) : refused("rate"),
    finishLogin: (request) => login.finish(request),
    issueToken: (request) => login.issueToken(request),
    revokeToken: async (_request, device) => {
      await commits.run(() => accounts.removeToken(device.token));
      const mailbox = accounts.mailboxOf(device.accountId, device.deviceId);
      if (mailbox !== undefined) ports.onRevoked(mailbox);
      return ok({});
    },
    listSignIns: (_request, { accountId, token }) => ok({ signIns: accounts.tokensOf(accountId, token) }),
    endSignIns: async ({ id }, { accountId, token }) => {
      const ended = await commits.run(() => accounts.endTokens(accountId, token, id));
      for (const deviceId of ended) {
        const mailbox = accounts.mailboxOf(accountId, deviceId);
        if (mailbox !== undefined) ports.onRevoked(mailbox);
      }
      return ok({});
    },
    startPasswordChange: (request, { from }) =>
      mayUse(request.ticket, from) ? startPasswordChange(ports, request) : refused("rate"),
    finishPasswordChange: (request, { from }) =>
      mayUse(request.ticket, from)
        ? repeats.answer(request, () => finishPasswordChange(ports, request))
        : refused("rate"),
    deleteAccount: (request, { from }) =>
      mayUse(request.ticket, from) ? repeats.answer(request, () => deleteAccount(ports, request)) : refused("rate"),
    putDeviceList: (request, device) => putDeviceList(ports, device, request),
  };
}
