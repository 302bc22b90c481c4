// `npm run setup:browser`: makes sure that there is a Chromium to test in. Does nothing where one is found.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { chromium } from "@playwright/test";
import { findBrowser } from "./find-browser.ts";

const found = findBrowser() ?? [chromium.executablePath()].find((path) => existsSync(path));
if (found !== undefined) console.log(`browser: ${found}`);
else if (!isInstalled()) {
  console.error("no Chromium found: install one, or name it with PLAYWRIGHT_CHROMIUM=/path/to/chromium");
  process.exitCode = 1;
}

function isInstalled(): boolean {
  if (run("npx", ["playwright", "install", "--with-deps", "chromium"])) return true;
  const isDebianRoot = existsSync("/usr/bin/apt-get") && process.getuid?.() === 0;
  return isDebianRoot && run("apt-get", ["update"]) && run("apt-get", ["install", "-y", "chromium"]);
}

function run(command: string, args: string[]): boolean {
  return spawnSync(command, args, { stdio: "inherit" }).status === 0;
}
