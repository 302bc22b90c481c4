import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { nameBuild } from "./build-name.config.ts";
import { buildServiceWorker } from "./service-worker.config.ts";

// On a slow network thirty small files cost more than their bytes: one for what every screen needs, one for the first
// screen, one for what it asks of the relay, and one for the messenger, which nobody needs before there is an account.
// Each takes with it what it imports, if none before it did.
const EVERYWHERE = [
  /\/web\/ui\/(?:app\/(?:App|use-back-step|paths)|keyboard\/regions|parts\/(?:Field|PasswordField|Checkbox|Name|plain-name))\.tsx?$/,
  /\/web\/ui\/welcome\/(?:Entrance\.tsx|CreateAccount\.module\.css)/,
  /\/web\/core\/login-name\.ts$/,
  /\/node_modules\/(?:react-i18next\/dist\/es\/Trans|react-dom\/|lucide-react\/dist\/esm\/icons\/key-round)/,
];
const isEverywhere = (id: string) => EVERYWHERE.some((pattern) => pattern.test(id));
const TOGETHER = [
  { name: "app", test: isEverywhere, priority: 4 },
  { name: "first", test: /\/web\/ui\/welcome\/(?:Welcome|Onboarding)\.tsx$/, priority: 3 },
  { name: "greeting", test: /\/web\/adapters\/(?:relay-greeting|browser-client|browser-space)\.ts$/, priority: 2 },
  { name: "messenger", test: /\/web\/adapters\/local-client\.ts$/, priority: 1 },
];

export default defineConfig({
  plugins: [react(), nameBuild(), buildServiceWorker()],
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
        codeSplitting: { groups: TOGETHER },
      },
    },
    // A small file inlined as a data: URL would break `img-src 'self'`.
    assetsInlineLimit: 0,
  },
});
