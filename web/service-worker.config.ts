import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { build, type Plugin } from "vite";

/** What the page needs to start without a network. Icons of other sizes are for the system, which fetches them itself. */
const KEPT = /\.(?:js|css|html|webmanifest)$|^\/icon\.svg$/;
/** The operator's page is nobody else's to keep. */
const OPERATORS = /^(?:\/assets)?\/admin[.-]/;
/** Its name changes with its content. */
const HASHED = /^\/assets\/.+-[\w-]{8}\.\w+$/;

/**
 * Builds sw.ts after the app, with the list of what the app's build wrote: what Workbox calls injectManifest.
 * docs/decisions/0010 says why not by its own plugin.
 */
export function buildServiceWorker(): Plugin {
  let folder = "";
  return {
    name: "tacit:service-worker",
    apply: "build",
    configResolved(config) {
      folder = resolve(config.root, config.build.outDir);
    },
    async closeBundle() {
      const manifest = shellManifest(folder);
      await build({
        configFile: false,
        publicDir: false,
        logLevel: "warn",
        define: { "self.__WB_MANIFEST": JSON.stringify(manifest) },
        build: {
          outDir: folder,
          emptyOutDir: false,
          modulePreload: false,
          rolldownOptions: {
            input: join(import.meta.dirname, "sw.ts"),
            output: { format: "iife", entryFileNames: "sw.js" },
          },
        },
      });
    },
  };
}

type Kept = { readonly url: string; readonly revision: string | null };

/** Every file of the shell, in one order everywhere: a version is the same wherever it is built. */
export function shellManifest(folder: string): readonly Kept[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => `/${path.replaceAll("\\", "/")}`)
    .filter((url) => KEPT.test(url) && url !== "/sw.js" && !OPERATORS.test(url))
    .toSorted()
    .map((url) => ({ url, revision: HASHED.test(url) ? null : revisionOf(join(folder, url)) }));
}

function revisionOf(path: string): string {
  return createHash("sha256").update(readFileSync(path)).digest("hex").slice(0, 16);
}
