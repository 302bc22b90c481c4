import type { ContactStatus, ConversationRow } from "@tacit/web/core/views";
import { expect, test } from "vitest";
import { newMessages } from "../app/new-messages.ts";
import { listed, listedInOrder } from "./listed.ts";

test("requests come first, people by last activity, those put aside last", () => {
  const rows = [
    row("Alex", "accepted", 1),
    row("Fred", "blocked", 9),
    row("Bea", "invited", 5),
    row("Chiara", "request", 2),
  ];

  expect(listedInOrder(rows).map(({ name }) => name)).toEqual(["Chiara", "Bea", "Alex", "Fred"]);
});

test("a search ignores case and accents", () => {
  const rows = [row("Élise", "accepted", 1), row("Bea", "accepted", 2)];

  expect(listed(rows, " elis ").people.map(({ name }) => name)).toEqual(["Élise"]);
});

test("a message of the other side is new once, ours and the first sight never are", () => {
  const before = [row("Alex", "accepted", 1, "hi"), row("Bea", "accepted", 1, "hi")];
  const after = [row("Alex", "accepted", 2, "ho"), row("Bea", "accepted", 3, "mine", true)];

  expect(newMessages(before, after).map(({ name }) => name)).toEqual(["Alex"]);
  expect(newMessages(after, after)).toEqual([]);
  expect(newMessages(undefined, after)).toEqual([]);
});

test("nothing is new from people put aside", () => {
  const before = [row("Fred", "ignored", 1, "hi"), row("Gus", "blocked", 1, "hi")];
  const after = [row("Fred", "ignored", 2, "buy"), row("Gus", "blocked", 2, "buy")];

  expect(newMessages(before, after)).toEqual([]);
});

function row(name: string, status: ContactStatus, activeAtMs: number, text?: string, isMine = false): ConversationRow {
  return {
    contact: name,
    name,
    status,
    isVerified: false,
    isHeld: false,
    unread: 0,
    draft: undefined,
    isTyping: false,
    last: text === undefined ? undefined : { text, kind: "text", atMs: activeAtMs, isMine, mark: undefined },
    activeAtMs,
  };
}
