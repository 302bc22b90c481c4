/**
 * The seam for what a platform may do better than JavaScript. A protocol step is a generator: it asks for a
 * primitive, somebody answers, and it goes on. `run` answers at once (noble, synchronous); `runAsync` lets a
 * platform answer by promise. The step itself holds no clock, no storage and no randomness of its own, and
 * changes nothing until it returns. See docs/decisions/0001-steps-ask-for-primitives.md.
 */
import type { Bytes } from "@tacit/shared/bytes";

/** `n` bytes from a cryptographic source; a seeded one in tests. */
export type RandomSource = (length: number) => Bytes;

export type KemSize = 768 | 1024;
export type KemEncapsulation = { readonly ciphertext: Bytes; readonly sharedSecret: Bytes };

/**
 * What a step may ask for. A KEM key pair is its seed, d || z (64), as FIPS 203 §3.3 allows: platforms import nothing
 * else, and it is a fiftieth of the decapsulation key.
 */
export type PrimitiveCall =
  /** X25519, RFC 7748 §5: 32-byte keys without type byte, 32-byte answer. Refuses an all-zero output. */
  | { readonly op: "x25519"; readonly privateKey: Bytes; readonly publicKey: Bytes }
  /** The public key (32) of an X25519 private key. */
  | { readonly op: "x25519-public"; readonly privateKey: Bytes }
  /** Ed25519 verification, RFC 8032 §5.1.7, cofactorless, S < L. */
  | { readonly op: "ed25519-verify"; readonly publicKey: Bytes; readonly message: Bytes; readonly signature: Bytes }
  /** The encapsulation key of a seed: ML-KEM.KeyGen_internal, FIPS 203 §6.1. */
  | { readonly op: "kem-public"; readonly size: KemSize; readonly seed: Bytes }
  /** ML-KEM.Encaps, FIPS 203 §7.2. Refuses a malformed key. A platform with chance of its own leaves `coins` (32) unused. */
  | { readonly op: "kem-encaps"; readonly size: KemSize; readonly publicKey: Bytes; readonly coins: Bytes }
  /** ML-KEM.Encaps_internal, FIPS 203 §6.2: the same `message` (32) gives the same ciphertext. Refuses a malformed key. */
  | { readonly op: "kem-encaps-internal"; readonly size: KemSize; readonly publicKey: Bytes; readonly message: Bytes }
  /** ML-KEM.Decaps, FIPS 203 §7.3. Never tells whether the ciphertext was honest. */
  | { readonly op: "kem-decaps"; readonly size: KemSize; readonly seed: Bytes; readonly ciphertext: Bytes }
  | BulkCall;

/** What files ask for, chunk by chunk: a page answers these by itself, without the rest. */
export type BulkCall =
  /** AES-256-GCM, SP 800-38D: key 32, nonce 12; the answer is ciphertext || tag (16). */
  | {
      readonly op: "aes-gcm-seal";
      readonly key: Bytes;
      readonly nonce: Bytes;
      readonly additional: Bytes;
      readonly plain: Bytes;
    }
  /** Refuses what another key, nonce or additional data sealed. */
  | {
      readonly op: "aes-gcm-open";
      readonly key: Bytes;
      readonly nonce: Bytes;
      readonly additional: Bytes;
      readonly sealed: Bytes;
    }
  /** SHA-256, FIPS 180-4: 32 bytes. */
  | { readonly op: "sha-256"; readonly bytes: Bytes };

export type PrimitiveAnswers = {
  readonly x25519: Bytes | undefined;
  readonly "x25519-public": Bytes;
  readonly "ed25519-verify": boolean;
  readonly "kem-public": Bytes;
  readonly "kem-encaps": KemEncapsulation | undefined;
  readonly "kem-encaps-internal": KemEncapsulation | undefined;
  readonly "kem-decaps": Bytes;
  readonly "aes-gcm-seal": Bytes;
  readonly "aes-gcm-open": Bytes | undefined;
  readonly "sha-256": Bytes;
};

export type PrimitiveAnswer = PrimitiveAnswers[PrimitiveCall["op"]];

/** A protocol step in progress: asks for some primitives at a time. Drive it with `run` or `runAsync`. */
export type Step<Value> = Generator<readonly PrimitiveCall[], Value, readonly PrimitiveAnswer[]>;

/** Answers one call. `undefined` where the input is refused (all-zero DH output, malformed KEM key). */
export type Primitives = (call: PrimitiveCall) => PrimitiveAnswer;
export type AsyncPrimitives = (call: PrimitiveCall) => PrimitiveAnswer | Promise<PrimitiveAnswer>;

/** Asks for one primitive inside a step: `const shared = yield* ask({ op: "x25519", … })`. */
export function* ask<Call extends PrimitiveCall>(call: Call): Step<PrimitiveAnswers[Call["op"]]> {
  const [answer] = yield [call];
  // The driver answers the call that it was given, so the answer has the call's type.
  return answer as PrimitiveAnswers[Call["op"]];
}

/**
 * Takes steps that do not need each other side by side, so that a platform may work on all that they ask for at once:
 * `const [a, b] = yield* together(agree(…), agree(…))`. Each starts in its turn, which is how they draw randomness.
 */
export function* together<const Values extends readonly unknown[]>(
  ...steps: { readonly [I in keyof Values]: Step<Values[I]> }
): Step<Values> {
  const states = steps.map((step) => ({ step, at: step.next() }));
  try {
    for (;;) {
      const waiting = states.filter(({ at }) => !at.done);
      // Every one of them is done, so that each has its step's value.
      if (waiting.length === 0) return states.map(({ at }) => at.value) as unknown as Values;
      const calls = waiting.map(({ at }) => at.value as readonly PrimitiveCall[]);
      const answers = yield calls.flat();
      let taken = 0;
      for (const [i, state] of waiting.entries()) {
        const count = calls[i]?.length ?? 0;
        state.at = state.step.next(answers.slice(taken, taken + count));
        taken += count;
      }
    }
  } finally {
    // Where one of them throws or all are given up, the others clean up as well.
    for (const { step } of states) step.return(undefined as never);
  }
}

/** Drives a step to its end, synchronously. What the step or a primitive throws, this throws. */
export function run<Value>(step: Step<Value>, primitives: Primitives): Value {
  let next = step.next();
  while (!next.done) {
    try {
      next = step.next(next.value.map((call) => primitives(call)));
    } catch (error) {
      next = step.throw(error);
    }
  }
  return next.value;
}

/**
 * Drives a step to its end with a platform that answers by promise. Whenever answers have come, `mayGoOn` is asked in
 * the same breath in which the step goes on; if it throws, the step is given up: it cleans up, and this throws the same.
 */
export async function runAsync<Value>(
  step: Step<Value>,
  primitives: AsyncPrimitives,
  mayGoOn: () => void = () => undefined,
): Promise<Value> {
  let next = step.next();
  while (!next.done) {
    try {
      const answers = await Promise.all(next.value.map((call) => primitives(call)));
      mayGoOn();
      next = step.next(answers);
    } catch (error) {
      next = step.throw(error);
    }
  }
  return next.value;
}
