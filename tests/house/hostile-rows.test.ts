import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { ROWS } from "../hostile/rows.ts";
import { titlesIn } from "../hostile/titles.ts";

const ROOT = resolve(import.meta.dirname, "../..");
const COUNTS = { AR: 20, CS: 8, CA: 3, RR: 9, MD: 5 };
const threats = readFileSync(join(ROOT, "docs/THREAT-MODEL.md"), "utf8").replaceAll(/\s+/g, " ");
const PLACES: Readonly<Record<string, string>> = {
  scenarios: "tests/scenarios",
  e2e: "tests/e2e",
  interop: "tests/interop",
  hostile: "tests/hostile",
};

/** Tests of `tests/hostile` and of Playwright whose name begins with the id of a row. */
function ownTitles(): readonly string[] {
  return ["tests/hostile", "tests/e2e"].flatMap((folder) =>
    readdirSync(join(ROOT, folder))
      .filter((name) => /\.(?:test|spec)\.ts$/.test(name))
      .flatMap((name) => titlesIn(`${folder}/${name}`)),
  );
}

/** The name of a test begins with the ids that it is for: "CS-7, CS-8: …". */
function isOf(id: string, title: string): boolean {
  return /^(?:[A-Z]{2}-\d+(?:, )?)+:/.test(title) && (title.split(":")[0] ?? "").split(", ").includes(id);
}

test("every row of the table of attacks has a test, or says what it waits for", () => {
  const ids = Object.entries(COUNTS).flatMap(([family, count]) =>
    Array.from({ length: count }, (_, at) => `${family}-${at + 1}`),
  );
  const titles = ownTitles();

  expect(ROWS.map(({ id }) => id)).toEqual(ids);
  for (const { id, shown = [], waits } of ROWS) {
    const own = titles.filter((title) => isOf(id, title));
    expect(own.length + shown.length + (waits === undefined ? 0 : 1), id).toBeGreaterThan(0);
  }
});

test("every id that the threat model names has a test", () => {
  const titles = ownTitles();
  const named = [...new Set(threats.match(/\b(?:AR|CS|CA|RR|MD)-\d+\b/g))];

  expect(named.length).toBeGreaterThan(0);
  for (const id of named) {
    const row = ROWS.find((one) => one.id === id);
    const own = titles.filter((title) => isOf(id, title));
    expect(own.length + (row?.shown ?? []).length, id).toBeGreaterThan(0);
  }
});

test("whatever the threat model says that nobody can do names what shows it, or says that nothing does yet", () => {
  const page = readFileSync(join(ROOT, "docs/THREAT-MODEL.md"), "utf8");
  const tables = [...page.matchAll(/\| \| shown by \|\n\|---\|---\|\n((?:\|.*\n)+)/g)];
  const rows = tables.flatMap(([, table = ""]) => table.trim().split("\n"));
  expect(rows.length).toBeGreaterThan(60);

  const isShown = (row: string) =>
    /\.(?:test|spec)\.ts`|keyholder contract|contract of `\w+`: "|not (?:yet )?tested/.test(row);
  expect(rows.filter((row) => !isShown(row))).toEqual([]);
});

test("every test that the threat model names is there, by that name", () => {
  const named = [
    ...threats.matchAll(
      /(?:(scenarios|hostile|e2e|interop|and),? )?`([\w./-]+\.(?:test|spec)\.ts)`: ((?:"[^"]+"(?:,? (?:and )?)?)+)/g,
    ),
  ];
  expect(named.length).toBeGreaterThan(40);

  let last = "";
  for (const [, place = "", file = "", quoted = ""] of named) {
    // Where several of one folder are named, the first says which.
    last = PLACES[place] ?? last;
    const path = file.includes("/") ? file : `${last}/${file}`;
    const titles = titlesIn(path);
    for (const [, title = ""] of quoted.matchAll(/"([^"]+)"/g)) {
      const isThere = titles.some((one) => one === title || one.startsWith(title));
      expect(isThere, `${path}: ${title}`).toBe(true);
    }
  }
});
