import * as z from "zod/mini";
import type { Query } from "../core/views.ts";

/** Between the tabs of one origin. A tab's id names it for as long as it is open; an owner is named by its tab. */
const text = z.string();
const number = z.number();
const Message = z.discriminatedUnion("kind", [
  /** A tab has opened, or looks for its owner. */
  z.object({ kind: z.literal("hello"), tab: text }),
  /** To the owner that it names, and to no later one. */
  z.object({
    kind: z.literal("call"),
    owner: text,
    tab: text,
    call: number,
    method: text,
    values: z.array(z.unknown()),
  }),
  z.object({ kind: z.literal("watch"), owner: text, tab: text, watch: number, query: z.unknown() }),
  z.object({ kind: z.literal("unwatch"), owner: text, tab: text, watch: number }),
  /** From the owner: to everybody, then to the tab that it names. */
  z.object({ kind: z.literal("owner"), owner: text }),
  z.object({ kind: z.literal("begun"), owner: text, tab: text, call: number }),
  z.object({ kind: z.literal("answer"), owner: text, tab: text, call: number, value: z.unknown() }),
  z.object({ kind: z.literal("failure"), owner: text, tab: text, call: number, message: text }),
  z.object({ kind: z.literal("value"), owner: text, tab: text, watch: number, value: z.unknown() }),
]);
export type TabMessage = z.infer<typeof Message>;

/** `undefined` for what a tab of another version may say. What is inside a query or a value is believed: same origin. */
export function parseTabMessage(said: unknown): TabMessage | undefined {
  const parsed = Message.safeParse(said);
  return parsed.success ? parsed.data : undefined;
}

/** A watch that a tab asks for; the owner answers with the values of this query. */
export type Watched = { readonly query: Query; readonly listener: (value: unknown) => void };

/** Held by a tab for as long as it is open: who gets it after, knows that the tab is gone. */
export function lockOfTab(tab: string): string {
  return `tacit tab ${tab}`;
}
