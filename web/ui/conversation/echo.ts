import type { MessageRow } from "@tacit/web/core/views";
import type { MessageWindow } from "./use-messages.ts";

type TextRow = Extract<MessageRow, { readonly kind: "text" }>;

/** A text that was just sent, as it is shown until it is stored: decision 16. */
export type Echo = TextRow & { readonly isEcho: true };

const QUOTE_CHARACTERS = 200;

/** `replyTo`: the message that it answers. */
export function toEcho(id: Echo["id"], text: string, atMs: number, replyTo: TextRow | undefined): Echo {
  return {
    isEcho: true,
    kind: "text",
    key: `echo ${id}`,
    id,
    isMine: true,
    text,
    atMs,
    replyTo: replyTo && {
      id: replyTo.id,
      text: (replyTo.text || (replyTo.file?.name ?? "")).slice(0, QUOTE_CHARACTERS),
      isMine: replyTo.isMine,
    },
    mark: "waiting",
    failure: undefined,
    deliveredAtMs: undefined,
    readAtMs: undefined,
    path: undefined,
  };
}

export function isEcho(row: MessageRow): boolean {
  return "isEcho" in row;
}

/** What is stored, and behind it the echoes of what is not stored yet. */
export function withEchoes(stored: MessageWindow, echoes: readonly Echo[]): MessageWindow {
  const waiting = stillWaiting(stored, echoes);
  if (waiting.length === 0) return stored;
  const newest = { ...stored.newest, rows: [...stored.newest.rows, ...waiting] };
  return { newest, page: stored.page === stored.newest ? newest : stored.page };
}

/** The echoes whose messages are not stored yet; `echoes` itself where that is all of them. */
export function stillWaiting({ newest }: MessageWindow, echoes: readonly Echo[]): readonly Echo[] {
  if (echoes.length === 0) return echoes;
  const stored = new Set(newest.rows.flatMap((row) => (row.kind === "text" && row.isMine ? [row.id] : [])));
  const waiting = echoes.filter(({ id }) => !stored.has(id));
  return waiting.length === echoes.length ? echoes : waiting;
}
