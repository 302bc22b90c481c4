/** The key agreement that starts a session: PQXDH (signal.org/docs/specifications/pqxdh §3), without its AEAD step. */
import { type Bytes, concat, wipe } from "@tacit/shared/bytes";
import { hkdf } from "./hkdf.ts";
import { agree, type KeyPair, type PublicKey } from "./keys.ts";
import {
  decapsulate,
  encapsulate,
  type KyberCiphertext,
  type KyberPublicKey,
  type KyberSecretKey,
} from "./kyber1024.ts";
import { type RandomSource, type Step, together } from "./primitives.ts";

/** What both sides hold afterwards: 32 bytes each. Secret. */
export type SessionSecrets = { readonly rootKey: Bytes; readonly chainKey: Bytes; readonly pqrKey: Bytes };

export type InitiatorKeys = {
  readonly identity: KeyPair;
  readonly baseKey: KeyPair;
  readonly their: {
    readonly identityKey: PublicKey;
    readonly signedPreKey: PublicKey;
    readonly oneTimePreKey: PublicKey | undefined;
    readonly kyberPreKey: KyberPublicKey;
  };
};

export type ResponderKeys = {
  readonly identity: KeyPair;
  readonly signedPreKey: KeyPair;
  readonly oneTimePreKey: KeyPair | undefined;
  readonly kyberPreKey: KyberSecretKey;
  readonly their: {
    readonly identityKey: PublicKey;
    readonly baseKey: PublicKey;
    readonly kyberCiphertext: KyberCiphertext;
  };
};

const INFO = "WhisperText_X25519_SHA-256_CRYSTALS-KYBER-1024";
/** F of the specification: keeps the input apart from an XEdDSA hash input. */
const PREFIX = new Uint8Array(32).fill(0xff);

/** `undefined` where a public key of theirs is of small order or malformed. Takes 32 bytes of `random`. */
export function* initiateAgreement(
  { identity, baseKey, their }: InitiatorKeys,
  random: RandomSource,
): Step<{ readonly secrets: SessionSecrets; readonly kyberCiphertext: KyberCiphertext } | undefined> {
  const pairs = agreeAll([
    [identity, their.signedPreKey],
    [baseKey, their.identityKey],
    [baseKey, their.signedPreKey],
    their.oneTimePreKey && [baseKey, their.oneTimePreKey],
  ]);
  const [agreed, encapsulated] = yield* together(pairs, encapsulate(their.kyberPreKey, random));
  if (agreed === undefined || encapsulated === undefined) return undefined;
  return {
    secrets: toSessionSecrets(agreed, encapsulated.sharedSecret),
    kyberCiphertext: encapsulated.ciphertext,
  };
}

/** `undefined` where a public key of theirs is of small order. The caller has checked their base key. */
export function* answerAgreement(keys: ResponderKeys): Step<SessionSecrets | undefined> {
  const { identity, signedPreKey, oneTimePreKey, kyberPreKey, their } = keys;
  const pairs = agreeAll([
    [signedPreKey, their.identityKey],
    [identity, their.baseKey],
    [signedPreKey, their.baseKey],
    oneTimePreKey && [oneTimePreKey, their.baseKey],
  ]);
  const [agreed, sharedSecret] = yield* together(pairs, decapsulate(kyberPreKey, their.kyberCiphertext));
  return agreed && toSessionSecrets(agreed, sharedSecret);
}

function* agreeAll(pairs: readonly (readonly [KeyPair, PublicKey] | undefined)[]): Step<readonly Bytes[] | undefined> {
  const wanted = pairs.filter((pair) => pair !== undefined);
  const agreed = yield* together(...wanted.map(([{ privateKey }, publicKey]) => agree(privateKey, publicKey)));
  const secrets = agreed.filter((secret) => secret !== undefined);
  return secrets.length === wanted.length ? secrets : undefined;
}

function toSessionSecrets(agreed: readonly Bytes[], kemSecret: Bytes): SessionSecrets {
  const input = concat(PREFIX, ...agreed, kemSecret);
  const output = hkdf(undefined, input, INFO, 96);
  wipe(input, kemSecret, ...agreed);
  return { rootKey: output.slice(0, 32), chainKey: output.slice(32, 64), pqrKey: output.slice(64) };
}
