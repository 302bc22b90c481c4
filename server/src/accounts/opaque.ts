import { server } from "@serenity-kit/opaque";
import { ok, type Result, refused } from "@tacit/shared/result";

/** The relay's side of OPAQUE (RFC 9807): it never sees a password. Messages are base64url text. */
export type Opaque = {
  registrationResponse(login: string, request: string): Result<string, "malformed">;
  /** Without a `record` the answer is one that no password opens and nobody can tell apart. */
  startLogin(
    login: string,
    record: string | undefined,
    request: string,
  ): Result<{ readonly state: string; readonly response: string }, "malformed">;
  /** Whether the password was right. */
  finishLogin(state: string, request: string): boolean;
};

/** `setup`: of `Secrets`. The library must be ready. */
export function buildOpaque(setup: string): Opaque {
  return {
    registrationResponse: (login, request) =>
      unlessMalformed(
        () =>
          server.createRegistrationResponse({ serverSetup: setup, userIdentifier: login, registrationRequest: request })
            .registrationResponse,
      ),
    startLogin: (login, record, request) =>
      unlessMalformed(() => {
        const { serverLoginState, loginResponse } = server.startLogin({
          serverSetup: setup,
          userIdentifier: login,
          registrationRecord: record,
          startLoginRequest: request,
        });
        return { state: serverLoginState, response: loginResponse };
      }),
    finishLogin: (state, request) =>
      unlessMalformed(() => server.finishLogin({ serverLoginState: state, finishLoginRequest: request })).ok,
  };
}

/** The library throws on whatever it cannot read or believe. */
function unlessMalformed<Value>(compute: () => Value): Result<Value, "malformed"> {
  try {
    return ok(compute());
  } catch {
    return refused("malformed");
  }
}
