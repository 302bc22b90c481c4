import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { text } from "node:stream/consumers";
import type { Effort, Figures, Part, Syncs } from "./figures.ts";
import type { Task } from "./generator.ts";
import { type Account, settle } from "./people.ts";
import { countSyncs, traceSyncs } from "./syncs.ts";

const SERVER = resolve(import.meta.dirname, "../../../server");
const MAIN = join(SERVER, "dist/main.js");
const GENERATOR = join(import.meta.dirname, "generator.ts");
const EPOCHS_PER_RUN = 100_000;
const ALONE = 100;

type Relay = { readonly pid: number; readonly port: number; end(): Promise<void> };

/** Our relay as `npm start` runs it, on core 0; the generator on core 1. Every part has a process of its own. */
export class Tacit implements Disposable {
  readonly #dataDir = mkdtempSync(join(tmpdir(), "tacit-bench-"));
  readonly #effort: Effort;
  readonly #isCrowded: boolean;
  readonly #children = new Set<ChildProcess>();
  #accounts: readonly Account[] = [];
  #epoch = 1;

  /** `isCrowded`: whether there will be as many people as idle connections need. */
  constructor(effort: Effort, isCrowded: boolean) {
    this.#effort = effort;
    this.#isCrowded = isCrowded;
  }

  /** Everybody who is needed has an account. */
  async prepare(): Promise<void> {
    execFileSync(process.execPath, [join(SERVER, "build-if-stale.ts")], { stdio: "inherit" });
    const { absent, crowds } = this.#effort;
    const count = Math.max(100 + absent + 1, ...(this.#isCrowded ? crowds : []));
    this.#accounts = await settle(this.#dataDir, count);
  }

  async measure(part: Part): Promise<Figures> {
    if (part === "syncs") return this.#countSyncs();
    const relay = await this.#start();
    const figures = await this.#generate(relay, [part], this.#effort);
    await relay.end();
    return figures;
  }

  async #countSyncs(): Promise<Figures> {
    const count = async (part: "syncs" | "alone", messages: number): Promise<Syncs> => {
      const log = join(this.#dataDir, `${part}.strace`);
      const relay = await this.#start(traceSyncs(log));
      const startedMs = Date.now();
      await this.#generate(relay, [part], { ...this.#effort, syncedMessages: messages });
      await relay.end();
      return { calls: countSyncs(log, startedMs), messages };
    };
    return { syncs: await count("syncs", this.#effort.awayMessages), syncsAlone: await count("alone", ALONE) };
  }

  async #start(under: readonly string[] = []): Promise<Relay> {
    const command = ["taskset", "-c", "0", ...under, process.execPath, MAIN];
    const child = spawn(command[0] as string, command.slice(1), {
      env: { PATH: process.env["PATH"], PORT: "0", DATA_DIR: this.#dataDir },
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#children.add(child);
    const [line] = await once(child.stdout, "data");
    const port = Number(/http:\/\/localhost:(\d+)/.exec(String(line))?.[1]);
    const { pid } = child;
    if (pid === undefined || Number.isNaN(port)) throw new Error(`the relay said ${line}`);
    return { pid, port, end: () => this.#end(child, under.length > 0) };
  }

  /** strace passes no signal on: what it runs is its child. */
  async #end(child: ChildProcess, isTraced: boolean): Promise<void> {
    const exited = once(child, "exit");
    if (isTraced) execFileSync("pkill", ["-TERM", "-P", String(child.pid)]);
    else child.kill("SIGTERM");
    await exited;
    this.#children.delete(child);
  }

  async #generate({ pid, port }: Relay, parts: Task["parts"], effort: Effort): Promise<Figures> {
    const task: Task = { port, pid, parts, effort, accounts: this.#accounts, epoch: this.#epoch };
    this.#epoch += EPOCHS_PER_RUN;
    const child = spawn("taskset", ["-c", "1", process.execPath, GENERATOR], { stdio: ["pipe", "pipe", "inherit"] });
    this.#children.add(child);
    child.stdin.end(JSON.stringify(task));
    const [said] = await Promise.all([text(child.stdout), once(child, "exit")]);
    this.#children.delete(child);
    if (said === "") throw new Error("the load generator failed");
    return JSON.parse(said) as Figures;
  }

  [Symbol.dispose](): void {
    for (const child of this.#children) child.kill("SIGKILL");
    rmSync(this.#dataDir, { recursive: true, force: true });
  }
}
