import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join, resolve } from "node:path";

/** What reaches a Docker engine, and how to leave the machine as it was found. */
export type Engine = { readonly environment: Readonly<Record<string, string>>; readonly release: () => void };
export type NoEngine = { readonly skipped: string };

const TOOLS = resolve(import.meta.dirname, "../../../shared/tools");
const UP = join(TOOLS, "up-engine.sh");
const MAKE = join(TOOLS, "make-base-images.sh");
/** What the compose file stands on, each under the names that will do. */
const BASES = [["node:24-bookworm-slim"], ["caddy:2"], ["coturn/coturn:4.9", "coturn/coturn:latest"]] as const;
const STAND_INS = "node:24-bookworm-slim caddy:2 coturn/coturn:latest";
const HOME = join(process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"), "tacit-testbed");
const START_MS = 10 * 60_000;

/**
 * The engine that answers here, or else the stand-in of the tools beside the project, with stand-ins for the public
 * images. One that was started here ends with `release`, unless somebody else came to use it.
 */
export function findEngine(): Engine | NoEngine {
  if (answers({})) {
    const release = () => {};
    return hasBases() ? { environment: {}, release } : { skipped: "no registry answers, and there are no stand-ins" };
  }
  if (!existsSync(UP)) return { skipped: "there is no Docker engine here with compose" };
  if (process.getuid?.() !== 0) return { skipped: "no Docker engine answers, and only root can start the stand-in" };
  mkdirSync(HOME, { recursive: true });
  const usual = process.env["ENGINE_DIR"] ?? join(HOME, "engine");
  // What an engine that was killed has left may keep the next one from starting: then one without a past.
  const engine = startIn(usual, false) ?? startIn(mkdtempSync(join(tmpdir(), "tacit-engine-")), true);
  return engine ?? { skipped: `the stand-in for a Docker engine does not start here: ${UP}` };
}

function startIn(directory: string, isForOnce: boolean): Engine | undefined {
  const tool = { ...process.env, ENGINE_DIR: directory };
  const socket = join(directory, "docker.sock");
  const wasThere = answers({ DOCKER_HOST: `unix://${socket}` }, directory);
  const script = `bash ${UP} start && . <(bash ${UP} env) && bash ${MAKE} ${STAND_INS}`;
  // One at a time: two that start it at once would each take the other's for their own.
  const started = spawnSync("flock", [join(HOME, "lock"), "bash", "-c", `{ ${script}; } >&2`], {
    env: tool,
    stdio: ["ignore", "ignore", "inherit"],
    timeout: START_MS,
  });
  const environment = started.status === 0 ? environmentOf(tool) : undefined;
  const release = () => {
    if (wasThere) return;
    const users = spawnSync("docker", ["ps", "-q"], { env: { ...tool, ...environment }, encoding: "utf8" });
    if (users.stdout?.trim()) return;
    spawnSync("bash", [UP, isForOnce ? "wipe" : "stop"], { env: tool, stdio: "ignore" });
    if (isForOnce) rmSync(directory, { recursive: true, force: true });
  };
  if (environment !== undefined && answers(environment)) return { environment, release };
  release();
  return undefined;
}

/** Whether the public images are here or can be had, or else stand-ins. */
function hasBases(): boolean {
  const docker = (...words: readonly string[]) =>
    spawnSync("docker", words, { stdio: "ignore", timeout: START_MS }).status === 0;
  const isHere = (name: string) => docker("image", "inspect", name);
  const isThere = BASES.every(([name, ...others]) => [name, ...others].some(isHere) || docker("pull", "--quiet", name));
  if (isThere || !existsSync(MAKE)) return isThere;
  return spawnSync("bash", [MAKE, ...STAND_INS.split(" ")], { stdio: "ignore", timeout: START_MS }).status === 0;
}

function environmentOf(tool: NodeJS.ProcessEnv): Readonly<Record<string, string>> {
  const script = `. <(bash ${UP} env) && printenv DOCKER_HOST DOCKER_CONFIG PATH`;
  const said = execFileSync("bash", ["-c", script], { env: tool, encoding: "utf8" });
  const [host = "", config = "", path = ""] = said.trim().split("\n");
  return { DOCKER_HOST: host, DOCKER_CONFIG: config, PATH: path };
}

/** Whether an engine and compose answer. `directory`: where an unpacked one lies. */
function answers(environment: Readonly<Record<string, string>>, directory?: string): boolean {
  const path = directory === undefined ? {} : { PATH: `${join(directory, "x/usr/bin")}:${process.env["PATH"]}` };
  const config = directory === undefined ? {} : { DOCKER_CONFIG: join(directory, "config") };
  const env = { ...process.env, ...path, ...config, ...environment };
  return ["info", "compose version"].every(
    (words) => spawnSync("docker", words.split(" "), { env, stdio: "ignore", timeout: 30_000 }).status === 0,
  );
}
