import type { ContactDetails } from "@tacit/web/core/views";

export function Details(_: { readonly details: ContactDetails }) {
  return null;
}
