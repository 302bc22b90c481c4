import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SECOND_MS } from "@tacit/shared/limits";
import { expect, test } from "vitest";
import { openDatabase } from "./db/open.ts";
import { watchOthers } from "./maintenance.ts";
import { FakeClock } from "./testing/fake-clock.ts";
import { seededRandom } from "./testing/seeded-random.ts";

test("what another process wrote is read again until it can be read, and said once while it cannot", () => {
  const folder = mkdtempSync(join(tmpdir(), "tacit-maintenance-"));
  const place = join(folder, "relay.db");
  const [ours, theirs] = [openDatabase(place, seededRandom("one")), openDatabase(place, seededRandom("two"))];
  const clock = new FakeClock();
  const said: string[] = [];
  let [reads, isBroken] = [0, true];
  const stop = watchOthers(
    clock,
    ours,
    () => {
      reads += 1;
      if (isBroken) throw new Error("disk I/O error");
    },
    (level, sentence) => said.push(`${level}: ${sentence}`),
  );

  clock.advance(4 * SECOND_MS);
  expect([reads, said]).toEqual([0, []]);
  theirs.$client.exec("UPDATE relay SET id = id");
  clock.advance(4 * SECOND_MS);
  expect([reads, said]).toEqual([2, ["error: could not read what another process has written"]]);
  isBroken = false;
  clock.advance(4 * SECOND_MS);
  expect([reads, said.length]).toEqual([3, 1]);

  stop();
  ours.$client.close();
  theirs.$client.close();
  rmSync(folder, { recursive: true });
});
