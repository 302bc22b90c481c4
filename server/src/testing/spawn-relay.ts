import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";

const MAIN = join(import.meta.dirname, "..", "main.ts");

/** The relay as people run it, on a port that it takes itself. `main`: the program, if not that of the sources. */
export async function spawnRelay(
  dataDir: string,
  main = MAIN,
): Promise<{ readonly child: ChildProcess; readonly origin: string }> {
  const child = spawn(process.execPath, [main], {
    env: { PATH: process.env["PATH"], PORT: "0", DATA_DIR: dataDir },
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [line] = await once(child.stdout, "data");
  const origin = /http:\/\/localhost:\d+/.exec(String(line))?.[0];
  if (origin === undefined) throw new Error(`the relay said ${line}`);
  return { child, origin };
}

/** Answers the exit code; `null` where the signal ended it. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  const ended = once(child, "exit");
  child.kill(signal);
  const [code] = await ended;
  return typeof code === "number" ? code : null;
}
