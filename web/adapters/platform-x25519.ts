import { type Bytes, concat, copyBytes, equalBytes, fromBase64Url, fromHex } from "@tacit/shared/bytes";

export type PlatformX25519 = {
  /** `undefined` where the output would be all zero. Rejects where WebCrypto refuses the input. */
  agree(privateKey: Bytes, publicKey: Bytes): Promise<Bytes | undefined>;
  publicKeyOf(privateKey: Bytes): Promise<Bytes>;
};

/** All of a PKCS #8 private key but its 32 bytes, RFC 8410 §7. */
const PKCS8_PREFIX = fromHex("302e020100300506032b656e04220420");

/** RFC 7748 §6.1. */
const KNOWN = {
  privateKey: fromHex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"),
  publicKey: fromHex("8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a"),
  their: fromHex("de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f"),
  secret: fromHex("4a5d9d5ba4ce2de1728e3bf480350f25e07e21c947d19e3376f09b3c1e161742"),
};

/** `undefined` where the platform has no X25519, or another one. */
export async function openX25519(subtle: SubtleCrypto): Promise<PlatformX25519 | undefined> {
  const privateKeyOf = importer((bytes) =>
    // The public key leaves only together with the private one.
    subtle.importKey("pkcs8", concat(PKCS8_PREFIX, bytes), "X25519", true, ["deriveBits"]),
  );
  const x25519: PlatformX25519 = {
    async agree(privateKey, publicKey) {
      const [ours, theirs] = await Promise.all([
        privateKeyOf(privateKey),
        subtle.importKey("raw", publicKey, "X25519", false, []),
      ]);
      const secret = new Uint8Array(await subtle.deriveBits({ name: "X25519", public: theirs }, ours, 256));
      return secret.some((byte) => byte !== 0) ? secret : undefined;
    },
    async publicKeyOf(privateKey) {
      const { x } = await subtle.exportKey("jwk", await privateKeyOf(privateKey));
      return fromBase64Url(x ?? "");
    },
  };
  return (await isKnown(x25519)) ? x25519 : undefined;
}

async function isKnown({ agree, publicKeyOf }: PlatformX25519): Promise<boolean> {
  try {
    const secret = await agree(KNOWN.privateKey, KNOWN.their);
    const publicKey = await publicKeyOf(KNOWN.privateKey);
    return secret !== undefined && equalBytes(secret, KNOWN.secret) && equalBytes(publicKey, KNOWN.publicKey);
  } catch {
    return false;
  }
}

/** Imports the same key once while it is in use: a private key costs as much to import as to use. */
function importer(load: (bytes: Bytes) => Promise<CryptoKey>): (bytes: Bytes) => Promise<CryptoKey> {
  const imported = new WeakMap<Bytes, { readonly of: Bytes; readonly key: Promise<CryptoKey> }>();
  return (bytes) => {
    const known = imported.get(bytes);
    // A key that was wiped meanwhile is another key.
    if (known !== undefined && equalBytes(known.of, bytes)) return known.key;
    const key = load(bytes);
    imported.set(bytes, { of: copyBytes(bytes), key });
    return key;
  };
}
