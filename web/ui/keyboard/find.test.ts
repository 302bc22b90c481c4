import { expect, test } from "vitest";
import { findAll } from "./find.ts";

const names = ["Alex Moreau", "Bea Lindqvist", "Élise van der Westhuizen", "Max Alder", "Settings"];
const find = (typed: string) => findAll(names, typed, (name) => name);

test("nothing typed leaves everything as it is", () => {
  expect(find("  ")).toEqual(names);
});

test("the start of a word wins over the middle, and that over letters in order", () => {
  expect(find("al")).toEqual(["Alex Moreau", "Max Alder", "Bea Lindqvist"]);
  expect(find("de")).toEqual(["Élise van der Westhuizen", "Max Alder"]);
});

test("initials find a name, and accents and case do not matter", () => {
  expect(find("bl")).toEqual(["Bea Lindqvist"]);
  expect(find("ELISE")).toEqual(["Élise van der Westhuizen"]);
});

test("letters in another order are another name", () => {
  expect(find("xela")).toEqual([]);
});
