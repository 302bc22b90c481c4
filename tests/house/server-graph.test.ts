import { existsSync, readFileSync } from "node:fs";
import { dirname, relative, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
const IMPORT =
  /(?:^|\n)\s*(?:import|export(?=\s*[{*]))\b(?!\s+type\b)[^;"']*?["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']\s*\)/g;

/** Every file and package that `entry` reaches, by relative paths and by `@tacit/*` names. */
function reach(entry: string): { readonly files: ReadonlySet<string>; readonly packages: ReadonlySet<string> } {
  const files = new Set<string>();
  const packages = new Set<string>();
  const queue = [resolve(root, entry)];
  for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
    if (files.has(file)) continue;
    files.add(file);
    for (const [, plain, dynamic] of readFileSync(file, "utf8").matchAll(IMPORT)) {
      const target = plain ?? dynamic ?? "";
      const own = /^@tacit\/(shared|crypto|server)\/(.+)$/.exec(target);
      if (target.startsWith(".")) queue.push(resolve(dirname(file), target));
      else if (own) queue.push(resolve(root, own[1] as string, "src", `${own[2]}.ts`));
      else packages.add(target);
    }
  }
  return { files: new Set([...files].map((file) => relative(root, file))), packages };
}

test("the walk follows names and relative paths", () => {
  const { files } = reach("crypto/src/session.ts");

  expect([...files]).toEqual(
    expect.arrayContaining(["crypto/src/session.ts", "crypto/src/primitives.ts", "shared/src/bytes.ts"]),
  );
});

test("the relay reaches no code that can decrypt, sign or hold a secret key", () => {
  const { files, packages } = reach("server/src/main.ts");

  expect(existsSync(resolve(root, "server/src/main.ts"))).toBe(true);
  expect([...files].filter((file) => file.startsWith("crypto/")).sort()).toEqual([
    "crypto/src/edwards.ts",
    "crypto/src/verify.ts",
  ]);
  expect([...files].filter((file) => file.startsWith("web/") || file.startsWith("tests/"))).toEqual([]);
  expect([...packages].filter((name) => /ciphers|post-quantum|@signalapp/.test(name))).toEqual([]);
});
