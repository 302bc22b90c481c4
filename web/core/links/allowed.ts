import type { Core } from "../core.ts";
import type { Contact } from "../kinds.ts";
import { META, SETTINGS } from "../meta-kinds.ts";

/**
 * Whether a contact may learn an address of ours: they were accepted, and neither for them nor for everybody it was said
 * that everything goes through the relay. docs/PROTOCOL.md §5.9.
 */
export function mayBeDirect(core: Core, contact: Contact | undefined): boolean {
  if (contact?.status !== "accepted" || contact.hold !== undefined) return false;
  if (contact.direct !== undefined) return contact.direct === "direct";
  return core.records.held(SETTINGS, META.settings)?.value.direct ?? true;
}
