import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { HtmlTagDescriptor, Plugin } from "vite";

/**
 * Names what was built, such as `0.1.0+1a2b3c4d5e6f`, in the page itself: the version, and a hash over the names of all
 * its files, which change with what they hold. Whoever builds the same sources gets the same name.
 */
export function nameBuild(): Plugin {
  const manifest = new URL("../package.json", import.meta.url);
  const { version } = JSON.parse(readFileSync(manifest, "utf8")) as { readonly version: string };
  return {
    name: "tacit:build-name",
    apply: "build",
    transformIndexHtml: {
      order: "post",
      handler(_html, { bundle = {} }): HtmlTagDescriptor[] {
        const names = Object.keys(bundle).filter((name) => !name.endsWith(".html"));
        const hash = createHash("sha256").update(names.toSorted().join("\n")).digest("hex").slice(0, 12);
        return [{ tag: "meta", attrs: { name: "tacit-build", content: `${version}+${hash}` }, injectTo: "head" }];
      },
    },
  };
}
