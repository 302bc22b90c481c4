import { expect, test } from "vitest";
import type { Rate } from "./figures.ts";
import { barsOf, toTable, verdictOn } from "./report.ts";

const saturated = (perSecond: number, perCpuSecond: number, othersCpuPercent = 0) => ({
  saturated: { perSecond, perCpuSecond, othersCpuPercent, unfinished: 0 } satisfies Rate & { unfinished: number },
});
const ours = { title: "Tacit", figures: saturated(24_000, 24_000) };

test("a peer is compared by the clock on a quiet machine, and by CPU time on a loud one", () => {
  const quiet = barsOf([ours, { title: "ejabberd", figures: saturated(12_000, 6_000) }]);
  const loud = barsOf([ours, { title: "ejabberd", figures: saturated(12_000, 6_000, 60) }]);

  expect([...quiet, ...loud].map(({ measured }) => measured)).toEqual([2, 4]);
});

test("a bar is reached, reached as far as it must, or not", () => {
  const bar = { name: "", unit: "x", must: 1.2, aim: 2 };
  const verdicts = [2, 1.2, 1.1].map((measured) => verdictOn({ ...bar, measured, isMost: false }));
  const most = [1, 1.5, 2.1].map((measured) => verdictOn({ ...bar, must: 2, aim: 1, measured, isMost: true }));

  expect([...verdicts, ...most]).toEqual(["aim", "must", "below", "aim", "must", "below"]);
});

test("who was not measured has no bar, and what nobody was measured in no row", () => {
  expect(barsOf([ours])).toEqual([]);
  expect(toTable([ours])).not.toContain("drain");
});
