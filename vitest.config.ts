import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { browserArguments, findBrowser } from "./tests/find-browser.ts";

const OUTSIDE = ["**/node_modules/**", "**/.tsc/**", "**/dist/**"];
const executablePath = findBrowser();
// Node says so at the first use of ML-KEM in its WebCrypto. The tests compare each of its answers with noble's.
const execArgv = ["--disable-warning=ExperimentalWarning"];
// What Vite finds only while the tests run would make it reload them.
const BROWSER_DEPENDENCIES = [
  "@msgpack/msgpack",
  "@scure/bip39",
  "@scure/bip39/wordlists/english.js",
  "@serenity-kit/opaque",
  "dexie",
  "hash-wasm",
  "zod/mini",
];

// Each project is one suite of `npm test`; tests/run.ts runs them one by one and prints their times.
export default defineConfig({
  test: {
    // One fewer by itself: half of a machine with two.
    maxWorkers: "100%",
    projects: [
      project(
        "unit",
        [
          "shared/src/**/*.test.ts",
          "crypto/src/**/*.test.ts",
          "server/src/**/*.test.ts",
          "web/**/*.test.ts",
          "tests/house/**/*.test.ts",
          "tests/bench/**/*.test.ts",
          "tests/soak/**/*.test.ts",
        ],
        ["**/*.contract.test.ts"],
      ),
      project("contract", ["**/*.contract.test.ts"]),
      project("interop", ["tests/interop/**/*.test.ts"]),
      project("scenarios", ["tests/scenarios/**/*.test.ts"]),
      project("hostile", ["tests/hostile/**/*.test.ts"]),
      project("simulation", ["tests/simulation/**/*.test.ts"]),
      {
        optimizeDeps: { include: BROWSER_DEPENDENCIES },
        test: {
          name: "browser",
          include: ["**/*.browser.test.ts"],
          exclude: OUTSIDE,
          testTimeout: 60_000,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({
              launchOptions: {
                ...(executablePath && { executablePath }),
                // Calls are tested with synthesised sound, and nobody clicks.
                args: [...browserArguments(), "--autoplay-policy=no-user-gesture-required"],
              },
            }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
    ],
  },
});

function project(name: string, include: string[], exclude: string[] = []) {
  return {
    test: {
      name,
      include,
      exclude: [...OUTSIDE, "**/*.browser.test.ts", ...exclude],
      testTimeout: 120_000,
      // The library waits for a second, which says how busy the machine is and nothing of what is awaited.
      expect: { poll: { timeout: 60_000 } },
      execArgv,
    },
  };
}
