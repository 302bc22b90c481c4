import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");

/** Compiles one planted file with a project's own settings. */
function compile(project: string, code: string): string {
  mkdirSync(join(root, "node_modules/.cache"), { recursive: true });
  const folder = mkdtempSync(join(root, "node_modules/.cache/planted-"));
  writeFileSync(join(folder, "planted.ts"), code);
  writeFileSync(
    join(folder, "tsconfig.json"),
    JSON.stringify({
      extends: relative(folder, join(root, project, "tsconfig.json")),
      compilerOptions: { composite: false, noEmit: true, emitDeclarationOnly: false, declaration: false },
      include: ["planted.ts"],
      references: [],
    }),
  );
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  const { stdout } = spawnSync(process.execPath, [tsc, "-p", folder], { cwd: root, encoding: "utf8" });
  rmSync(folder, { recursive: true });
  return stdout;
}

test.each(["shared", "crypto", "web/core"])("%s knows no browser and no Node", (project) => {
  expect(compile(project, "export const a = document.title;")).toContain("Cannot find name 'document'");
  expect(compile(project, "export const b = process.env;")).toContain("Cannot find name 'process'");
  expect(compile(project, "export const c = crypto.subtle;")).toContain("Cannot find name 'crypto'");
  expect(compile(project, "export const d = setTimeout;")).toContain("Cannot find name 'setTimeout'");
  expect(compile(project, 'import { readFileSync } from "node:fs"; export const e = readFileSync;')).toContain(
    "node:fs",
  );
});

test("only what TypeScript can erase is allowed", () => {
  expect(compile("shared", "export enum Colour { Red }")).toContain("erasableSyntaxOnly");
});
