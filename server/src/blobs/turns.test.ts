import { expect, test } from "vitest";
import { Turns } from "./turns.ts";

test("two have their turn at once, and the others theirs in the order in which they asked", async () => {
  const turns = new Turns(2);
  const begun: string[] = [];
  const gates = new Map<string, PromiseWithResolvers<void>>();
  const asked = ["Alice", "Bob", "Carol", "Dave"].map((name) => {
    const gate = Promise.withResolvers<void>();
    gates.set(name, gate);
    return turns.take(() => {
      begun.push(name);
      return gate.promise;
    });
  });

  expect(begun).toEqual(["Alice", "Bob"]);
  gates.get("Bob")?.resolve();
  await asked[1];
  await expect.poll(() => begun).toEqual(["Alice", "Bob", "Carol"]);
  gates.get("Alice")?.resolve();
  await asked[0];
  await expect.poll(() => begun).toEqual(["Alice", "Bob", "Carol", "Dave"]);
  for (const gate of gates.values()) gate.resolve();
  await Promise.all(asked);
  expect(await turns.take(async () => "again")).toBe("again");
});

test("who fails gives the turn on", async () => {
  const turns = new Turns(1);
  const failing = turns.take(() => Promise.reject(new Error("the disk refuses")));
  const next = turns.take(async () => "after that");

  await expect(failing).rejects.toThrow("the disk refuses");
  expect(await next).toBe("after that");
});
