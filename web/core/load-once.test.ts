import { expect, test } from "vitest";
import { loadOnce, NotLoaded } from "./load-once.ts";

test("code is loaded once for all who ask, and again only where it did not load", async () => {
  let loads = 0;
  let isUp = false;
  const open = loadOnce(async () => {
    loads += 1;
    if (!isUp) throw new Error("Failed to fetch dynamically imported module");
    return { loads };
  });

  const [first, second] = [open(), open()];
  await expect(first).rejects.toThrow(NotLoaded);
  await expect(second).rejects.toThrow(NotLoaded);
  isUp = true;

  expect(await Promise.all([open(), open()])).toEqual([{ loads: 2 }, { loads: 2 }]);
  expect(await open()).toEqual({ loads: 2 });
});
