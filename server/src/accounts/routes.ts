import { ok, refused } from "@tacit/shared/result";
import { PROTOCOL_VERSION } from "@tacit/shared/version";
import type { Handlers } from "../http/mount.ts";
import type { MailboxId } from "../mailbox/mailbox-id.ts";
import { putDeviceList } from "./devices.ts";
import { Login, type LoginPorts } from "./login.ts";
import type { AccountGuard } from "./rates.ts";
import { Registration, type RegistrationPorts } from "./registration.ts";

type AccountRoute =
  | "relayInfo"
  | "startRegistration"
  | "finishRegistration"
  | "startLogin"
  | "finishLogin"
  | "issueToken"
  | "revokeToken"
  | "putDeviceList";

type Ports = RegistrationPorts &
  LoginPorts & {
    readonly relayName: string;
    readonly guard: AccountGuard;
    /** A mailbox is gone. */
    readonly onRemoved: (mailbox: MailboxId) => void;
  };

export function accountRoutes(ports: Ports): Pick<Handlers, AccountRoute> {
  const registration = new Registration(ports);
  const login = new Login(ports);
  const { accounts, clock, commits, guard, mode, relayName: name } = ports;
  return {
    relayInfo: () => ok({ name, registration: mode, protocol: PROTOCOL_VERSION, timeMs: clock.nowMs() }),
    startRegistration: (request, { from }) =>
      guard.mayStartRegistration(from) ? registration.start(request) : refused("rate"),
    finishRegistration: (request, { from }) =>
      guard.mayFinishRegistration(from) ? registration.finish(request) : refused("rate"),
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
    putDeviceList: (request, device) => putDeviceList(ports, device, request),
  };
}
