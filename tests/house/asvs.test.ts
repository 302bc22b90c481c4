import { existsSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { titlesIn } from "../hostile/titles.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const page = readFileSync(join(ROOT, "docs/ASVS.md"), "utf8");

// How many requirements of each section of ASVS 5.0.0 there are up to the level that docs/ASVS.md sets itself.
const WANTED: Readonly<Record<string, number>> = {
  ...{ "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2 },
  ...{ "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1 },
  ...{ "3.1": 1, "3.2": 3, "3.3": 5, "3.4": 8, "3.5": 8, "3.6": 1, "3.7": 5 },
  ...{ "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4 },
  ...{ "5.1": 1, "5.2": 6, "5.3": 3, "5.4": 3 },
  ...{ "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4 },
  ...{ "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5, "7.5": 2, "7.6": 2 },
  ...{ "8.1": 4, "8.2": 4, "8.3": 3, "8.4": 2 },
  ...{ "11.1": 4, "11.2": 5, "11.3": 5, "11.4": 4, "11.5": 2, "11.6": 2, "11.7": 2 },
  ...{ "12.1": 3, "12.2": 2, "12.3": 4 },
  ...{ "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5 },
  ...{ "14.1": 2, "14.2": 8, "14.3": 3 },
  ...{ "15.1": 3, "15.2": 3, "15.3": 7 },
  ...{ "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3 },
  ...{ "17.1": 2, "17.2": 8, "17.3": 2 },
};

const rows = [...page.matchAll(/^\| ([\d., ]+) \| ([^|]+) \| (.+) \|$/gm)].map(([, ids = "", , how = ""]) => ({
  ids: ids.split(", "),
  how,
}));

test("every requirement of the targets has one row", () => {
  const wanted = Object.entries(WANTED).flatMap(([section, count]) =>
    Array.from({ length: count }, (_, at) => `${section}.${at + 1}`),
  );

  expect(rows.flatMap(({ ids }) => ids).sort()).toEqual(wanted.sort());
});

test("every row says how it stands, and what is met shows by what", () => {
  for (const { ids, how } of rows) {
    expect(how, ids.join()).toMatch(/^\*\*(?:met|partly|not met|n\/a)\*\*/);
    const isShown = how.includes("`") || /(?:the same|as \d)/.test(how);
    if (how.startsWith("**met**")) expect(isShown, `${ids.join()}: ${how}`).toBe(true);
  }
});

test("every test and every file that is named is there", () => {
  const tests = [...page.matchAll(/`([\w./-]+\.(?:test|spec)\.ts)`: ((?:"[^"]+"(?: and )?)+)/g)];
  const files = [...page.matchAll(/`((?:crypto|docs|server|shared|tests|turn|web)\/[\w./-]+|docker-compose\.yml)`/g)];
  expect(tests.length).toBeGreaterThan(80);

  for (const [, path = "", quoted = ""] of tests) {
    const titles = titlesIn(path);
    for (const [, title = ""] of quoted.matchAll(/"([^"]+)"/g)) {
      const isThere = titles.some((one) => one === title || one.startsWith(title));
      expect(isThere, `${path}: ${title}`).toBe(true);
    }
  }
  expect(files.map(([, path = ""]) => path).filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
