import { decode } from "@tacit/shared/codec";

/** What a relay says of itself to whoever has no account yet. */
export type RelayGreeting = { readonly name: string; readonly registration: "open" | "invite" | "closed" };

const MAX_BYTES = 4_096;
const MAX_NAME_CHARACTERS = 64;

/**
 * Asks the relay that served the page what it is called. `undefined` where it does not answer, or not like one. The
 * route is `relayInfo` of shared/src/routes.ts, whose schemas would bring their library to the first screen.
 */
export async function askGreeting(): Promise<RelayGreeting | undefined> {
  try {
    const answered = await fetch("/v1/relay", { credentials: "omit", cache: "no-store", redirect: "error" });
    const body = new Uint8Array(await answered.arrayBuffer());
    return answered.ok ? parseGreeting(body) : undefined;
  } catch {
    return undefined;
  }
}

export function parseGreeting(body: Uint8Array<ArrayBuffer>): RelayGreeting | undefined {
  const decoded = decode(body, MAX_BYTES);
  if (!decoded.ok || typeof decoded.value !== "object" || decoded.value === null) return undefined;
  const { name, registration } = decoded.value as { readonly name?: unknown; readonly registration?: unknown };
  if (typeof name !== "string" || name.length > MAX_NAME_CHARACTERS) return undefined;
  if (registration !== "open" && registration !== "invite" && registration !== "closed") return undefined;
  return { name, registration };
}
