import { expect, test } from "vitest";
import { keepEqual } from "./keep-equal.ts";

const row = (key: string, text: string) => ({ key, text, file: { id: new Uint8Array([1, 2]) }, replyTo: undefined });

test("what says the same is the same", () => {
  const before = { rows: [row("1", "a"), row("2", "b")], hasMore: true };

  expect(keepEqual(before, structuredClone(before))).toBe(before);
});

test("rows that are still there are kept when others come before, between and after them", () => {
  const before = [row("2", "b"), row("4", "d")];
  const after = [row("1", "a"), row("2", "b"), row("3", "c"), row("4", "d"), row("5", "e")];

  const kept = keepEqual(before, after);

  expect(kept).toEqual(after);
  expect([kept[1], kept[3]]).toEqual([before[0], before[1]]);
  expect(kept[1]).toBe(before[0]);
  expect(kept[3]).toBe(before[1]);
});

test.each([
  ["a changed text", row("1", "b")],
  ["a field more", { ...row("1", "a"), mark: "sent" }],
  ["a field less", { key: "1", text: "a", file: row("1", "a").file }],
  ["another byte", { ...row("1", "a"), file: { id: new Uint8Array([1, 3]) } }],
])("%s is shown", (_, changed) => {
  const before = [row("1", "a")];

  const kept = keepEqual(before, [changed]);

  expect(kept).toStrictEqual([changed]);
  expect(kept[0]).not.toBe(before[0]);
});

test("nothing, and something else, take each other's place", () => {
  expect(keepEqual(undefined, { a: 1 })).toEqual({ a: 1 });
  expect(keepEqual({ a: 1 }, undefined)).toBeUndefined();
  expect(keepEqual([1], { 0: 1 })).toEqual({ 0: 1 });
  expect(keepEqual([1, 2], [1])).toEqual([1]);
});
