import type { ContactId } from "@tacit/web/core/views";

/** Every place in the interface. All of it is in the URL's fragment, which no server sees. */
export const paths = {
  list: "/",
  add: "/add",
  cards: "/cards",
  settings: "/settings",
  storage: "/settings/storage",
  recovery: "/recovery-key",
  restored: "/older-copy",
  conversation: (contact: ContactId) => `/c/${encodeURIComponent(contact)}`,
  details: (contact: ContactId) => `/c/${encodeURIComponent(contact)}/details`,
} as const;
