import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { listParts, nameAt, placeOf, readLock, shippedPlaces, withDependencies } from "../parts.ts";
import { reach } from "./reach.ts";

const root = resolve(import.meta.dirname, "../..");
const packages = readLock(root);

// What may be given on under AGPL-3.0 together with ours.
const ALLOWED =
  /^(?:MIT|MIT-0|ISC|0BSD|BSD-2-Clause|BSD-3-Clause|Apache-2\.0|MPL-2\.0|BlueOak-1\.0\.0|CC0-1\.0|Unlicense|Python-2\.0|AGPL-3\.0-only)$/;
// MIT, as its manifest says in a field that npm no longer reads.
const OLD_MANIFESTS = ["node_modules/xmlhttprequest-ssl"];
/** Native, or the relay's. */
const NEVER_IN_A_PAGE = /^(?:@signalapp\/.*|better-sqlite3|express|socket\.io|drizzle-orm)$/;

function isAllowed(licence: string): boolean {
  const plain = licence.replaceAll(/[()]/g, "");
  if (plain.includes(" OR ")) return plain.split(" OR ").some((one) => ALLOWED.test(one));
  return plain.split(" AND ").every((one) => ALLOWED.test(one));
}

test("every package that is shipped, or could be, has a licence that goes with ours", () => {
  const installed = Object.entries(packages).filter(
    ([place, { dev, link }]) => place.includes("node_modules") && !dev && !link && !OLD_MANIFESTS.includes(place),
  );

  expect(installed.length).toBeGreaterThan(100);
  expect(
    installed.filter(([, { license = "none" }]) => !isAllowed(license)).map(([place, { license }]) => [place, license]),
  ).toEqual([]);
});

test("the list of parts is one, and names every package that is shipped", () => {
  const named = new Set(listParts(root).parts.map(({ name, version }) => `${name}@${version}`));

  const shipped = shippedPlaces(packages).map((place) => `${nameAt(place)}@${packages[place]?.version}`);
  expect(shipped).toEqual(
    expect.arrayContaining([expect.stringMatching(/^react@/), expect.stringMatching(/^express@/)]),
  );
  expect(shipped.filter((part) => !named.has(part))).toEqual([]);
  expect([...named].filter((part) => part.startsWith("@signalapp/"))).toEqual([]);
});

test("the page reaches neither libsignal-client nor anything of the relay, and nothing that is for development", () => {
  const workers = readdirSync(join(root, "web/adapters")).filter((name) => name.endsWith(".worker.ts"));
  const entries = ["web/ui/main.tsx", "web/sw.ts", ...scriptsOf("web/admin.html")];
  const { files, packages: named } = reach(...entries, ...workers.map((name) => `web/adapters/${name}`));

  const places = [...named].map((target) => {
    const name = target.split("/", target.startsWith("@") ? 2 : 1).join("/");
    return placeOf(packages, name, "web") ?? placeOf(packages, name, "crypto");
  });
  const all = [
    ...withDependencies(
      packages,
      places.filter((place) => place !== undefined),
    ),
  ];
  expect(files.size).toBeGreaterThan(300);
  expect(all.map(nameAt)).toEqual(expect.arrayContaining(["react", "dexie", "@noble/curves", "hash-wasm"]));
  expect(all.filter((place) => NEVER_IN_A_PAGE.test(nameAt(place)))).toEqual([]);
  expect(all.filter((place) => packages[place]?.dev === true)).toEqual([]);
  expect([...files].filter((file) => /^(?:server|tests)\//.test(file))).toEqual([]);
});

function scriptsOf(page: string): readonly string[] {
  const found = readFileSync(join(root, page), "utf8").matchAll(/<script[^>]+src="\/([^"]+)"/g);
  return [...found].map(([, path = ""]) => `web/${path}`);
}
