declare const brand: unique symbol;

/** A nominal type: only its own constructor or parser can make one. */
export type Brand<Value, Name extends string> = Value & { readonly [brand]: Name };
