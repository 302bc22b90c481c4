import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";

const MIN_PARTS = 100;
const WORKSPACES = ["shared", "crypto", "server", "web"];

const Package = z.looseObject({
  version: z.string().optional(),
  license: z.string().optional(),
  integrity: z.string().optional(),
  dev: z.boolean().optional(),
  link: z.boolean().optional(),
  dependencies: z.record(z.string(), z.string()).optional(),
});
const Lock = z.looseObject({ packages: z.record(z.string(), Package) });
export type Packages = z.infer<typeof Lock>["packages"];

const Part = z.looseObject({
  type: z.literal("library"),
  name: z.string().min(1),
  version: z.string().min(1),
  purl: z.string().startsWith("pkg:npm/"),
  licenses: z.array(z.looseObject({})).optional(),
});
export type Part = z.infer<typeof Part>;

/** As much of CycloneDX 1.5 as a list of parts has to have. */
const PartsList = z.looseObject({
  bomFormat: z.literal("CycloneDX"),
  specVersion: z.literal("1.5"),
  serialNumber: z.string().regex(/^urn:uuid:/),
  metadata: z.looseObject({ component: z.looseObject({ name: z.string(), version: z.string() }) }),
  components: z.array(Part).min(MIN_PARTS),
  dependencies: z.array(z.looseObject({ ref: z.string() })),
});

/** Every package by its place, as the lock file has it. */
export function readLock(root: string): Packages {
  return Lock.parse(JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8"))).packages;
}

/** The packages of others that relay and page need, by their places in the lock file. */
export function shippedPlaces(packages: Packages): readonly string[] {
  const isForeign = (place: string) => place.includes("node_modules") && packages[place]?.link !== true;
  return [...withDependencies(packages, WORKSPACES)].filter(isForeign);
}

/**
 * The list of the parts of what is shipped. npm leaves out what something for development needs as well, and lists what
 * only our tests need: libsignal-client among it.
 */
export function listParts(root: string): { readonly written: string; readonly parts: readonly Part[] } {
  const asked = ["sbom", "--sbom-format", "cyclonedx", "--omit", "dev", "--package-lock-only"];
  const said = execFileSync("npm", asked, { cwd: root, encoding: "utf8", maxBuffer: 1e8, stdio: "pipe" });
  const list = PartsList.parse(JSON.parse(said));
  const packages = readLock(root);
  const known = new Map(list.components.map((part) => [`${part.name}@${part.version}`, part]));
  const shipped = new Map(
    shippedPlaces(packages).map((place) => {
      const ref = `${nameAt(place)}@${packages[place]?.version}`;
      return [ref, known.get(ref) ?? toPart(packages, place)];
    }),
  );
  const whole = PartsList.parse({
    ...list,
    components: [...shipped.values()],
    dependencies: list.dependencies.filter(({ ref }) => shipped.has(ref)),
  });
  return { written: `${JSON.stringify(whole, undefined, 2)}\n`, parts: whole.components };
}

export function withDependencies(packages: Packages, places: readonly string[]): ReadonlySet<string> {
  const found = new Set<string>();
  const queue = [...places];
  for (let place = queue.pop(); place !== undefined; place = queue.pop()) {
    if (found.has(place)) continue;
    found.add(place);
    for (const name of Object.keys(packages[place]?.dependencies ?? {})) {
      const needed = placeOf(packages, name, place);
      if (needed !== undefined) queue.push(needed);
    }
  }
  return found;
}

/** Where a package finds another: below itself, or below whatever it lies in. */
export function placeOf(packages: Packages, name: string, from: string): string | undefined {
  for (let above = from; ; above = above.slice(0, Math.max(0, above.lastIndexOf("/node_modules/")))) {
    const place = above === "" ? `node_modules/${name}` : `${above}/node_modules/${name}`;
    if (place in packages) return place;
    if (above === "") return undefined;
  }
}

export function nameAt(place: string): string {
  return place.slice(place.lastIndexOf("node_modules/") + "node_modules/".length);
}

function toPart(packages: Packages, place: string): Part {
  const { version = "", license } = packages[place] ?? {};
  const name = nameAt(place);
  return {
    "bom-ref": `${name}@${version}`,
    type: "library",
    name,
    version,
    scope: "required",
    purl: `pkg:npm/${name.replace("@", "%40")}@${version}`,
    ...(license !== undefined && { licenses: [{ expression: license }] }),
  };
}
