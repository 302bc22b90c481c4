import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

// docs/OPERATING.md tells people what to type. What it tells has been typed: by tests/compose, line for line, on a real
// engine. This test needs none: it finds each line of the page among those that are run there.

const root = resolve(import.meta.dirname, "../..");
const page = readFileSync(join(root, "docs/OPERATING.md"), "utf8");
const scripts = readdirSync(join(root, "tests/compose"))
  .map((name) => readFileSync(join(root, "tests/compose", name), "utf8"))
  .join("\n");

/** A line without its comment; nothing for an empty one. */
const toCommand = (line: string) => line.replace(/\s+#.*$/, "").trim();

function commandsOf(markdown: string): readonly string[] {
  const blocks = [...markdown.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) => block.split("\n"));
  const prose = markdown.replaceAll(/```[\s\S]*?```/g, "");
  const spans = [...prose.matchAll(/`([^`]+)`/g)].map(([, span = ""]) => span.replaceAll(/\s+/g, " "));
  const isCommand = (span: string) => /^(?:[A-Z_]+=\S+ )*(?:tacit|docker|git|iptables) /.test(span);
  // An ellipsis stands for whatever somebody wants.
  const commands = [...blocks.map(toCommand), ...spans.filter(isCommand)].filter(
    (it) => it !== "" && !it.includes("…"),
  );
  return [...new Set(commands)];
}

/** What the scripts run: the literal in each call of `asWritten` and `tacit`. */
const run = new Set([...scripts.matchAll(/(?:asWritten|tacit)\(\s*"([^"]+)"/g)].map(([, command]) => command));

test.each(commandsOf(page))("%s", (command) => {
  expect(run).toContain(command);
});

test("a page without commands would prove nothing, and one that nobody runs is found", () => {
  expect(commandsOf(page).length).toBeGreaterThan(20);
  expect(commandsOf("```sh\nrm -rf / # no\n```\nand `docker ps`, not `docker compose …`")).toEqual([
    "rm -rf /",
    "docker ps",
  ]);
  expect(run).not.toContain("rm -rf /");
});
