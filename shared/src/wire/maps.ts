import * as z from "zod/mini";

// Every map that somebody else wrote. Bytes are objects as well, with a property for each: a schema that looks for
// unknown keys works for a fifth of a second on a body of bytes. So only plain maps come to one.

export function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype;
}

const plainMap = z.custom<Readonly<Record<string, unknown>>>(isMap, "expected a map");

/** With these keys and no others. */
export function exactMap<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return onMaps(z.strictObject(shape));
}

/** With these keys, and others as they came. */
export function openMap<Shape extends z.core.$ZodLooseShape>(shape: Shape) {
  return onMaps(z.looseObject(shape));
}

function onMaps<Schema extends z.ZodMiniType>(schema: Schema): z.ZodMiniType<z.output<Schema>> {
  // A schema of maps takes every map; its type says which ones it answers.
  return z.pipe(plainMap, schema as z.ZodMiniType<unknown, Readonly<Record<string, unknown>>>) as z.ZodMiniType<
    z.output<Schema>
  >;
}
