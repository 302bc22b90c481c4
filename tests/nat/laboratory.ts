import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

// Two homes behind routers of their own, and a public network with a relay and a TURN server: network namespaces of this
// machine. Their names are global: one laboratory at a time.

const SCRIPTS = resolve(import.meta.dirname, "../../../shared/tools/natlab");
const ROOT = resolve(import.meta.dirname, "../..");
const LOCK = join(tmpdir(), "tacit-natlab.lock");
const PUBLIC_ADDRESS = "203.0.113.1";
/** The one web port that the strictest router lets through. */
const WEB_PORT = 8123;
const RELAY_PORT = 3000;
const PAUSE_MS = 50;

/** The router of a home, by what it does to UDP: see natlab.sh. */
export type Router = "cone" | "full" | "sym" | "udpblock" | "tls443";
export type Home = "A" | "B";

/** Why there can be no laboratory here; `undefined`: there can. */
export function whyNoLaboratory(): string | undefined {
  if (!existsSync(join(SCRIPTS, "natlab.sh"))) return "the laboratory's scripts (../shared/tools/natlab) are not here";
  if (process.getuid?.() !== 0) return "network namespaces need root";
  for (const tool of ["ip", "iptables", "turnserver", "openssl", "python3"]) {
    if (!works("sh", ["-c", `command -v ${tool}`])) return `${tool} is not installed`;
  }
  if (!works("ip", ["netns", "add", "tacit-try"])) return "this machine makes no network namespaces";
  const hasTables = works("ip", ["netns", "exec", "tacit-try", "iptables", "-t", "nat", "-L"]);
  execFileSync("ip", ["netns", "del", "tacit-try"]);
  return hasTables ? undefined : "iptables does not work in a network namespace";
}

export type LaboratoryOptions = {
  readonly routers: readonly [Router, Router];
  /** Absent: true. */
  readonly hasTurn?: boolean;
};

/** The networks, a relay behind TLS, and coturn. */
export class Laboratory implements AsyncDisposable {
  readonly origin = `https://${PUBLIC_ADDRESS}:${WEB_PORT}`;
  /** The code that lets people in. */
  invite = "";
  /** What relay, TLS front and TURN server wrote. */
  log = "";
  readonly #directory = mkdtempSync(join(tmpdir(), "tacit-nat-"));
  readonly #processes: ChildProcess[] = [];

  static async start(options: LaboratoryOptions): Promise<Laboratory> {
    lock();
    const laboratory = new Laboratory();
    try {
      await laboratory.#start(options);
      return laboratory;
    } catch (error) {
      await laboratory[Symbol.asyncDispose]();
      throw new Error(`the laboratory did not start: ${laboratory.log}`, { cause: error });
    }
  }

  /** The Chromium of a home: what Playwright starts in the place of its own. */
  browserOf(home: Home): string {
    return join(SCRIPTS, `chromium-${home}.sh`);
  }

  /** Home A loses its network and comes back by another, with another address, after `gapS` seconds. */
  switchNetwork(gapS = 0): void {
    this.#natlab("switch", String(gapS));
  }

  /** Every packet of a home takes `delayMs` longer each way, and `lossPercent` of them get lost. */
  async impair(home: Home, delayMs: number, lossPercent: number): Promise<void> {
    for (const queue of ["1", "2"]) {
      const delaying = this.#run(`nat${home}`, "python3", [
        join(SCRIPTS, "nfdelay.py"),
        queue,
        String(delayMs),
        "0",
        String(lossPercent),
      ]);
      await heard(delaying, "nfdelay up");
    }
    this.#natlab("impair", home);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const child of this.#processes.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    }
    this.#natlab("down");
    rmSync(this.#directory, { recursive: true, force: true });
    rmSync(LOCK, { recursive: true, force: true });
  }

  async #start({ routers, hasTurn = true }: LaboratoryOptions): Promise<void> {
    this.#natlab("up", ...routers);
    makeCertificate(this.#directory);
    const secret = join(this.#directory, "turn-secret");
    writeFileSync(secret, `${"natlab".repeat(8)}\n`);
    if (hasTurn) await this.#startTurn(secret);
    const at = (scheme: string, port: number, transport: string) =>
      `${scheme}:${PUBLIC_ADDRESS}:${port}?transport=${transport}`;
    const turn = {
      TURN_URLS: [at("turn", 3478, "udp"), at("turn", 3478, "tcp"), at("turns", 443, "tcp")].join(","),
      TURN_SECRET_FILE: secret,
    };
    const relay = this.#run("pub", process.execPath, [join(ROOT, "server/src/main.ts")], {
      HOST: "127.0.0.1",
      PORT: String(RELAY_PORT),
      DATA_DIR: join(this.#directory, "relay"),
      PUBLIC_ORIGIN: this.origin,
      ...(hasTurn ? turn : {}),
    });
    const [, invite] = await heard(relay, /first invite: (\S+)/);
    this.invite = invite ?? "";
    const front = this.#run("pub", process.execPath, [
      join(import.meta.dirname, "tls-front.ts"),
      PUBLIC_ADDRESS,
      String(WEB_PORT),
      String(RELAY_PORT),
      this.#directory,
    ]);
    await heard(front, "listening");
  }

  async #startTurn(secret: string): Promise<void> {
    const file = join(this.#directory, "turnserver.conf");
    writeFileSync(
      file,
      [
        readFileSync(join(ROOT, "turn/turnserver.conf"), "utf8"),
        `listening-ip=${PUBLIC_ADDRESS}`,
        `relay-ip=${PUBLIC_ADDRESS}`,
        "listening-port=3478",
        "tls-listening-port=443",
        "min-port=49160",
        "max-port=49400",
        `static-auth-secret=${readFileSync(secret, "utf8").trim()}`,
        `cert=${this.#directory}/cert`,
        `pkey=${this.#directory}/key`,
        // The laboratory's public network has documentation addresses, which no TURN server of Tacit reaches else.
        "allowed-peer-ip=203.0.113.1-203.0.113.254",
        `userdb=${this.#directory}/userdb`,
        `pidfile=${this.#directory}/pid`,
        "log-file=stdout",
        "verbose",
        "",
      ].join("\n"),
    );
    await heard(this.#run("pub", "turnserver", ["-c", file]), /listener opened on: 203/);
  }

  #natlab(...words: readonly string[]): void {
    execFileSync(join(SCRIPTS, "natlab.sh"), words, { stdio: ["ignore", "ignore", "pipe"] });
  }

  #run(namespace: string, file: string, words: readonly string[], variables: NodeJS.ProcessEnv = {}): ChildProcess {
    const child = spawn("ip", ["netns", "exec", namespace, file, ...words], {
      env: { ...process.env, ...variables },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        this.log += chunk.toString();
      });
    }
    this.#processes.push(child);
    return child;
  }
}

/** Resolves once the process wrote it; rejects when it ends before. */
function heard(child: ChildProcess, what: string | RegExp): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    let said = "";
    const listen = (chunk: Buffer) => {
      said += chunk.toString();
      const found = typeof what === "string" ? (said.includes(what) ? [what] : null) : what.exec(said);
      if (found !== null) resolve(found);
    };
    child.stdout?.on("data", listen);
    child.stderr?.on("data", listen);
    child.once("exit", () => reject(new Error(said)));
  });
}

function makeCertificate(directory: string): void {
  const files = ["-keyout", join(directory, "key"), "-out", join(directory, "cert")];
  const names = ["-subj", `/CN=${PUBLIC_ADDRESS}`, "-addext", `subjectAltName=IP:${PUBLIC_ADDRESS}`];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
  execFileSync("openssl", ["req", "-x509", ...key, ...names, ...files], { stdio: "ignore" });
}

/** Waits for another laboratory of this machine to end. One whose owner is gone is taken over. */
function lock(): void {
  const owner = join(LOCK, "owner");
  for (;;) {
    try {
      mkdirSync(LOCK);
      writeFileSync(owner, String(process.pid));
      return;
    } catch {
      const pid = existsSync(owner) ? Number(readFileSync(owner, "utf8")) : 0;
      if (pid > 0 && !existsSync(`/proc/${pid}`)) rmSync(LOCK, { recursive: true, force: true });
      else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, PAUSE_MS);
    }
  }
}

function works(file: string, words: readonly string[]): boolean {
  try {
    execFileSync(file, words, { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
