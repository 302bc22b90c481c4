import { expect, test } from "vitest";
import { startLogin, startRegistration } from "../testing/opaque-client.ts";
import { buildOpaque } from "./opaque.ts";
import { createSecrets } from "./secrets.ts";

test("with a record and without the setup that made it, the right password is as wrong as any: there is nothing to guess against", async () => {
  const random = (length: number) => crypto.getRandomValues(new Uint8Array(length));
  const [ours, thief] = [await createSecrets(random), await createSecrets(random)].map((made) =>
    buildOpaque(made.opaqueSetup),
  );
  const registration = startRegistration("the right password");
  const response = ours?.registrationResponse("alice", registration.request);
  const record = response?.ok ? registration.finish(response.value) : undefined;
  const answerOf = (opaque: typeof ours, password: string) => {
    const login = startLogin(password);
    const answer = opaque?.startLogin("alice", record, login.request);
    return answer?.ok ? login.finish(answer.value.response) : undefined;
  };

  expect(answerOf(ours, "the right password")).toBeDefined();
  expect(answerOf(thief, "the right password")).toBeUndefined();
  expect(answerOf(thief, "another password")).toBeUndefined();
});
