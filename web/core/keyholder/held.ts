import { type CertificateMemory, certificateMemory } from "@tacit/crypto/sender-certificate";
import { wipe } from "@tacit/shared/bytes";
import type { certificateOf, HeldIdentity } from "./identity.ts";
import { type HeldRecovery, wipeRecovery } from "./recovery.ts";
import { type OpenVault, wipeVault } from "./vault.ts";

/** All that an unlocked keyholder holds, from unlocking to locking: what began with one object ends with it. Secret. */
export type Held = {
  readonly vault: OpenVault;
  identity?: HeldIdentity;
  recovery?: HeldRecovery;
  /** Of the identity, and issued again now and then. */
  certificate?: ReturnType<typeof certificateOf>;
  readonly verified: CertificateMemory;
};

export function newlyHeld(vault: OpenVault): Held {
  return { vault, verified: certificateMemory() };
}

export function identityIn({ identity }: Held): HeldIdentity {
  if (identity === undefined) throw new Error("the keyholder has no identity");
  return identity;
}

export function recoveryIn({ recovery }: Held): HeldRecovery {
  if (recovery === undefined) throw new Error("the keyholder has no recovery key");
  return recovery;
}

/** The certificate in hand is of another identity, and is issued anew when it is needed. */
export function setIdentity(held: Held, identity: HeldIdentity): void {
  held.identity = identity;
  delete held.certificate;
}

export function wipeHeld({ vault, identity, recovery }: Held): void {
  wipeVault(vault);
  if (identity) wipe(identity.keyPair.privateKey);
  if (recovery) wipeRecovery(recovery);
}
