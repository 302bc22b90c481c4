import { expect, test } from "vitest";
import { Exclusive } from "./exclusive.ts";

test("what is given runs one after the other, in the order given", async () => {
  const exclusive = new Exclusive();
  const done: string[] = [];
  const { promise: gate, resolve } = Promise.withResolvers<undefined>();

  const first = exclusive.run(async () => {
    await gate;
    done.push("first");
  });
  const second = exclusive.run(async () => void done.push("second"));
  resolve(undefined);
  await Promise.all([first, second]);

  expect(done).toEqual(["first", "second"]);
});

test("a failure is its caller's alone", async () => {
  const exclusive = new Exclusive();

  const failing = exclusive.run(async () => Promise.reject(new Error("mine")));
  const next = exclusive.run(async () => "yours");

  await expect(failing).rejects.toThrow("mine");
  expect(await next).toBe("yours");
});

test("idle waits for everything given so far", async () => {
  const exclusive = new Exclusive();
  let isDone = false;
  void exclusive.run(async () => {
    await Promise.resolve();
    isDone = true;
  });

  await exclusive.idle();

  expect(isDone).toBe(true);
});
