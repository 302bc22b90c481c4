import { noblePrimitives } from "@tacit/crypto/noble-primitives";
import type { AsyncPrimitives, KemSize, PrimitiveAnswer, PrimitiveCall } from "@tacit/crypto/primitives";
import { answerBulk } from "./bulk-primitives.ts";
import { openEd25519 } from "./platform-ed25519.ts";
import { openMlKem } from "./platform-ml-kem.ts";
import { openX25519 } from "./platform-x25519.ts";

/**
 * Answers primitives by WebCrypto, which is native and constant-time, and by noble where the platform lacks one or
 * gives a known question another answer; that is found out once, when each is first asked for. What WebCrypto refuses
 * noble decides, so that every answer and every refusal is noble's own. Pages that are not secure have no `subtle`.
 */
export function platformPrimitives(subtle: SubtleCrypto | undefined): AsyncPrimitives {
  if (subtle === undefined) return noblePrimitives;
  const platform = subtle;
  const x25519 = once(() => openX25519(subtle));
  const ed25519 = once(() => openEd25519(subtle));
  const kems = { 768: once(() => openMlKem(subtle, 768)), 1024: once(() => openMlKem(subtle, 1024)) };
  const kem = (size: KemSize) => kems[size]();

  async function ask(call: PrimitiveCall): Promise<PrimitiveAnswer> {
    switch (call.op) {
      case "x25519":
        return (await x25519())?.agree(call.privateKey, call.publicKey);
      case "x25519-public":
        return (await x25519())?.publicKeyOf(call.privateKey);
      case "ed25519-verify":
        return (await ed25519())?.isSigned(call.publicKey, call.message, call.signature);
      case "kem-public":
        return (await kem(call.size))?.publicKeyOf(call.seed);
      case "kem-encaps":
        return call.coins.length === 32 ? (await kem(call.size))?.encapsulate(call.publicKey) : undefined;
      case "kem-decaps":
        return (await kem(call.size))?.decapsulate(call.seed, call.ciphertext);
      case "kem-encaps-internal":
        return undefined;
      case "aes-gcm-seal":
      case "aes-gcm-open":
      case "sha-256":
        return answerBulk(platform, call);
    }
  }

  return async (call) => {
    try {
      const answer = await ask(call);
      if (answer !== undefined) return answer;
    } catch {
      // The platform refuses the input, for which it has its own reasons and its own errors.
    }
    return noblePrimitives(call);
  };
}

function once<Value>(open: () => Promise<Value>): () => Promise<Value> {
  let opened: Promise<Value> | undefined;
  return () => {
    opened ??= open();
    return opened;
  };
}
