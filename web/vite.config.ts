import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { buildServiceWorker } from "./service-worker.config.ts";

const FIRST = /\/web\/ui\/(?:app\/App|welcome\/Welcome|welcome\/Onboarding)\.tsx$/;

export default defineConfig({
  plugins: [react(), buildServiceWorker()],
  resolve: {
    // The package injects a <style>, which `style-src 'self'` forbids. Our own CSS keeps the page behind a dialog still.
    alias: { "react-remove-scroll": fileURLToPath(new URL("./ui/parts/RemoveScroll.tsx", import.meta.url)) },
  },
  worker: { format: "es" },
  build: {
    // The first versions with light-dark(), so that it reaches the browser as written.
    target: ["chrome123", "firefox128", "safari17.5"],
    sourcemap: false,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: ["index.html", "admin.html"].map((page) => fileURLToPath(new URL(page, import.meta.url))),
      output: {
        // One file for all that the first screen needs: on a slow network thirty small ones cost more than their bytes.
        codeSplitting: { groups: [{ name: "first", test: FIRST }] },
      },
    },
    // A small file inlined as a data: URL would break `img-src 'self'`.
    assetsInlineLimit: 0,
  },
});
