import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { mintCredentials } from "@tacit/server/turn/credentials";
import { TurnProbe, toTurnWay } from "@tacit/server/turn/probe";
import { copyBytes } from "@tacit/shared/bytes";
import { MINUTE_MS } from "@tacit/shared/limits";
import { freePort } from "./relay-process.ts";

const CONFIGURATION = resolve(import.meta.dirname, "../turn/turnserver.conf");
const ADDRESS = "127.0.0.1";
// Below the ports that the system hands out by itself.
const MIN_PORT = 20_000;
const MAX_PORT = 32_000;
const ATTEMPTS = 50;
const PAUSE_MS = 100;

export type TurnOptions = {
  /** Relays between people on this machine too. A server that anybody can reach must never do it. */
  readonly isForThisMachine?: boolean;
  readonly secret?: string;
  /** Absent: a free one for UDP and TCP. */
  readonly port?: number;
  readonly tlsPort?: number;
  /** Offers TLS too, with a certificate made for this start. */
  readonly hasTls?: boolean;
  /** More lines of its configuration. */
  readonly lines?: readonly string[];
};

/** Whether coturn is installed here. */
export function hasTurnServer(): boolean {
  try {
    execFileSync("turnserver", ["--version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

/** coturn with the configuration of `turn/`, on this machine alone, as a process of its own. */
export class TurnProcess implements AsyncDisposable {
  readonly urls: readonly string[];
  readonly secret: string;
  /** The certificate of `turns:`, PEM. */
  readonly certificate: string | undefined;
  /** What the relay takes: `RelayProcess.start`, `npm start`. */
  readonly environment: { readonly TURN_URLS: string; readonly TURN_SECRET_FILE: string };
  /** Everything that it said. */
  log = "";
  readonly #directory: string;
  readonly #process: ChildProcess;

  private constructor(directory: string, options: TurnOptions & { readonly port: number; readonly tlsPort: number }) {
    const { port, tlsPort, hasTls = false } = options;
    this.#directory = directory;
    this.secret = options.secret ?? randomBytes(32).toString("base64url");
    const plain = [`turn:${ADDRESS}:${port}?transport=udp`, `turn:${ADDRESS}:${port}?transport=tcp`];
    this.urls = hasTls ? [...plain, `turns:${ADDRESS}:${tlsPort}?transport=tcp`] : plain;
    this.certificate = hasTls ? makeCertificate(directory) : undefined;
    const secretFile = join(directory, "secret");
    writeFileSync(secretFile, `${this.secret}\n`, { mode: 0o600 });
    this.environment = { TURN_URLS: this.urls.join(","), TURN_SECRET_FILE: secretFile };
    const file = join(directory, "turnserver.conf");
    writeFileSync(file, [readFileSync(CONFIGURATION, "utf8"), ...this.#lines(options)].join("\n"), { mode: 0o600 });
    this.#process = spawn("turnserver", ["-c", file], { stdio: ["ignore", "pipe", "pipe"], cwd: directory });
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        this.log += chunk.toString();
      });
    }
  }

  static async start(options: TurnOptions = {}): Promise<TurnProcess> {
    const directory = mkdtempSync(join(tmpdir(), "tacit-turn-"));
    const port = options.port ?? (await freePort());
    const turn = new TurnProcess(directory, { ...options, port, tlsPort: options.tlsPort ?? (await freePort()) });
    await turn.#started();
    return turn;
  }

  /** Credentials as the relay mints them. */
  credentials(lastsMs = 10 * MINUTE_MS, secret = this.secret) {
    return mintCredentials(secret, Date.now() + lastsMs, copyBytes(randomBytes(16)));
  }

  #lines(options: TurnOptions & { readonly port: number; readonly tlsPort: number }): readonly string[] {
    const tls =
      this.certificate === undefined
        ? ["no-tls"]
        : [`tls-listening-port=${options.tlsPort}`, ...["cert", "pkey"].map((it) => `${it}=${this.#directory}/${it}`)];
    return [
      `listening-ip=${ADDRESS}`,
      `relay-ip=${ADDRESS}`,
      `listening-port=${options.port}`,
      `min-port=${MIN_PORT}`,
      `max-port=${MAX_PORT}`,
      `static-auth-secret=${this.secret}`,
      "no-dtls",
      ...tls,
      ...(options.isForThisMachine === true ? ["allow-loopback-peers", `allowed-peer-ip=${ADDRESS}`] : []),
      ...["userdb=userdb", "pidfile=pid"].map((it) => it.replace("=", `=${this.#directory}/`)),
      "log-file=stdout",
      ...(options.lines ?? []),
      "",
    ];
  }

  /** Resolves when it relays. */
  async #started(): Promise<void> {
    const way = toTurnWay(this.urls[1] ?? "");
    if (way === undefined) throw new Error("no way to the TURN server");
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const probe = await TurnProbe.open(way, this.credentials()).catch(() => undefined);
      if (probe !== undefined) return probe.close();
      if (this.#process.exitCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    }
    await this[Symbol.asyncDispose]();
    throw new Error(`the TURN server did not start: ${this.log}`);
  }

  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** For a test: a free port, a secret of its own, calls between two browsers of this machine. Give it back by `stop`. */
export function startTurn(options: TurnOptions = {}): Promise<TurnProcess> {
  return TurnProcess.start({ isForThisMachine: true, ...options });
}

function makeCertificate(directory: string): string {
  const files = ["-keyout", join(directory, "pkey"), "-out", join(directory, "cert")];
  const names = ["-subj", "/CN=localhost", "-addext", `subjectAltName=DNS:localhost,IP:${ADDRESS}`];
  const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  execFileSync("openssl", ["req", "-x509", ...key, "-days", "2", ...names, ...files], { stdio: "ignore" });
  return readFileSync(join(directory, "cert"), "utf8");
}
