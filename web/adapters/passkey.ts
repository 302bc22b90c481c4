import { type Bytes, copyBytes, toBase64Url } from "@tacit/shared/bytes";
import { ok, type Result, refused } from "@tacit/shared/result";

/** Which passkey, and what its PRF is asked for: as the core keeps it. */
type Lock = { readonly credential: Bytes; readonly salt: Bytes };

/** cancelled: nobody agreed, or the passkey is not on this device any more; browsers do not tell these apart. */
type Refusal = "cancelled" | "no-prf" | "unsupported";

const RANDOM_BYTES = 32;
// ES256, EdDSA and RS256: whatever the authenticator has. No signature is ever checked: only the PRF counts.
const ALGORITHMS = [-7, -8, -257];

/**
 * Passkeys of this browser (WebAuthn level 3, PRF extension, §10.1.4). A passkey turns a salt into 32 bytes that only it
 * can make, after its owner agreed to it on the device; no server has a part in it.
 */
export const browserPasskeys = {
  async isOffered(): Promise<boolean> {
    if (!("PublicKeyCredential" in globalThis)) return false;
    // Browsers that do not say may have it: making one tells.
    const capabilities = await PublicKeyCredential.getClientCapabilities?.().catch(() => undefined);
    return capabilities?.["extension:prf"] !== false;
  },

  async create(person: {
    readonly login: string;
    readonly name: string;
  }): Promise<Result<{ readonly lock: Lock; readonly secret: Bytes }, Refusal | "left">> {
    const salt = random();
    const made = await settle(
      navigator.credentials.create({
        publicKey: {
          rp: { name: "Tacit" },
          // Not the account's id: what lies in a manager of passkeys says nothing about it.
          user: { id: random(), name: person.login, displayName: person.name },
          challenge: random(),
          pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key", alg })),
          authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
          attestation: "none",
          extensions: { prf: { eval: { first: salt } } },
        },
      }),
    );
    if (!made.ok) return made;
    const lock = { credential: copyBytes(new Uint8Array(made.value.rawId)), salt };
    const prf = made.value.getClientExtensionResults().prf;
    if (prf?.enabled !== true) {
      browserPasskeys.forget(lock);
      return refused("no-prf");
    }
    // Some derive at once, some only when they are asked the next time.
    const secret = toSecret(prf.results?.first);
    const asked = secret === undefined ? await browserPasskeys.ask(lock) : ok(secret);
    if (asked.ok) return ok({ lock, secret: asked.value });
    browserPasskeys.forget(lock);
    return refused(asked.reason === "no-prf" ? "no-prf" : "left");
  },

  async ask({ credential, salt }: Lock): Promise<Result<Bytes, Refusal>> {
    const given = await settle(
      navigator.credentials.get({
        publicKey: {
          challenge: random(),
          allowCredentials: [{ type: "public-key", id: credential }],
          userVerification: "required",
          extensions: { prf: { eval: { first: salt } } },
        },
      }),
    );
    if (!given.ok) return given;
    const secret = toSecret(given.value.getClientExtensionResults().prf?.results?.first);
    return secret === undefined ? refused("no-prf") : ok(secret);
  },

  /** Tells the manager of passkeys, where it listens, that this one opens nothing any more. */
  forget({ credential }: Lock): void {
    const told = PublicKeyCredential.signalUnknownCredential?.({
      rpId: location.hostname,
      credentialId: toBase64Url(credential),
    });
    told?.catch(() => undefined);
  },
};

async function settle(asking: Promise<Credential | null>): Promise<Result<PublicKeyCredential, Refusal>> {
  try {
    const credential = await asking;
    return credential instanceof PublicKeyCredential ? ok(credential) : refused("cancelled");
  } catch (error) {
    const isNobodys = error instanceof DOMException && ["NotAllowedError", "AbortError"].includes(error.name);
    return refused(isNobodys ? "cancelled" : "unsupported");
  }
}

function toSecret(first: BufferSource | undefined): Bytes | undefined {
  if (first === undefined) return undefined;
  const bytes = ArrayBuffer.isView(first)
    ? new Uint8Array(first.buffer, first.byteOffset, first.byteLength)
    : new Uint8Array(first);
  return bytes.length === RANDOM_BYTES ? copyBytes(bytes) : undefined;
}

function random(): Bytes {
  return crypto.getRandomValues(new Uint8Array(RANDOM_BYTES));
}
