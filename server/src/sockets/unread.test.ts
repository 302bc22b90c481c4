import { expect, test } from "vitest";
import { Unread } from "./unread.ts";

function senders(count: number) {
  return Array.from({ length: count }, () => ({
    isCut: false,
    destroy() {
      this.isCut = true;
    },
  }));
}

test("where messages that are not whole take too much together, those with the most of them go first", () => {
  const unread = new Unread(1_000);
  const [modest, greedy] = [senders(10), senders(12)];

  for (const sender of modest) unread.came(sender, 10);
  for (const sender of greedy) unread.came(sender, 100);

  expect(modest.filter(({ isCut }) => isCut)).toEqual([]);
  expect(greedy.filter(({ isCut }) => !isCut).length * 100 + 100).toBeLessThanOrEqual(1_000);
  expect(greedy.some(({ isCut }) => !isCut)).toBe(true);
});

test("whoever finishes what they send is not held to it", () => {
  const unread = new Unread(1_000);
  const all = senders(100);

  for (const sender of all) {
    unread.came(sender, 300);
    unread.came(sender, 300);
    unread.read(sender);
  }

  expect(all.filter(({ isCut }) => isCut)).toEqual([]);
});
