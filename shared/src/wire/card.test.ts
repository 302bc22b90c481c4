import { expect, test } from "vitest";
import type { AccountId, DeliveryKey, RelayOrigin } from "../ids.ts";
import { ok } from "../result.ts";
import { type Card, fromLink, toLink } from "./card.ts";

const card: Card = {
  relay: "https://tacit.example" as RelayOrigin,
  account: "00000000-0000-8000-8000-000000000000" as AccountId,
  name: "Alice",
  identityKey: new Uint8Array(33).fill(5),
  key: new Uint8Array(32).fill(7) as Uint8Array as DeliveryKey,
  isOnce: true,
  expiresAtMs: undefined,
  proof: undefined,
};
const link = toLink(card);

test.each([
  ["alone", link],
  ["with blanks around it", `  ${link}\n`],
  ["in a sentence", `Add me on Tacit: ${link}.`],
  ["in brackets, before more words", `Hi!\n(my card: ${link})\nSee you`],
])("a link is found %s", (_, text) => {
  const read = fromLink(text);

  expect(read.ok && toLink(read.value)).toBe(link);
});

test.each([
  ["without a card", "Add me on Tacit"],
  ["that is cut off", link.slice(0, -9)],
  ["in which something stands within the link", `${link.slice(0, -9)}…${link.slice(-9)}`],
  ["of more than a message holds", `${link} ${"x".repeat(16_000)}`],
])("a text %s is refused", (_, text) => {
  expect(fromLink(text)).toEqual({ ok: false, reason: "malformed" });
});

test("whoever gives a link gets the same card from it", () => {
  expect(fromLink(link)).toEqual(ok(card));
});
