import type { ConversationRow } from "@tacit/web/core/views";

export type Listed = {
  readonly requests: readonly ConversationRow[];
  readonly people: readonly ConversationRow[];
  /** Ignored and blocked. */
  readonly aside: readonly ConversationRow[];
};

/** Requests first, then people, then those put aside; each by last activity. `search` keeps the names that contain it. */
export function listed(rows: readonly ConversationRow[], search = ""): Listed {
  const wanted = fold(search.trim());
  const found = rows
    .filter(({ name }) => fold(name).includes(wanted))
    .toSorted((one, other) => other.activeAtMs - one.activeAtMs);
  return {
    requests: found.filter(({ status }) => status === "request"),
    people: found.filter((row) => row.status !== "request" && !isAside(row)),
    aside: found.filter(isAside),
  };
}

/** Somebody put aside makes no sound and counts nowhere. */
export function isAside({ status }: ConversationRow): boolean {
  return status === "ignored" || status === "blocked";
}

export function listedInOrder(rows: readonly ConversationRow[]): readonly ConversationRow[] {
  const { requests, people, aside } = listed(rows);
  return [...requests, ...people, ...aside];
}

/** Without case and accents: "elise" finds "Élise". */
export function fold(text: string): string {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLocaleLowerCase();
}
