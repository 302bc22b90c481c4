import { expect, test } from "vitest";
import { Moments } from "./moments.ts";

function stage() {
  const released: string[][] = [];
  let together: string[] = [];
  const moments = new Moments<string>(1, (held) => {
    if (together.length === 0) {
      released.push(together);
      queueMicrotask(() => {
        together = [];
      });
    }
    together.push(held);
  });
  return { moments, released };
}

test("the first of a crowd goes at once, and what comes within a moment after it together", async () => {
  const { moments, released } = stage();

  moments.add("first");
  const atOnce = structuredClone(released);
  await Promise.resolve();
  for (const each of ["second", "third"]) moments.add(each);
  await expect.poll(() => released.length).toBe(2);

  expect(atOnce).toEqual([["first"]]);
  expect(released).toEqual([["first"], ["second", "third"]]);
});

test("what is taken meanwhile is not released", async () => {
  const { moments, released } = stage();

  for (const each of ["first", "second"]) moments.add(each);
  const taken = moments.takeAll();
  await Promise.resolve();
  moments.add("third");
  await expect.poll(() => released.length).toBe(2);

  expect(taken).toEqual(["second"]);
  expect(released).toEqual([["first"], ["third"]]);
});
