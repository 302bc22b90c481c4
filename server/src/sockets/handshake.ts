import { DeviceHello } from "@tacit/shared/events";
import { PROTOCOL_VERSION } from "@tacit/shared/version";
import type { RelayRefusal } from "@tacit/shared/wire/errors";
import { isMap, openMap } from "@tacit/shared/wire/maps";
import type { ExtendedError } from "socket.io";
import * as z from "zod/mini";

const Versioned = openMap({ protocol: z.number() });

/** Parses what a connection says of itself. Another protocol may say it in another form, so the version comes first. */
export function parseHello<Hello>(
  schema: z.ZodMiniType<Hello>,
  auth: unknown,
): { readonly hello: Hello } | { readonly refusal: "version" | "malformed" } {
  const versioned = Versioned.safeParse(auth);
  if (versioned.success && versioned.data.protocol !== PROTOCOL_VERSION) return { refusal: "version" };
  const hello = schema.safeParse(auth);
  return hello.success ? { hello: hello.data } : { refusal: "malformed" };
}

const TOKEN = /^[\w-]{43}$/;
const MAX_EPOCH = 0xffff_ffff;

/** As `parseHello` of a device, which says the same thing at each connection: only what is not that is left to the schema. */
export function parseDeviceHello(auth: unknown): ReturnType<typeof parseHello<DeviceHello>> {
  return isDeviceHello(auth) ? { hello: auth } : parseHello(DeviceHello, auth);
}

function isDeviceHello(auth: unknown): auth is DeviceHello {
  if (!isMap(auth) || Object.keys(auth).length !== 3) return false;
  const { protocol, token, epoch } = auth;
  if (protocol !== PROTOCOL_VERSION || typeof token !== "string" || !TOKEN.test(token)) return false;
  return Number.isInteger(epoch) && (epoch as number) >= 0 && (epoch as number) <= MAX_EPOCH;
}

/** A refused connection, as the client gets it: `data` is a `RelayError`. */
export function refusal(error: RelayRefusal): ExtendedError {
  return Object.assign(new Error(error), { data: { error } });
}
