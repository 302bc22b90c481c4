import { defineConfig } from "@playwright/test";

// Real Chromium against the built app and a real relay process. Each test brings its own; nothing listens beforehand.
export default defineConfig({
  testDir: ".",
  testMatch: "*.spec.ts",
  outputDir: "../../node_modules/.cache/e2e",
  // As many as tests/run.ts says: each person is a browser of their own.
  workers: 1,
  retries: 0,
  timeout: 120_000,
  expect: { timeout: 30_000 },
  reporter: "list",
});
