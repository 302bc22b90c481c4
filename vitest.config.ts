import { defineConfig } from "vitest/config";

// Each project is one suite of `npm test`; tests/run.ts runs them one by one and prints their times.
export default defineConfig({
  test: {
    projects: [
      project(
        "unit",
        [
          "shared/src/**/*.test.ts",
          "crypto/src/**/*.test.ts",
          "server/src/**/*.test.ts",
          "web/**/*.test.ts",
          "tests/house/**/*.test.ts",
        ],
        ["**/*.contract.test.ts"],
      ),
      project("contract", ["**/*.contract.test.ts"]),
      project("interop", ["tests/interop/**/*.test.ts"]),
      project("scenarios", ["tests/scenarios/**/*.test.ts"]),
    ],
  },
});

function project(name: string, include: string[], exclude: string[] = []) {
  return {
    test: {
      name,
      include,
      exclude: ["**/node_modules/**", "**/.tsc/**", "**/dist/**", "**/*.browser.test.ts", ...exclude],
      testTimeout: 60_000,
    },
  };
}
