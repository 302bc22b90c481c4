import { client, ready } from "@serenity-kit/opaque";
import { fromBase64Url } from "@tacit/shared/bytes";
import { ok, refused } from "@tacit/shared/result";
import type { StretchCost } from "../core/keyholder/outside.ts";
import type { Passwords } from "../core/ports/passwords.ts";
import { ARGON2_COST } from "./argon2-stretch.ts";

/**
 * The client of OPAQUE (RFC 9807) by @serenity-kit/opaque. Its key stretching blocks the thread for a second: run it in
 * a worker. The relay keeps the `stretching` text with each account, and no other than ours is obeyed.
 */
export function opaquePasswords(cost: StretchCost = ARGON2_COST): Passwords {
  const { memoryKiB: memory, passes: iterations, lanes: parallelism } = cost;
  const keyStretching = { "argon2id-custom": { memory, iterations, parallelism } };
  const stretching = `argon2id/${memory}/${iterations}/${parallelism}`;

  return {
    async startRegistration(password) {
      await ready;
      const started = client.startRegistration({ password: composed(password) });
      return { state: started.clientRegistrationState, request: started.registrationRequest };
    },
    async finishRegistration({ password, state, response }) {
      await ready;
      const { registrationRecord, exportKey } = client.finishRegistration({
        password: composed(password),
        clientRegistrationState: state,
        registrationResponse: response,
        keyStretching,
      });
      return { record: registrationRecord, stretching, exportKey: fromBase64Url(exportKey) };
    },
    async startLogin(password) {
      await ready;
      const started = client.startLogin({ password: composed(password) });
      return { state: started.clientLoginState, request: started.startLoginRequest };
    },
    async finishLogin({ password, state, response, stretching: asked }) {
      await ready;
      if (asked !== stretching) return refused("wrong-password");
      const finished = finishLogin(composed(password), state, response);
      if (finished === undefined) return refused("wrong-password");
      return ok({ request: finished.finishLoginRequest, exportKey: fromBase64Url(finished.exportKey) });
    },
  };

  /** The library throws where the answer is not one of OPAQUE: no relay that means well sends such a thing. */
  function finishLogin(password: string, clientLoginState: string, loginResponse: string) {
    try {
      return client.finishLogin({ password, clientLoginState, loginResponse, keyStretching });
    } catch {
      return undefined;
    }
  }
}

/** One password, one form, whatever the keyboard composed (RFC 8265 §4.2.2). */
function composed(password: string): string {
  return password.normalize("NFC");
}
