import { type Bytes, toBase64Url } from "@tacit/shared/bytes";
import { hmacSha256 } from "../hash.ts";

/**
 * A login as the database knows it: a handle as it is, an e-mail address only as "@" and its keyed hash. The key lies
 * outside the database, so that a stolen one does not confirm guesses of addresses.
 */
export function toStoredLogin(login: string, key: Bytes): string {
  return login.includes("@") ? `@${toBase64Url(hmacSha256(key, login))}` : login;
}
