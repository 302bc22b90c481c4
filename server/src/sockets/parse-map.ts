import type * as z from "zod/mini";

/**
 * A plain map. Bytes are objects as well, with a property for each: on half a megabyte of them a schema works for a fifth
 * of a second. And socket.io's decoder takes a key named `__proto__` at its word: such a map has what its sender likes for
 * a prototype, and a schema that reads it may throw.
 */
export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

/** What a client asks; `undefined` for what its schema refuses. */
export function parseMap<Value>(schema: z.ZodMiniType<Value>, value: unknown): Value | undefined {
  const parsed = isMap(value) ? schema.safeParse(value) : undefined;
  return parsed?.success ? parsed.data : undefined;
}
