// `npm run bench:client [word]`: the built app in a real browser, where somebody has 200 conversations and 100,000 messages, most of
// them in one: how long each thing takes that is done all day, from the event until it is on the screen;
// and what an idle tab holds. The last line is JSON; exit code 1 where a figure is above its bar. A word: only what
// has it in its name.
import { cpus } from "node:os";
import type { Person } from "../e2e/people.ts";
import { RelayProcess } from "../relay-process.ts";
import { joinWithHistory } from "./filled-profile.ts";
import { scrollBack, timing, untilListed, watchPage } from "./page-watch.ts";
import { tabMemory } from "./tab-memory.ts";

const SIZE = { conversations: 200, messages: 100_000, each: 100 };
const UNLOCKS = 7;
const SWITCHES = 60;
const KEYS = 100;
const TEXTS = 60;
/** Sixty times a second: faster than any finger. */
const SCROLL_PX = 1_200;
/** Messages: from here on each is like the one before, for no more than 400 are held at once. */
const SCROLLED = 10_000;
const IDLE_MS = 30_000;
/** What a person takes between two things, at least. */
const THINK_MS = 400;

type Figure = {
  readonly name: string;
  readonly unit: "ms" | "MB";
  readonly values: readonly number[];
  readonly bar: number;
  /** What is compared with the bar. */
  readonly by: "p95" | "max";
};

await using relay = await RelayProcess.start();
await using alice = await joinWithHistory(relay, SIZE);
const { page } = alice;
await watchPage(page);
await page.reload();
await alice.unlock();
await alice.isIn();
const figures: Figure[] = [];
const only = process.argv[2];

await measure("unlock to a usable list, after the key derivation", "ms", 1_500, "p95", () => unlocks(alice));
await measure("to another conversation", "ms", 100, "p95", () => switches(alice));
await measure("a key to its letter", "ms", 50, "p95", () => keys(alice));
await measure("Enter to the message in the conversation", "ms", 50, "p95", () => texts(alice));
await measure("memory of the idle tab", "MB", 150, "max", () => memory(alice));
await measure("a frame, scrolling back through the longest conversation", "ms", 50, "max", () => frames(alice));

process.stdout.write(
  `\n${SIZE.conversations} conversations, ${SIZE.messages} messages, ${cpus().length} × ${cpus()[0]?.model}\n`,
);
process.stdout.write(`\n| what | rounds | median | p95 | max | bar |\n|---|---|---|---|---|---|\n`);
for (const figure of figures) process.stdout.write(`${row(figure)}\n`);
const isKept = figures.every(({ values, bar, by }) => (by === "max" ? Math.max(...values) : at(values, 0.95)) <= bar);
const summary = figures.map(({ name, unit, values, bar, by }) => ({
  name,
  unit,
  median: round(at(values, 0.5)),
  p95: round(at(values, 0.95)),
  max: round(Math.max(...values)),
  bar,
  by,
}));
process.stdout.write(`${JSON.stringify({ isKept, figures: summary })}\n`);
process.exitCode = isKept ? 0 : 1;

async function measure(
  name: string,
  unit: Figure["unit"],
  bar: number,
  by: Figure["by"],
  values: () => Promise<readonly number[]>,
): Promise<void> {
  if (only !== undefined && !name.includes(only)) return;
  const figure = { name, unit, values: await values(), bar, by };
  figures.push(figure);
  process.stderr.write(`${row(figure)}\n`);
}

async function unlocks(person: Person): Promise<readonly number[]> {
  const took: number[] = [];
  for (let round = 0; round < UNLOCKS; round++) {
    await page.reload();
    await page.getByLabel("Password", { exact: true }).fill(person.password);
    const listed = untilListed(page, SIZE.conversations);
    await person.button("Unlock").click();
    took.push(await listed);
  }
  return took;
}

async function switches(person: Person): Promise<readonly number[]> {
  const names = Array.from({ length: SWITCHES + 1 }, (_, at) =>
    at % 4 === 0 ? "Bob" : `Person ${SIZE.conversations - 1 - at}`,
  );
  const took: number[] = [];
  for (const name of names) {
    const link = person.page.getByRole("link", { name: new RegExp(`\\b${name}\\b`) });
    await link.scrollIntoViewIfNeeded();
    const newest = name === "Bob" ? lastOfLongest() : SIZE.each;
    const painted = await timing(page, "click", "messages", `No. ${newest}:`);
    await link.click();
    took.push(await painted());
    // Nobody has read it before.
    await page.waitForTimeout(THINK_MS);
  }
  // The first one fetches the code of the screen.
  return took.slice(1);
}

async function keys(person: Person): Promise<readonly number[]> {
  await openLongest(person);
  const took: number[] = [];
  const letters = "a message of some length, ";
  for (let at = 0; at < KEYS; at++) {
    const letter = letters[at % letters.length] as string;
    const painted = await timing(page, "keydown", "composer", letter);
    await page.keyboard.press(letter);
    took.push(await painted());
    // Whoever thinks has their draft stored meanwhile.
    if (at % 10 === 9) await page.waitForTimeout(400);
  }
  await person.composer().fill("");
  return took;
}

async function texts(person: Person): Promise<readonly number[]> {
  await openLongest(person);
  const took: number[] = [];
  for (let at = 0; at < TEXTS; at++) {
    const text = `Sent as number ${at} of ${TEXTS}.`;
    await person.composer().fill(text);
    // Whoever writes takes longer than that over the words: the one before is sent by then, and they are a draft.
    await page.waitForTimeout(THINK_MS);
    const painted = await timing(page, "keydown", "messages", text);
    await person.composer().press("Enter");
    took.push(await painted());
  }
  return took;
}

async function frames(person: Person): Promise<readonly number[]> {
  await openLongest(person);
  const { frames, messages } = await scrollBack(page, SCROLL_PX, SCROLLED);
  process.stderr.write(`${messages} messages came by in ${frames.length} frames\n`);
  return frames;
}

async function memory(person: Person): Promise<readonly number[]> {
  await page.reload();
  await person.unlock();
  await person.isIn();
  await openLongest(person);
  await page.waitForTimeout(IDLE_MS);
  return [await tabMemory(page)];
}

async function openLongest(person: Person): Promise<void> {
  await person.page.getByRole("link", { name: /\bBob\b/ }).click();
  // A link of the conversation that is open keeps the focus.
  await person.composer().focus();
}

function lastOfLongest(): number {
  return SIZE.messages - (SIZE.conversations - 1) * SIZE.each;
}

function row({ name, unit, values, bar, by }: Figure): string {
  const cells = [at(values, 0.5), at(values, 0.95), Math.max(...values)].map((value) => value.toFixed(1));
  return `| ${name}, ${unit} | ${values.length} | ${cells.join(" | ")} | ${bar} (${by}) |`;
}

/** The value that a share of them is not above. */
function at(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1] ?? Number.NaN;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
