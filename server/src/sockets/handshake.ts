import { PROTOCOL_VERSION } from "@tacit/shared/version";
import type { RelayRefusal } from "@tacit/shared/wire/errors";
import type { ExtendedError } from "socket.io";
import * as z from "zod/mini";

const Versioned = z.looseObject({ protocol: z.number() });

/** Parses what a connection says of itself. Another protocol may say it in another form, so the version comes first. */
export function parseHello<Hello>(
  schema: z.ZodMiniType<Hello>,
  auth: unknown,
): { readonly hello: Hello } | { readonly refusal: "version" | "malformed" } {
  const versioned = Versioned.safeParse(auth);
  if (versioned.success && versioned.data.protocol !== PROTOCOL_VERSION) return { refusal: "version" };
  const parsed = schema.safeParse(auth);
  return parsed.success ? { hello: parsed.data } : { refusal: "malformed" };
}

/** A refused connection, as the client gets it: `data` is a `RelayError`. */
export function refusal(error: RelayRefusal): ExtendedError {
  return Object.assign(new Error(error), { data: { error } });
}
