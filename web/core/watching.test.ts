import { expect, test } from "vitest";
import { Watching } from "./watching.ts";

type Any = { readonly view: "phase" };

function watched() {
  const watching = new Watching();
  const shown: unknown[] = [];
  let value: unknown = 1;
  const stop = watching.watch<Any>(
    ["topic"],
    async () => value as never,
    (now) => shown.push(now),
  );
  const settle = async () => {
    for (let n = 0; n < 10; n++) await Promise.resolve();
  };
  const say = (next: unknown) => {
    value = next;
  };
  return { watching, shown, stop, settle, say };
}

test("a watch shows what is there, and then each change of its topics", async () => {
  const { watching, shown, settle, say } = watched();
  await settle();
  say(2);
  watching.touch(new Set(["another topic"]));
  await settle();
  watching.touch(new Set(["topic"]));
  await settle();

  expect(shown).toEqual([1, 2]);
});

test("a burst of changes is shown once, as it ends", async () => {
  const { watching, shown, settle, say } = watched();
  await settle();
  for (const next of [2, 3, 4]) {
    say(next);
    watching.touch(new Set(["topic"]));
  }
  await settle();

  expect(shown.at(-1)).toBe(4);
  expect(shown.length).toBeLessThanOrEqual(3);
});

test("after the end of a watch nothing is shown", async () => {
  const { watching, shown, stop, settle, say } = watched();
  await settle();
  stop();
  say(2);
  watching.touch(new Set(["topic"]));
  await settle();

  expect(shown).toEqual([1]);
});

test("a read that fails ends no watch", async () => {
  const watching = new Watching();
  const shown: unknown[] = [];
  let isBroken = true;
  watching.watch<Any>(
    ["topic"],
    async () => (isBroken ? Promise.reject(new Error("locked")) : ("open" as never)),
    (now) => shown.push(now),
  );
  for (let n = 0; n < 10; n++) await Promise.resolve();
  isBroken = false;
  watching.touch(new Set(["topic"]));
  for (let n = 0; n < 10; n++) await Promise.resolve();

  expect(shown).toEqual(["open"]);
});
