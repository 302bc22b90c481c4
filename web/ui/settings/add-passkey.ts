import type { Client } from "@tacit/web/core/client-api";
import type { Me } from "@tacit/web/core/views";
import type { NoPasskeyMade, Passkeys } from "../app/surroundings.ts";

/**
 * Makes a passkey and has it unlock this device; answers why it does not, if it does not. A passkey that was made and
 * opens nothing is forgotten, whatever went wrong. Throws what the device throws.
 */
export async function addPasskey(
  client: Pick<Client, "setPasskey">,
  passkeys: Pick<Passkeys, "create" | "forget">,
  me: Pick<Me, "login" | "name">,
  password: string,
): Promise<NoPasskeyMade | "wrong-password" | undefined> {
  const made = await passkeys.create(me);
  if (!made.ok) return made.reason;
  let isAdded = false;
  try {
    const added = await client.setPasskey(password, made.value);
    isAdded = added.ok;
    return added.ok ? undefined : added.reason;
  } finally {
    if (!isAdded) passkeys.forget(made.value.lock);
  }
}
