import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Why nothing can be traced here; `undefined`: it can. */
export function whyNoTracing(): string | undefined {
  if (spawnSync("sh", ["-c", "command -v strace"]).status !== 0) return "strace is not installed";
  const isAllowed = spawnSync("strace", ["-o", "/dev/null", "true"]).status === 0;
  return isAllowed ? undefined : "this machine lets nobody trace a process";
}

/** What a system call did: `fdatasync(23</data/relay.db-wal>) = 0`, descriptors with what they are open on. */
export type Call = { readonly name: string; readonly on: string; readonly result: number };

/** The system calls of a process's first thread: Node's own, where our code and SQLite run. */
export class Trace {
  readonly #folder: string;
  readonly #strace: ChildProcess;

  private constructor(folder: string, strace: ChildProcess) {
    this.#folder = folder;
    this.#strace = strace;
  }

  /** `fault`: as strace's `inject` says it, such as `fdatasync:error=EIO:when=3+4`. */
  static async of(pid: number, calls: readonly string[], fault?: string): Promise<Trace> {
    const folder = mkdtempSync(join(tmpdir(), "tacit-trace-"));
    const what = ["-e", `trace=${calls.join(",")}`, ...(fault === undefined ? [] : ["-e", `inject=${fault}`])];
    const options = ["-p", String(pid), "-yy", "-s", "0", "-o", join(folder, "calls"), ...what];
    const strace = spawn("strace", options, { stdio: ["ignore", "ignore", "pipe"] });
    const [said] = await once(strace.stderr, "data");
    if (!String(said).includes("attached")) throw new Error(`strace said ${said}`);
    return new Trace(folder, strace);
  }

  /** Lets go of the process. Answers its calls in their order. */
  async end(): Promise<readonly Call[]> {
    if (this.#strace.exitCode === null) {
      const ended = once(this.#strace, "exit");
      this.#strace.kill("SIGINT");
      await ended;
    }
    const lines = readFileSync(join(this.#folder, "calls"), "utf8").split("\n");
    rmSync(this.#folder, { recursive: true });
    return lines.flatMap((line) => {
      const [, name, on, result] = /^(\w+)\(\d+<(.*?)>[,)].* = (-?\d+)/.exec(line) ?? [];
      return name === undefined || on === undefined ? [] : [{ name, on, result: Number(result) }];
    });
  }
}
