import { cpSync } from "node:fs";
import { join } from "node:path";
import { defineConfig } from "vite";

// The relay as one file for the image: `vite build server --outDir FOLDER/server/src`. Node runs the sources as they are,
// too; but to look for some six hundred modules costs it seconds and 150 MB, which it does not give back.
const sources = join(import.meta.dirname, "src");
let outDir = "";

export default defineConfig({
  publicDir: false,
  // What is not JavaScript stays a package.
  ssr: { noExternal: true, external: ["better-sqlite3", "bufferutil"] },
  build: {
    ssr: join(sources, "main.ts"),
    emptyOutDir: true,
    target: "node24",
    minify: false,
    rolldownOptions: { output: { entryFileNames: "main.js", codeSplitting: false } },
  },
  plugins: [
    {
      name: "tacit:migrations",
      configResolved(config) {
        outDir = config.build.outDir;
      },
      closeBundle() {
        cpSync(join(sources, "db/migrations"), join(outDir, "db/migrations"), { recursive: true });
      },
    },
  ],
});
