import { spawnSync } from "node:child_process";
import { resolve } from "node:path";
import { expect, test } from "vitest";

const tests = resolve(import.meta.dirname, "..");

test.each([
  ["simulation/run.ts", "--steps"],
  ["crash-client.ts", "--cycles"],
  ["crash-relay.ts", "--cycles"],
  ["frames.ts", "--decoded"],
  ["soak.ts", "--rate"],
  ["storm.ts", "--size"],
  ["bench/timing.ts", "--samples"],
  ["bench/metadata.ts", "--people"],
])("%s runs nothing and says so where %s is no number", (script, option) => {
  const { status, stderr } = spawnSync(process.execPath, [resolve(tests, script), option, "many"], {
    encoding: "utf8",
  });

  expect(stderr).toContain(`${option} wants a number, not "many"`);
  expect(status).toBe(2);
});
