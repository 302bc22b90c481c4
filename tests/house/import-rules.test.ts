import { spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { afterAll, expect, test } from "vitest";

const root = resolve(import.meta.dirname, "../..");
// A house of the same shape with the same rules, where violations can be planted.
const copy = mkdtempSync(join(tmpdir(), "tacit-house-"));
afterAll(() => rmSync(copy, { recursive: true }));

for (const file of [
  "package.json",
  ...["shared", "crypto", "server", "web", "tests"].map((room) => `${room}/package.json`),
]) {
  mkdirSync(dirname(join(copy, file)), { recursive: true });
  copyFileSync(join(root, file), join(copy, file));
}
const { vcs: _, ...rules } = JSON.parse(readFileSync(join(root, "biome.json"), "utf8"));
writeFileSync(join(copy, "biome.json"), JSON.stringify({ ...rules, $schema: undefined }));

/** What the linter says of one file with these lines. */
function lint(file: string, lines: string): string {
  const path = join(copy, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${lines}\n`);
  const args = [join(root, "node_modules/@biomejs/biome/bin/biome"), "lint", "--colors=off", "--reporter=github", file];
  const { stdout } = spawnSync(process.execPath, args, { cwd: copy, encoding: "utf8" });
  rmSync(path);
  return stdout;
}

const use = (from: string) => `import { x } from "${from}";\nexport const y = x;`;

test.each([
  ["server/src/planted.ts", "@tacit/crypto/session", "The server holds no secrets"],
  ["server/src/mailbox/planted.ts", "../../../crypto/src/session.ts", "never by a path"],
  ["server/src/mailbox/planted.ts", "@tacit/web/core/client", "knows nothing of the messenger"],
  ["shared/src/wire/planted.ts", "@tacit/crypto/verify", "depends on nothing of ours"],
  ["shared/src/wire/planted.ts", "../../../crypto/src/verify.ts", "never by a path"],
  ["crypto/src/spqr/planted.ts", "@tacit/web/core/client", "depends on the contract only"],
  ["crypto/src/planted.ts", "@signalapp/libsignal-client", "The oracle stays in tests"],
  ["web/core/planted.ts", "@tacit/web/adapters/dexie-store", "only through ports.ts"],
  ["web/core/planted.ts", "../adapters/dexie-store.ts", "only through ports.ts"],
  ["web/core/keyholder/planted.ts", "../../adapters/dexie-store.ts", "never by a path"],
  ["web/core/planted.ts", "react", "only through ports.ts"],
  ["web/core/planted.ts", "dexie", "only through ports.ts"],
  ["web/core/planted.ts", "socket.io-client", "only through ports.ts"],
  ["web/core/planted.ts", "simple-peer", "only through ports.ts"],
  ["web/ui/chat/planted.ts", "@tacit/web/adapters/dexie-store", "Screens get what they need from main.tsx"],
  ["web/ui/chat/planted.ts", "@tacit/crypto/session", "Screens get what they need from main.tsx"],
  ["web/ui/chat/parts/planted.ts", "../../../adapters/dexie-store.ts", "never by a path"],
  ["web/adapters/planted.ts", "@signalapp/libsignal-client", "nothing of the oracle"],
])("%s may not import %s", (file, from, reason) => {
  expect(lint(file, use(from))).toContain(reason);
});

test.each([
  ["server/src/planted.ts", "@tacit/crypto/verify"],
  ["web/core/planted.ts", "@tacit/crypto/verify"],
  ["web/core/planted.ts", "@tacit/shared/bytes"],
  ["web/ui/main.tsx", "@tacit/web/adapters/browser-client"],
])("%s may import %s", (file, from) => {
  expect(lint(file, use(from))).not.toContain("noRestrictedImports");
});

test.each([
  ["web/core/planted.ts", use("left-pad"), "noUndeclaredDependencies"],
  ["web/core/planted.ts", "export default 1;", "noDefaultExport"],
  ["web/core/planted.ts", 'export * from "./ports.ts";\nexport * from "./views.ts";', "noBarrelFile"],
  ["web/core/planted.ts", "export enum Colour { Red }", "noEnum"],
  ["web/core/planted.ts", "export const first = (list: string[]) => list[0]!;", "noNonNullAssertion"],
  ["web/core/planted.ts", "export const any: any = 1;", "noExplicitAny"],
])("in %s, %j is refused by %s", (file, line, rule) => {
  expect(lint(file, line)).toContain(rule);
});
