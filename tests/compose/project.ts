import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePort } from "../relay-process.ts";

export type Said = { readonly code: number | null; readonly said: string };
type Ports = Readonly<Record<"http" | "https" | "relay" | "turn" | "turnTls", number>>;

const ROOT = resolve(import.meta.dirname, "../..");
const NAME = "tacit-test-";

/** One bringing-up of the compose file: a clean clone, a name, ports and an image of its own. */
export class Project implements Disposable {
  readonly origin: string;
  readonly ports: Ports;
  readonly image: string;
  /** Where the clone lies, and what the operator keeps elsewhere. */
  readonly folder = mkdtempSync(join(tmpdir(), "tacit-compose-"));
  readonly environment: NodeJS.ProcessEnv;
  /** Not where an image was named that is there already. */
  readonly isBuiltHere: boolean;
  readonly name = `${NAME}${process.pid}`;

  private constructor(engine: Readonly<Record<string, string>>, ports: Ports) {
    this.ports = ports;
    this.origin = `https://localhost:${ports.https}`;
    // An image that is there already saves the building.
    const built = process.env["TACIT_RELAY_IMAGE"];
    this.isBuiltHere = built === undefined;
    this.image = built ?? `tacit-relay-test-${process.pid}`;
    this.environment = {
      ...process.env,
      ...engine,
      COMPOSE_PROJECT_NAME: this.name,
      TACIT_RELAY_IMAGE: this.image,
      TACIT_BUILD: execFileSync("git", ["rev-parse", "HEAD"], { cwd: ROOT, encoding: "utf8" }).trim(),
      TACIT_ORIGIN: this.origin,
      TACIT_HTTP_PORT: String(ports.http),
      TACIT_HTTPS_PORT: String(ports.https),
      TACIT_TURN_PORT: String(ports.turn),
      TACIT_TURN_TLS_PORT: String(ports.turnTls),
      TACIT_TURN_RELAY_PORTS: "41160-41199",
      TACIT_CERTIFICATE_SECONDS: "2",
    };
    // Stand-ins have no versions.
    if (!this.#has("coturn/coturn:4.9") && this.#has("coturn/coturn:latest")) {
      this.environment["TACIT_COTURN_TAG"] ??= "latest";
    }
  }

  static async create(engine: Readonly<Record<string, string>>): Promise<Project> {
    const [http, https, relay, turn, turnTls] = [
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
    ];
    const project = new Project(engine, { http, https, relay, turn, turnTls });
    project.#removeAbandoned();
    return project;
  }

  get clone(): string {
    return join(this.folder, "tacit");
  }

  /**
   * Runs a line of docs/OPERATING.md as it is written there: tests/house/operating.test.ts finds each of its lines in a
   * call of this. `here`: what is another thing on this machine than in the text, such as a port.
   */
  asWritten(line: string, here: Readonly<Record<string, string>> = {}, cwd = this.clone): string {
    const command = Object.entries(here).reduce((text, [there, ours]) => text.replaceAll(there, ours), line);
    const { status, stdout, stderr } = this.#run("sh", ["-c", command], cwd);
    if (status !== 0) throw new Error(`${command}: ${stdout}${stderr}`);
    return stdout;
  }

  /** A command of the operator, in the running relay: `tacit doctor`. Whatever it ends with. */
  tacit(line: string): Said {
    const { status, stdout, stderr } = this.#run("sh", ["-c", `docker compose exec -T relay ${line}`]);
    return { code: status, said: stdout + stderr };
  }

  compose(...words: readonly string[]): string {
    const { code, said } = this.tryCompose(...words);
    if (code !== 0) throw new Error(`docker compose ${words.join(" ")}: ${said}`);
    return said;
  }

  tryCompose(...words: readonly string[]): Said {
    const { status, stdout, stderr } = this.#run("docker", ["compose", ...words]);
    return { code: status, said: status === 0 ? stdout : stdout + stderr };
  }

  docker(...words: readonly string[]): string {
    return execFileSync("docker", words, { env: this.environment, encoding: "utf8" }).trim();
  }

  /** The container of a service. */
  containerOf(service: string): string {
    return this.compose("ps", "-q", service).trim();
  }

  [Symbol.dispose](): void {
    this.tryCompose("down", "-v", "--remove-orphans");
    if (this.isBuiltHere) spawnSync("docker", ["rmi", "-f", this.image], { env: this.environment, stdio: "ignore" });
    rmSync(this.folder, { recursive: true, force: true });
  }

  #run(command: string, words: readonly string[], cwd = this.clone) {
    return spawnSync(command, words, { cwd, env: this.environment, encoding: "utf8", maxBuffer: 1e8 });
  }

  #has(image: string): boolean {
    return spawnSync("docker", ["image", "inspect", image], { env: this.environment, stdio: "ignore" }).status === 0;
  }

  /** What a run that was killed has left: a container comes back with its engine. */
  #removeAbandoned(): void {
    const label = "com.docker.compose.project";
    const list = (what: string, format: string) =>
      this.docker(...what.split(" "), "--filter", `label=${label}`, "--format", format).split("\n");
    const format = `{{.Label "${label}"}} `;
    for (const [what, name, remove] of [
      ["ps -a", "{{.ID}}", "rm -f"],
      ["network ls", "{{.ID}}", "network rm"],
      ["volume ls", "{{.Name}}", "volume rm"],
    ] as const) {
      for (const line of list(what, format + name)) {
        const [project = "", id = ""] = line.split(" ");
        if (project.startsWith(NAME) && !isRunning(Number(project.slice(NAME.length)))) {
          spawnSync("docker", [...remove.split(" "), id], { env: this.environment, stdio: "ignore" });
        }
      }
    }
  }
}

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
