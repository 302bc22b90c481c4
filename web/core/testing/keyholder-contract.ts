import type { Keyholder } from "../ports/keyholder.ts";
import { identityContract } from "./identity-contract.ts";
import { sealedRowsContract } from "./sealed-rows-contract.ts";
import { sessionsContract } from "./sessions-contract.ts";
import { vaultContract } from "./vault-contract.ts";

/**
 * Registers what every keyholder must do. `open` gives a locked one; with `like`, in the same browser as that one.
 */
export function keyholderContract(open: (like?: Keyholder) => Keyholder): void {
  vaultContract(open);
  sealedRowsContract(open);
  identityContract(open);
  sessionsContract(open);
}
