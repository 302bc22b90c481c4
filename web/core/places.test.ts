import type { Bytes } from "@tacit/shared/bytes";
import { MAX_MAILBOX_ENVELOPES } from "@tacit/shared/limits";
import type { Place } from "@tacit/shared/wire/content";
import { expect, test } from "vitest";
import type { OurRun, TheirRun } from "./kinds.ts";
import { givePlace, giveUpPlace, hasOpenGap, takePlace } from "./places.ts";

const RUN: Bytes = new Uint8Array(8).fill(1);
const OTHER: Bytes = new Uint8Array(8).fill(2);

/** Somebody who hears one run, and keeps rows as a conversation does. */
class Ear {
  runs: readonly TheirRun[] | undefined;
  readonly rows = new Map<number, string>();
  closed = 0;
  #order = 1;

  constructor(began: "with us" | "before us" = "with us") {
    this.runs = began === "with us" ? [] : undefined;
  }

  hears(number: number, before = number - 1, run = RUN): this {
    const { runs, order, closed } = takePlace(this.runs, { run, number, before }, () => this.#order++, 0);
    this.runs = runs;
    this.closed += closed.length;
    this.rows.set(order ?? this.#order++, `${number}`);
    return this;
  }

  get gaps(): string {
    const gaps = (this.runs ?? []).flatMap((one) => one.gaps);
    return gaps.map(({ from, to }) => (from === to ? `${from}` : `${from}-${to}`)).join();
  }

  get shown(): string {
    const rows = [...this.rows].sort(([a], [b]) => a - b);
    return rows.map(([, row]) => row).join();
  }
}

test("numbers that follow each other leave nothing open", () => {
  const ear = new Ear().hears(1).hears(2).hears(3);

  expect(ear.gaps).toBe("");
  expect(hasOpenGap({ theirRuns: ear.runs })).toBe(false);
});

test("what is missed is between what came, and also before the first of a run", () => {
  expect(new Ear().hears(3).hears(5).gaps).toBe("1-2,4");
});

test("of a run that may have begun before us, nothing is missed before the first that is heard", () => {
  const ear = new Ear("before us").hears(40).hears(41).hears(39);

  expect(ear.gaps).toBe("");
  expect(ear.hears(43).gaps).toBe("42");
  expect(ear.hears(2, 1, OTHER).gaps).toBe("42,1");
});

test("what comes late goes where it belongs, in whichever order it comes", () => {
  const ear = new Ear().hears(1).hears(6).hears(8);

  for (const number of [4, 7, 2, 5, 3]) ear.hears(number);

  expect(ear.gaps).toBe("");
  expect(ear.shown).toBe("1,2,3,4,5,6,7,8");
});

test("of a thousand that come after the last of them each has its own place", () => {
  const ear = new Ear().hears(1_000);

  for (let number = 1; number < 1_000; number++) ear.hears(number);

  expect(ear.shown).toBe(Array.from({ length: 1_000 }, (_, i) => i + 1).join());
});

test("the same message again changes nothing", () => {
  const ear = new Ear().hears(1).hears(4).hears(3);
  const runs = ear.runs;

  ear.hears(3).hears(4).hears(1);

  expect(ear.runs).toEqual(runs);
});

test("there is nothing between a message and the one that it names as the one before", () => {
  expect(new Ear().hears(1).hears(5, 1).gaps).toBe("");
  expect(new Ear().hears(1).hears(5, 3).gaps).toBe("2-3");
  expect(new Ear().hears(1).hears(9).hears(5, 1).gaps).toBe("6-8");
});

test("a gap that was said is one to ask about again where a part of it comes", () => {
  const ear = new Ear().hears(1).hears(5);
  ear.runs = (ear.runs ?? []).map((run) => ({ ...run, gaps: run.gaps.map((gap) => ({ ...gap, state: "said" })) }));
  expect(hasOpenGap({ theirRuns: ear.runs })).toBe(false);

  ear.hears(3);

  expect(ear.closed).toBe(1);
  expect(ear.gaps).toBe("2,4");
  expect(ear.runs[0]?.gaps.map(({ state }) => state)).toEqual(["asked", "asked"]);
});

test("of too many gaps the oldest is said to be given up, and never more than one for a message", () => {
  let runs: readonly TheirRun[] = [];
  const forgotten: string[] = [];
  for (let number = 2; number <= 40; number += 2) {
    const taken = takePlace(runs, { run: RUN, number, before: number - 1 }, () => 1, 0);
    runs = taken.runs;
    forgotten.push(taken.forgotten.map(({ from }) => from).join());
  }

  expect(forgotten).toEqual([...Array.from({ length: 16 }, () => ""), "1", "3", "5", "7"]);
});

test("a sender who lies about numbers makes one gap at a time, and few in all", () => {
  const ear = new Ear();
  let orders = 0;
  for (let time = 0; time < 1_000; time++) {
    const number = time % 2 === 0 ? 0xffff_ffff - time * 3 : time * 3 + 1;
    const run = time % 3 === 0 ? RUN : new Uint8Array(8).fill(time);
    const taken = takePlace(
      ear.runs,
      { run, number, before: time % 5 === 0 ? 0xffff_ffff : number - 1 },
      () => ++orders,
      0,
    );
    const count = (runs: readonly TheirRun[] | undefined) =>
      (runs ?? []).reduce((sum, one) => sum + one.gaps.length, 0);
    expect(count(taken.runs)).toBeLessThanOrEqual(count(ear.runs) + 1);
    ear.runs = taken.runs;
  }

  expect(ear.runs?.length).toBeLessThanOrEqual(4);
  expect(Math.max(...(ear.runs ?? []).map(({ gaps }) => gaps.length))).toBeLessThanOrEqual(16);
  expect(orders).toBeLessThanOrEqual(1_000 * MAX_MAILBOX_ENVELOPES);
});

test("a message keeps its place, and the next one counts on from the last that left", () => {
  const said: Place[] = [];
  let ours: OurRun | undefined;
  const say = (had?: Place) => {
    const given = givePlace(ours, had, () => RUN);
    ours = given.ours;
    said.push(given.place);
    return given.place;
  };

  say();
  const second = say();
  const third = say();
  ours = giveUpPlace(giveUpPlace(ours, third), second);
  const fourth = say();

  expect(said.map(({ number, before }) => [number, before])).toEqual([
    [1, 0],
    [2, 1],
    [3, 2],
    [4, 1],
  ]);
  expect(say(second)).toEqual(second);
  expect(say(fourth)).toEqual(fourth);
  expect(say({ ...second, run: OTHER })).toEqual({ run: RUN, number: 5, before: 4 });
});

test("a message that was given up says nothing of what left after it", () => {
  const first = givePlace(undefined, undefined, () => RUN);
  const second = givePlace(first.ours, undefined, () => RUN);
  const third = givePlace(second.ours, undefined, () => RUN);

  const given = giveUpPlace(third.ours, second.place);

  expect(givePlace(given, undefined, () => RUN).place).toEqual({ run: RUN, number: 4, before: 3 });
});

test("a message that was given up and goes out after all is one that the next counts on", () => {
  const first = givePlace(undefined, undefined, () => RUN);
  const second = givePlace(first.ours, undefined, () => RUN);
  const given = giveUpPlace(second.ours, second.place);

  const again = givePlace(given, second.place, () => RUN);

  expect(again.place).toEqual(second.place);
  expect(givePlace(again.ours, undefined, () => RUN).place).toEqual({ run: RUN, number: 3, before: 2 });
});
