import { client } from "@serenity-kit/opaque";

/** The weakest stretching that Argon2id knows: tests are not attacked. */
const keyStretching = { "argon2id-custom": { memory: 8, iterations: 1, parallelism: 1 } };

/** The person's side of OPAQUE. */
export function startRegistration(password: string) {
  const { clientRegistrationState, registrationRequest } = client.startRegistration({ password });
  return {
    request: registrationRequest,
    finish: (registrationResponse: string) =>
      client.finishRegistration({ password, clientRegistrationState, registrationResponse, keyStretching })
        .registrationRecord,
  };
}

export function startLogin(password: string) {
  const { clientLoginState, startLoginRequest } = client.startLogin({ password });
  return {
    request: startLoginRequest,
    /** `undefined` where the password is wrong. */
    finish: (loginResponse: string) =>
      client.finishLogin({ password, clientLoginState, loginResponse, keyStretching })?.finishLoginRequest,
  };
}
