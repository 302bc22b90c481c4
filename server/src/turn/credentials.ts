import { createHmac } from "node:crypto";
import { type Bytes, toBase64Url } from "@tacit/shared/bytes";
import { SECOND_MS } from "@tacit/shared/limits";

const ID_BYTES = 16;

/** What a TURN server takes for as long as `username` says. */
export type TurnCredentials = { readonly username: string; readonly credential: string };

/**
 * Credentials that coturn checks by the secret alone (`use-auth-secret`): the user name is
 * `<seconds since 1970 when it ends>:<id>`, the credential base64(HMAC-SHA-1(secret, user name)).
 * draft-uberti-behave-turn-rest-00 §2.2. `id`: 16 bytes that name nobody; coturn's quota counts by it.
 */
export function mintCredentials(secret: string, expiresAtMs: number, id: Bytes): TurnCredentials {
  if (id.length !== ID_BYTES) throw new RangeError(`the id of TURN credentials has ${ID_BYTES} bytes`);
  const username = `${Math.floor(expiresAtMs / SECOND_MS)}:${toBase64Url(id)}`;
  return { username, credential: createHmac("sha1", secret).update(username, "utf8").digest("base64") };
}
