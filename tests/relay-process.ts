import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { cpSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import type { RelayOrigin } from "@tacit/shared/ids";

/** The relay's program: as tests/run.ts has built it, or else its sources, which take a second more to start. */
export const MAIN = process.env["TACIT_BUILT_RELAY"] ?? resolve(import.meta.dirname, "../server/src/main.ts");

export type RelayProgram = {
  /** What Node is started with. */
  readonly words: readonly string[];
  /** In a process group of its own: what ends ours at the terminal does not end it. */
  readonly detached?: boolean;
};

/** Where a relay was: what it kept, to begin with a copy of it, and the port that browsers know it by. */
export type RelayHome = { readonly dataDir: string; readonly port: number };

/** A port that nobody listens on now, below those that systems give to connections: free also after a restart. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(16_384, 32_768);
    const server = createServer().listen(port);
    const isFree = await once(server, "listening").then(
      () => true,
      () => false,
    );
    if (!isFree) continue;
    server.close();
    await once(server, "close");
    return port;
  }
}

/** The relay as people run it: a process of its own, with a folder that outlives it. */
export class RelayProcess implements AsyncDisposable {
  readonly dataDir: string;
  readonly port: number;
  readonly origin: RelayOrigin;
  /** Everything that it wrote to its standard output and error. */
  log = "";
  readonly #environment: Readonly<Record<string, string>>;
  readonly #program: RelayProgram;
  #process: ChildProcess | undefined;

  private constructor(
    dataDir: string,
    port: number,
    environment: Readonly<Record<string, string>>,
    program: RelayProgram,
  ) {
    this.#environment = environment;
    this.#program = program;
    this.dataDir = dataDir;
    this.port = port;
    this.origin = `http://localhost:${port}` as RelayOrigin;
  }

  /** `environment`: more variables for it, such as those of a `TurnProcess`. `home`: what it goes on from. */
  static async start(
    environment: Readonly<Record<string, string>> = {},
    program: RelayProgram = { words: [MAIN] },
    home?: RelayHome,
  ): Promise<RelayProcess> {
    const dataDir = mkdtempSync(join(tmpdir(), "tacit-relay-"));
    if (home !== undefined) cpSync(home.dataDir, dataDir, { recursive: true });
    const relay = new RelayProcess(dataDir, home?.port ?? (await freePort()), environment, program);
    await relay.start();
    return relay;
  }

  async start(): Promise<void> {
    const { port, dataDir } = this;
    const { words, detached = false } = this.#program;
    const child = spawn(process.execPath, words, {
      detached,
      env: { ...process.env, PORT: String(port), DATA_DIR: dataDir, ...this.#environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#process = child;
    const hear = (chunk: Buffer) => {
      this.log += chunk.toString();
    };
    child.stderr.on("data", hear);
    const startedAt = this.log.length;
    await new Promise<void>((resolve, reject) => {
      child.stdout.on("data", (chunk: Buffer) => {
        hear(chunk);
        if (this.log.includes("Tacit is at", startedAt)) resolve();
      });
      child.once("exit", () => reject(new Error(`the relay did not start: ${this.log}`)));
    });
  }

  /** Of the process, while it runs. */
  get pid(): number {
    const { pid, exitCode } = this.#process ?? {};
    if (pid === undefined || exitCode !== null) throw new Error(`the relay does not run: ${this.log}`);
    return pid;
  }

  /** What of it is in memory now; of Linux. */
  memoryMb(): number {
    const status = readFileSync(`/proc/${this.pid}/status`, "utf8");
    return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) / 1_000;
  }

  /** One command of the operator, beside the relay or without it: `tacit …`. */
  command(...words: readonly string[]): { readonly code: number | null; readonly said: string } {
    const { status, stdout, stderr } = spawnSync(process.execPath, [MAIN, ...words], {
      env: { ...process.env, PORT: String(this.port), DATA_DIR: this.dataDir, ...this.#environment },
      encoding: "utf8",
    });
    return { code: status, said: stdout + stderr };
  }

  /** SIGKILL: nothing is flushed, nothing is said. */
  async kill(): Promise<void> {
    await this.#end("SIGKILL");
  }

  async stop(): Promise<number | null> {
    return this.#end("SIGTERM");
  }

  async #end(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null) return child?.exitCode ?? null;
    const exited = once(child, "exit");
    child.kill(signal);
    const [code] = (await exited) as [number | null];
    this.log += "\n";
    return code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.kill();
    rmSync(this.dataDir, { recursive: true, force: true });
  }
}
