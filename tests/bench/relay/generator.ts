// The other side of the measurement, a process of its own on a core of its own: reads a task as JSON from its standard
// input, does its parts in their order and writes what it measured as JSON.
import { text } from "node:stream/consumers";
import type { Figures, Part } from "./figures.ts";
import { Load, type Target } from "./load.ts";

export type Task = Target & { readonly parts: readonly (Part | "alone")[] };

const task = JSON.parse(await text(process.stdin)) as Task;
const load = new Load(task);
const { awayMessages, syncedMessages } = task.effort;
let figures: Figures = {};
for (const part of task.parts) {
  if (part === "idle") figures = { ...figures, idle: await load.idle() };
  if (part === "steady") figures = { ...figures, steady: await load.steady() };
  if (part === "saturated") figures = { ...figures, saturated: await load.saturated() };
  if (part === "away") figures = { ...figures, away: await load.away(awayMessages) };
  if (part === "syncs") figures = { ...figures, away: await load.away(syncedMessages) };
  if (part === "alone") await load.alone(syncedMessages);
}
process.stdout.write(`${JSON.stringify(figures)}\n`);
process.exit();
