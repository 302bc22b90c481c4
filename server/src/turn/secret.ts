import { toBase64Url } from "@tacit/shared/bytes";
import { readOrCreate } from "../files.ts";
import type { Random } from "../ports.ts";

/** At least this long: who finds the secret by trying may relay through the server at the operator's cost. */
const MIN_CHARACTERS = 32;

/**
 * The secret that the relay shares with its TURN server, from a file of one line; made where missing. `mode` is what
 * the other one may do with it. Throws where the file holds something else.
 */
export function openTurnSecret(file: string, random: Random, mode = 0o600): string {
  const secret = readOrCreate(file, () => toBase64Url(random(32)), mode);
  if (!/^[\x21-\x7e]+$/.test(secret) || secret.length < MIN_CHARACTERS) {
    throw new Error(`${file} holds no secret: expected one line of ${MIN_CHARACTERS} characters or more, no blanks`);
  }
  return secret;
}
