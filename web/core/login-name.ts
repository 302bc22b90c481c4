/** As the relay knows it: people write a handle with an @ before it, and with capitals. */
export function normalizeLogin(login: string): string {
  return login.trim().replace(/^@/, "").toLowerCase();
}

export const MIN_PASSWORD_CHARACTERS = 10;
