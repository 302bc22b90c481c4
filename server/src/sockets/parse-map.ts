import { isMap } from "@tacit/shared/wire/maps";
import type * as z from "zod/mini";

/** What a client asks; `undefined` for what is no map, and for what its schema refuses. */
export function parseMap<Value>(schema: z.ZodMiniType<Value>, value: unknown): Value | undefined {
  const parsed = isMap(value) ? schema.safeParse(value) : undefined;
  return parsed?.success ? parsed.data : undefined;
}
