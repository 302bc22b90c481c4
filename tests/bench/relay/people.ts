import { Caller } from "@tacit/server/testing/caller";
import { RelayStage } from "@tacit/server/testing/relay-stage";

/** Whom a post reaches, and with which key. */
export type Recipient = {
  /** base64url. */
  readonly key: string;
  readonly deviceId: number;
  readonly registrationId: number;
};
export type Account = Recipient & { readonly token: string };

const AT_ONCE = 8;

/** So many accounts at the relay of `origin`, each with one device, made as people make them. */
export async function register(origin: string, count: number): Promise<readonly Account[]> {
  // Only its people and their keys are used: the relay of the stage is another one.
  await using stage = await RelayStage.start();
  const caller = new Caller(origin);
  const accounts: Account[] = [];
  let next = 0;
  const registerSome = async () => {
    while (next < count) {
      const place = next++;
      const { device, token, contactKey } = await stage.register(`bench${place}`, undefined, 0, caller);
      accounts[place] = { ...device, token, key: Buffer.from(contactKey).toString("base64url") };
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, registerSome));
  return accounts;
}
