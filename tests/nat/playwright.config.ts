import { defineConfig } from "@playwright/test";

// Two Chromiums in network namespaces, behind routers of their own. One laboratory at a time.
export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.ts",
  outputDir: "../../node_modules/.cache/nat",
  // Each person is a browser of their own: two tests at once are four browsers on two cores.
  workers: 1,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: "list",
});
