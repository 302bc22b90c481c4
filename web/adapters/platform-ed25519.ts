import { type Bytes, equalBytes, fromHex } from "@tacit/shared/bytes";

export type PlatformEd25519 = {
  /** `undefined` where platforms differ, and another verifier must decide. Rejects where WebCrypto refuses the input. */
  isSigned(publicKey: Bytes, message: Bytes, signature: Bytes): Promise<boolean | undefined>;
};

/** The y-coordinates of the eight points of small order: 0, 1, -1, and two that make order 8. */
const SMALL_ORDER = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
].map(fromHex);

/** The key and message of RFC 8032 §7.1, test 2. */
const KNOWN = {
  publicKey: fromHex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c"),
  message: Uint8Array.of(0x72),
  valid: fromHex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" +
      "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00",
  ),
  /** The same with S + L for S. */
  beyondOrder: fromHex(
    "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da" +
      "f52db7415978abc61b2c2eb6aeebfca0387b2eaeb4302aeeb00d291612bb0c10",
  ),
  /** R has a part of order 8: valid in the cofactored equation, and not in ours. */
  cofactored: fromHex(
    "1dd960b291c53514fece1341fc0dcd8a648b3934c2c533666f737a654ff1e1bf" +
      "a69cad7113e88350aa68c6a1fca037d713dcaab055d5f6b4987069f27828f505",
  ),
};

/** `undefined` where the platform has no Ed25519, or judges by another rule than `verifyEd25519` of crypto/. */
export async function openEd25519(subtle: SubtleCrypto): Promise<PlatformEd25519 | undefined> {
  const ed25519: PlatformEd25519 = {
    async isSigned(publicKey, message, signature) {
      // Platforms agree on these two points or not at all; on the rest RFC 8032 leaves one choice, which the probe asks.
      if (!isPlain(publicKey) || !isPlain(signature.subarray(0, 32))) return undefined;
      const key = await subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]);
      return await subtle.verify("Ed25519", key, signature, message);
    },
  };
  return (await isOurRule(ed25519)) ? ed25519 : undefined;
}

async function isOurRule({ isSigned }: PlatformEd25519): Promise<boolean> {
  const { publicKey, message, valid, beyondOrder, cofactored } = KNOWN;
  const verdictOn = (signature: Bytes) => isSigned(publicKey, message, signature);
  try {
    const verdicts = await Promise.all([valid, beyondOrder, cofactored].map(verdictOn));
    return verdicts[0] === true && verdicts[1] === false && verdicts[2] === false;
  } catch {
    return false;
  }
}

/** Whether an encoded point (32) is canonical and of no small order. It may still not be on the curve. */
function isPlain(encoded: Uint8Array): boolean {
  if (encoded.length !== 32) return false;
  const y = Uint8Array.from(encoded);
  y[31] = (y[31] as number) & 0x7f;
  return isBelowP(y) && !SMALL_ORDER.some((known) => equalBytes(known, y));
}

/** Whether `y` (32, little endian, without a sign) is below 2^255 - 19. */
function isBelowP(y: Uint8Array): boolean {
  return y[31] !== 0x7f || (y[0] as number) < 0xed || y.subarray(1, 31).some((byte) => byte !== 0xff);
}
