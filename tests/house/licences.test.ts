import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { expect, test } from "vitest";

type Package = { readonly license?: string; readonly dev?: boolean; readonly link?: boolean };
const lock = resolve(import.meta.dirname, "../../package-lock.json");
const { packages } = JSON.parse(readFileSync(lock, "utf8")) as { readonly packages: Record<string, Package> };

// What may be given on under AGPL-3.0 together with ours.
const ALLOWED =
  /^(?:MIT|MIT-0|ISC|0BSD|BSD-2-Clause|BSD-3-Clause|Apache-2\.0|MPL-2\.0|BlueOak-1\.0\.0|CC0-1\.0|Unlicense|Python-2\.0|AGPL-3\.0-only)$/;
// MIT, as its manifest says in a field that npm no longer reads.
const OLD_MANIFESTS = ["node_modules/xmlhttprequest-ssl"];

function isAllowed(licence: string): boolean {
  const plain = licence.replaceAll(/[()]/g, "");
  if (plain.includes(" OR ")) return plain.split(" OR ").some((one) => ALLOWED.test(one));
  return plain.split(" AND ").every((one) => ALLOWED.test(one));
}

test("every package that is shipped has a licence that goes with ours", () => {
  const shipped = Object.entries(packages).filter(
    ([path, { dev, link }]) => path.includes("node_modules") && !dev && !link && !OLD_MANIFESTS.includes(path),
  );

  expect(shipped.length).toBeGreaterThan(100);
  expect(
    shipped.filter(([, { license = "none" }]) => !isAllowed(license)).map(([path, { license }]) => [path, license]),
  ).toEqual([]);
});
