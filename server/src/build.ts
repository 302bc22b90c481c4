import { execFileSync, type StdioOptions } from "node:child_process";
import { readFileSync } from "node:fs";
import { dirname } from "node:path";
import { MANIFEST } from "./places.ts";

/** What runs here, such as `0.1.0+1a2b3c4`: the version, and the commit that it was built from where one is known. */
export function readBuild(named: string | undefined): string {
  const { version } = JSON.parse(readFileSync(MANIFEST, "utf8")) as { readonly version: string };
  const commit = named ?? commitOf(dirname(MANIFEST));
  return commit === undefined ? version : `${version}+${commit.slice(0, 12)}`;
}

function commitOf(directory: string): string | undefined {
  try {
    const stdio: StdioOptions = ["ignore", "pipe", "ignore"];
    return execFileSync("git", ["rev-parse", "--short=12", "HEAD"], { cwd: directory, encoding: "utf8", stdio }).trim();
  } catch {
    return undefined;
  }
}
