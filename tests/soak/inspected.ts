import { once } from "node:events";
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import * as z from "zod";

/** What a process holds at one moment, right after a full collection of its garbage. Megabytes. */
export type Look = {
  readonly heapMb: number;
  /** Of array buffers and of whatever else native code keeps for JavaScript. */
  readonly externalMb: number;
  readonly rssMb: number;
  /** Pages that others map too count in part. */
  readonly pssMb: number;
  readonly sockets: number;
  readonly otherDescriptors: number;
  readonly timers: number;
  /** Whatever else keeps the process's loop alive. */
  readonly otherHandles: number;
  readonly threads: number;
};

const MB = 1_000_000;
const ATTACHED = /Debugger listening on (ws:\/\/\S+)/;
const EXPRESSION = "JSON.stringify({ ...process.memoryUsage(), resources: process.getActiveResourcesInfo() })";

const Inside = z.object({ heapUsed: z.number(), external: z.number(), resources: z.array(z.string()) });
const Answered = z.object({
  id: z.number(),
  result: z.object({ result: z.object({ value: z.string() }).optional() }),
});

/**
 * A process of Node on Linux that was started with `--inspect=127.0.0.1:0`, looked at over that port: nothing of it is
 * changed for it.
 */
export class Inspected implements Disposable {
  readonly #pid: number;
  readonly #socket: WebSocket;
  #calls = 0;

  private constructor(pid: number, socket: WebSocket) {
    this.#pid = pid;
    this.#socket = socket;
  }

  /** `said`: what it wrote to its standard error when it started. */
  static async attach(pid: number, said: string): Promise<Inspected> {
    const [, url] = ATTACHED.exec(said) ?? [];
    if (url === undefined) throw new Error(`the process cannot be looked at: ${said}`);
    const socket = new WebSocket(url);
    await once(socket, "open");
    return new Inspected(pid, socket);
  }

  async look(): Promise<Look> {
    await this.#call("HeapProfiler.collectGarbage", {});
    const said = await this.#call("Runtime.evaluate", { expression: EXPRESSION, returnByValue: true });
    const { heapUsed, external, resources } = Inside.parse(JSON.parse(said ?? ""));
    const timers = resources.filter((resource) => resource === "Timeout" || resource === "Immediate").length;
    const descriptors = this.#descriptors();
    const sockets = descriptors.filter((target) => target.startsWith("socket:")).length;
    const status = this.#read("status");
    return {
      heapMb: heapUsed / MB,
      externalMb: external / MB,
      rssMb: kilobytes(status, "VmRSS") / 1_000,
      pssMb: kilobytes(this.#read("smaps_rollup"), "Pss") / 1_000,
      sockets,
      otherDescriptors: descriptors.length - sockets,
      timers,
      otherHandles: resources.length - timers,
      threads: Number(/^Threads:\s+(\d+)/m.exec(status)?.[1]),
    };
  }

  [Symbol.dispose](): void {
    this.#socket.close();
  }

  #read(name: string): string {
    return readFileSync(`/proc/${this.#pid}/${name}`, "utf8");
  }

  #descriptors(): readonly string[] {
    const folder = `/proc/${this.#pid}/fd`;
    return readdirSync(folder).flatMap((name) => {
      try {
        return [readlinkSync(`${folder}/${name}`)];
      } catch {
        // It was closed since the folder was read.
        return [];
      }
    });
  }

  /** Resolves with what was evaluated; rejects when the process is gone. */
  #call(method: string, params: object): Promise<string | undefined> {
    const id = ++this.#calls;
    return new Promise((resolve, reject) => {
      const gone = () => reject(new Error(`the process ${this.#pid} is gone`));
      const hear = ({ data: said }: MessageEvent) => {
        const answered = Answered.safeParse(JSON.parse(String(said)));
        if (!answered.success || answered.data.id !== id) return;
        this.#socket.removeEventListener("message", hear);
        this.#socket.removeEventListener("close", gone);
        resolve(answered.data.result.result?.value);
      };
      this.#socket.addEventListener("message", hear);
      this.#socket.addEventListener("close", gone);
      this.#socket.send(JSON.stringify({ id, method, params }));
    });
  }
}

/** A line of a file below `/proc`, such as `VmRSS:  102400 kB`. */
function kilobytes(said: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(said)?.[1]) * 1.024;
}
