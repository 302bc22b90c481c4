import { existsSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");
const IMPORT =
  /(?:^|\n)\s*(?:import|export(?=\s*[{*]))\b(?!\s+type\b)[^;"']*?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)|\bnew URL\(\s*["'](\.[^"']+\.ts)["']/g;

export type Reached = { readonly files: ReadonlySet<string>; readonly packages: ReadonlySet<string> };

/** Every file and package that `entries` reach, by relative paths, by `@tacit/*` names, and as workers. */
export function reach(...entries: readonly string[]): Reached {
  const files = new Set<string>();
  const packages = new Set<string>();
  const queue = entries.map((entry) => resolve(ROOT, entry));
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    if (!/\.tsx?$/.test(file) || !existsSync(file)) continue;
    for (const [, plain, dynamic, worker] of readFileSync(file, "utf8").matchAll(IMPORT)) {
      const target = (plain ?? dynamic ?? worker ?? "").replace(/\?.*$/, "");
      const own = /^@tacit\/(shared|crypto|server|web)\/(.+)$/.exec(target);
      if (target.startsWith(".")) queue.push(resolve(dirname(file), target));
      else if (own) queue.push(resolve(ROOT, own[1] as string, own[1] === "web" ? "" : "src", `${own[2]}.ts`));
      else packages.add(target);
    }
  }
  return { files: new Set([...files].map((file) => relative(ROOT, file))), packages };
}
