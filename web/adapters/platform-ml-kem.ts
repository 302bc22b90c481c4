import { sha256 } from "@tacit/crypto/digest";
import type { KemEncapsulation, KemSize } from "@tacit/crypto/primitives";
import { type Bytes, equalBytes, fromHex } from "@tacit/shared/bytes";

/** Each rejects where WebCrypto refuses the input. */
export type PlatformMlKem = {
  publicKeyOf(seed: Bytes): Promise<Bytes>;
  encapsulate(publicKey: Bytes): Promise<KemEncapsulation>;
  decapsulate(seed: Bytes, ciphertext: Bytes): Promise<Bytes>;
};

type Usage = "encapsulateBits" | "decapsulateBits";
/** "Modern Algorithms in the Web Cryptography API" (wicg.github.io/webcrypto-modern-algos), which TypeScript does not know. */
type KemSubtle = {
  importKey(
    format: "raw-seed" | "raw-public",
    key: Bytes,
    algorithm: string,
    isExtractable: boolean,
    usages: readonly Usage[],
  ): Promise<CryptoKey>;
  exportKey(format: "raw-public", key: CryptoKey): Promise<ArrayBuffer>;
  getPublicKey(key: CryptoKey, usages: readonly Usage[]): Promise<CryptoKey>;
  encapsulateBits(
    algorithm: string,
    key: CryptoKey,
  ): Promise<{ readonly sharedKey: ArrayBuffer; readonly ciphertext: ArrayBuffer }>;
  decapsulateBits(algorithm: string, key: CryptoKey, ciphertext: Bytes): Promise<ArrayBuffer>;
};

const KNOWN_SEED = Uint8Array.from({ length: 64 }, (_, i) => i);
/** SHA-256 of the encapsulation keys of that seed. */
const KNOWN_KEYS = {
  768: fromHex("0b7934c83125c788995e2ba6bd761e33046b3e40571be53e023309a29f398cc9"),
  1024: fromHex("c7b8fa0aa471d5ae18922d6ccad5b31e1d84f92ae723abfd13747018740a8530"),
} as const;

/** `undefined` where the platform has no ML-KEM of that size, or another one. */
export async function openMlKem(subtle: SubtleCrypto, size: KemSize): Promise<PlatformMlKem | undefined> {
  const algorithm = `ML-KEM-${size}`;
  // The probe finds out whether it is one.
  const kem = subtle as unknown as KemSubtle;
  const pairOf = (seed: Bytes) => kem.importKey("raw-seed", seed, algorithm, false, ["decapsulateBits"]);
  const mlKem: PlatformMlKem = {
    async publicKeyOf(seed) {
      const publicKey = await kem.getPublicKey(await pairOf(seed), ["encapsulateBits"]);
      return new Uint8Array(await kem.exportKey("raw-public", publicKey));
    },
    async encapsulate(publicKey) {
      const key = await kem.importKey("raw-public", publicKey, algorithm, false, ["encapsulateBits"]);
      const { sharedKey, ciphertext } = await kem.encapsulateBits(algorithm, key);
      return { sharedSecret: new Uint8Array(sharedKey), ciphertext: new Uint8Array(ciphertext) };
    },
    async decapsulate(seed, ciphertext) {
      return new Uint8Array(await kem.decapsulateBits(algorithm, await pairOf(seed), ciphertext));
    },
  };
  return (await isKnown(mlKem, KNOWN_KEYS[size])) ? mlKem : undefined;
}

async function isKnown({ publicKeyOf, encapsulate, decapsulate }: PlatformMlKem, hash: Bytes): Promise<boolean> {
  try {
    const publicKey = await publicKeyOf(KNOWN_SEED);
    const { ciphertext, sharedSecret } = await encapsulate(publicKey);
    const received = await decapsulate(KNOWN_SEED, ciphertext);
    return equalBytes(sha256(publicKey), hash) && equalBytes(received, sharedSecret);
  } catch {
    return false;
  }
}
