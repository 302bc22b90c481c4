import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { gzipSync } from "node:zlib";
import { expect, test } from "@playwright/test";
import { build, type Rolldown } from "vite";

const CRYPTO_KB = 60;
const web = resolve(import.meta.dirname, "../../web");
const OFFICIAL = /signalapp|libsignal/i;

test("nothing of the official library is in the app", () => {
  const files = readdirSync(join(web, "dist"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

  expect(files.filter((file) => file.endsWith(".js")).length).toBeGreaterThan(5);
  for (const file of files) {
    expect(file).not.toMatch(OFFICIAL);
    expect(readFileSync(file, "latin1"), file).not.toMatch(OFFICIAL);
  }
});

test("the crypto of the keys' worker has at most 60 KB", async () => {
  const { code, modules } = await buildKeyholder();
  const kilobytes = gzipSync(code).length / 1_000;

  console.log(`keyholder, crypto and noble: ${kilobytes.toFixed(1)} KB of ${modules.length} modules`);
  expect(modules).toContain("crypto/src/session.ts");
  expect(modules).toContain("web/adapters/platform-primitives.ts");
  expect(modules.filter((module) => OFFICIAL.test(module))).toEqual([]);
  expect(kilobytes).toBeLessThanOrEqual(CRYPTO_KB);
});

/** What `keys.ts` wires but for OPAQUE and Argon2id, which are WebAssembly, and for the parsing of rows. */
async function buildKeyholder(): Promise<{ readonly code: string; readonly modules: readonly string[] }> {
  const input = ["core/keyholder/keyholder.ts", "adapters/platform-primitives.ts"].map((path) => join(web, path));
  const built = (await build({
    configFile: false,
    root: web,
    logLevel: "warn",
    build: {
      write: false,
      modulePreload: { polyfill: false },
      rolldownOptions: { input, external: [/^zod/, /^@msgpack/], preserveEntrySignatures: "strict" },
    },
  })) as Rolldown.RolldownOutput | Rolldown.RolldownOutput[];
  const chunks = [built].flat().flatMap(({ output }) => output.filter((part) => part.type === "chunk"));
  const root = resolve(web, "..");
  return {
    code: chunks.map(({ code }) => code).join(""),
    modules: chunks.flatMap(({ moduleIds }) => moduleIds.map((id) => id.replace(`${root}/`, ""))),
  };
}
