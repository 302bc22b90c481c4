import { createHash } from "node:crypto";
import { resolve } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { expect } from "@playwright/test";
import { accept, call, hears, isTalking, joinCaller } from "../e2e/callers.ts";
import { friends, type Person } from "../e2e/people.ts";
import { waysOf } from "../nat/homes.ts";
import { certificateAt, tryLogIn } from "./front.ts";
import type { Project } from "./project.ts";

type Step = readonly [name: string, run: () => unknown];
type Finding = { readonly about: string; readonly state: string; readonly says: string };

const ROOT = resolve(import.meta.dirname, "../..");
const MAX_IMAGE_MB = 120;
const MAX_UP_SECONDS = 60;
const SERVICES = ["relay", "caddy", "certificate", "turn"];
const ATTEMPTS = 30;
const PAUSE_MS = 1_000;

/** Somebody who follows docs/OPERATING.md from the first page to the last, and two people who talk meanwhile. */
export class Operator implements AsyncDisposable {
  readonly #project: Project;
  #invite = "";
  #people: readonly Person[] = [];

  constructor(project: Project) {
    this.#project = project;
  }

  /** One after the other: each stands on what the ones before left. */
  steps(): readonly Step[] {
    return [
      ["a clean clone and three lines bring everything up, healthy", () => this.#install()],
      ["the image is small, and nothing in it runs as root or writes where it must not", () => this.#lookAtImage()],
      ["the first start prints an invite and a link to set the relay up", () => this.#readLog()],
      ["the doctor finds TURN over UDP, TCP and TLS, the front and its WebSockets well", () => this.#isWell()],
      ["two people join over TLS and talk", () => this.#talk()],
      ["a call with direct paths shut goes through the TURN server of the compose file", () => this.#call()],
      ["nobody's address, handle or credential is in any log", () => this.#readLogs()],
      ["a renewed certificate reaches the TURN server, which goes on", () => this.#renew()],
      ["who claims another address in each request is one visitor all the same", () => this.#claimAddresses()],
      ["figures are there for Prometheus, inside alone", () => this.#lookAtFigures()],
      ["every command does what it says", () => this.#runCommands()],
      ["a backup leaves the machine while people talk, and a machine that lost all gets it back", () => this.#burn()],
      ["after it the two talk on", () => this.#talkOn()],
      ["a new TURN secret is in force after two restarts, and everybody can be signed out", () => this.#rotate()],
      ["behind a proxy of one's own Caddy stays away and the relay is on this machine alone", () => this.#goBehind()],
    ];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const person of this.#people) await person[Symbol.asyncDispose]();
  }

  #install(): void {
    const { folder, environment } = this.#project;
    const here = { "<this repository>": ROOT, "chat.example.org": "localhost" };
    this.#project.asWritten("git clone <this repository> tacit && cd tacit", here, folder);
    // What `export` says holds for all that follows.
    environment["TACIT_DOMAIN"] = "localhost";
    this.#project.asWritten("export TACIT_DOMAIN=chat.example.org", here);
    if (this.#project.isBuiltHere) this.#project.asWritten("docker compose up -d --build --wait");
    else this.#project.compose("up", "-d", "--no-build", "--wait");
  }

  #lookAtImage(): void {
    const { docker, image } = bound(this.#project);
    const size = (of: string) => Number(docker("image", "inspect", of, "--format", "{{.Size}}"));
    const above = (size(image) - size("node:24-bookworm-slim")) / 1e6;
    console.log(`    the relay's image is ${above.toFixed(0)} MB above its base`);
    assert(above <= MAX_IMAGE_MB, `${above} MB`);
    const format =
      "{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}} {{.Config.User}}";
    for (const service of SERVICES) {
      const said = docker("inspect", this.#project.containerOf(service), "--format", format);
      assert(/^true \[ALL\] \[no-new-privileges:true\] (?!0|root|$)/.test(said), `${service}: ${said}`);
    }
    assert(!/secret=.{20}/.test(docker("history", "--no-trunc", image)), "a secret");
  }

  #readLog(): void {
    const log = this.#project.asWritten("docker compose logs relay");
    this.#invite = /first invite: ([\w-]+)/.exec(log)?.[1] ?? "";
    assert(this.#invite !== "", log);
    assert(new RegExp(`${this.#project.origin}/admin#[\\w-]{43}`).test(log), log);
  }

  async #isWell(): Promise<void> {
    // The certificate reaches coturn a moment after Caddy has it.
    let findings: readonly Finding[] = [];
    await until(() => {
      findings = JSON.parse(this.#project.tacit("tacit doctor --json").said) as readonly Finding[];
      return findings.every(({ state }) => state !== "broken");
    }).catch(() => undefined);
    const states = Object.fromEntries(findings.map(({ about, state }) => [about, state]));
    for (const about of ["front", "turn udp", "turn tcp", "turn tls", "database", "secrets"]) {
      assert(states[about] === "well", JSON.stringify(findings, undefined, 1));
    }
  }

  async #talk(): Promise<void> {
    const { origin, ports } = this.#project;
    await this.#checkChain(ports.https);
    // The chain is checked above: the authority is another one after the fire, and a profile cannot be told so.
    const browser = { arguments: ["--ignore-certificate-errors"] };
    const join = async (name: string) => {
      const person = await joinCaller({ origin }, name, { invite: this.#invite, browser });
      this.#people = [...this.#people, person];
      return person;
    };
    const alice = await join("Alice");
    const bob = await join("Bob");
    await friends(alice, bob);
    await alice.say(bob, "through Caddy");
    await bob.hears(alice, "through Caddy");
    const health = await alice.page.evaluate(async () => (await fetch("/healthz")).text());
    const [, running = ""] = health.split("\n");
    assert(/^\d+\.\d+\.\d+\+[0-9a-f]{12}$/.test(running), `the relay says that it is ${running}`);
    await alice.page.goto(`${origin}/#/settings`);
    await expect(alice.page.getByText(/^Version \d+\.\d+\.\d+\+[0-9a-f]{12}$/)).toBeVisible();
  }

  async #call(): Promise<void> {
    const [alice, bob] = this.#pair();
    for (const person of [alice, bob]) await person.alwaysRelays();
    await call(alice, bob, "voice");
    await accept(bob, alice);
    await isTalking(alice, bob);
    for (const person of [alice, bob]) await hears(person.page);
    const own = this.#project.docker(
      "inspect",
      this.#project.containerOf("turn"),
      "--format",
      "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}",
    );
    for (const { page } of [alice, bob]) {
      const ways = await waysOf(page);
      assert(ways.length > 0, "no connection");
      for (const { types, local } of ways) {
        assert(types.join() === "relay,relay" && local === own, `${types} at ${local}, and TURN is at ${own}`);
      }
    }
    await alice.button("Hang up").click();
  }

  #readLogs(): void {
    // What coturn reads of its configuration it says before it knows where to: in its second 0, when nobody is there.
    const own = /caddy|^turn-\d+ +\| 0: : /;
    const said = stripVTControlCharacters(this.#project.compose("logs")).toLowerCase();
    for (const word of ["alice", "bob", "credential", "172.", "x-forwarded-for"]) {
      const line = said.split("\n").find((it) => it.includes(word) && !own.test(it));
      assert(line === undefined, String(line));
    }
  }

  async #renew(): Promise<void> {
    const { ports, docker, compose } = bound(this.#project);
    const before = await certificateAt(ports.turnTls);
    const container = this.#project.containerOf("turn");
    const startedAt = () => docker("inspect", container, "--format", "{{.State.StartedAt}}");
    const started = startedAt();
    compose("exec", "-T", "caddy", "sh", "-c", "rm -r /data/caddy/certificates/local/localhost");
    compose("restart", "caddy");
    await until(async () => (await certificateAt(ports.turnTls)).serialNumber !== before.serialNumber);
    assert(startedAt() === started, "it was started anew");
  }

  async #claimAddresses(): Promise<void> {
    const { origin, ports } = this.#project;
    const answers = new Set<number>();
    // 60 log-ins an hour for a visitor.
    for (let n = 0; n < 62; n++) {
      answers.add(await tryLogIn(origin, `nobody${n}`, `198.51.100.${n}`, { port: ports.https, isTls: true }));
    }
    assert(answers.has(429), [...answers].join());
  }

  #lookAtFigures(): void {
    const ask = "fetch('http://127.0.0.1:9464/metrics').then((r) => r.text()).then((t) => console.log(t))";
    const said = this.#project.compose("exec", "-T", "relay", "node", "-e", ask);
    assert(said.includes("tacit_accounts 2"), "no figures");
  }

  #runCommands(): void {
    const tacit = (line: string) => this.#project.tacit(line);
    const says = ({ code, said }: ReturnType<typeof tacit>, what: RegExp) =>
      assert(code === 0 && what.test(said), said);
    says(tacit("tacit help"), /tacit doctor/);
    says(tacit("tacit admin"), /\/admin#[\w-]{43}/);
    says(tacit("tacit invite 5"), /^[\w-]{22}$/m);
    says(tacit("tacit user list"), /^alice .*\n.*bob /m);
    says(tacit("tacit admin end"), /Ended: [1-9]/);
    says(tacit("tacit user disable bob"), /Done/);
    says(tacit("tacit user quota bob 64"), /Done/);
    says(tacit("tacit user list"), /bob .*quota 64 MiB, disabled/);
    says(tacit("tacit user enable bob"), /Done/);
    says(tacit("tacit user quota bob default"), /Done/);
    says(tacit("tacit stats"), /accounts +2/);
    says(tacit("tacit export-config"), /"registration": "invite"/);
    const { said: doctor } = tacit("tacit doctor");
    assert(/look {2}backups/.test(doctor), doctor);
    this.#project.asWritten("docker compose ps");
    this.#project.asWritten("docker compose logs caddy");
    this.#project.asWritten("TACIT_TURN_LOG=stdout docker compose up -d turn");
    this.#project.asWritten("docker compose up -d turn");
    const network = this.#project.docker("network", "inspect", `${this.#project.name}_turn`, "--format", SUBNET);
    const here = { "<network of tacit_turn>": network };
    this.#project.asWritten(
      "iptables -I DOCKER-USER -s <network of tacit_turn> -d 192.168.0.0/16 -j DROP",
      // On this machine it is taken away again.
      { ...here, DROP: "DROP && iptables -D DOCKER-USER 1" },
    );
  }

  async #burn(): Promise<void> {
    const project = this.#project;
    const [alice, bob] = this.#pair();
    await bob.quit();
    await alice.say(bob, "waiting in the backup");
    await alice.marks(bob, "waiting in the backup", /Sent/);
    project.asWritten("docker compose exec -T relay tacit backup data - > tacit-data.db");
    project.asWritten("docker compose exec -T relay tacit backup secrets - > tacit-secrets");
    project.asWritten("docker compose stop relay");
    project.compose("down", "-v");
    project.asWritten("docker compose run --rm -T --no-deps relay tacit restore secrets - < tacit-secrets");
    project.asWritten("docker compose run --rm -T --no-deps relay tacit restore data - < tacit-data.db");
    const startedMs = performance.now();
    project.asWritten("docker compose up -d --wait");
    const seconds = (performance.now() - startedMs) / 1_000;
    console.log(`    with images present everything is up in ${seconds.toFixed(0)} s`);
    assert(seconds < MAX_UP_SECONDS, `${seconds} s`);
    const people = project.tacit("tacit user list").said;
    assert(people.includes("alice") && people.includes("bob"), people);
  }

  async #talkOn(): Promise<void> {
    const [alice, bob] = this.#pair();
    await this.#checkChain(this.#project.ports.https);
    await bob.reopen();
    await alice.reload();
    await bob.hears(alice, "waiting in the backup");
    await bob.say(alice, "and here I am");
    await alice.hears(bob, "and here I am");
    for (const { complaints } of this.#people) assert(complaints.length === 0, complaints.join());
  }

  async #rotate(): Promise<void> {
    this.#project.asWritten("docker compose stop turn");
    const { code, said } = this.#project.tacit("tacit rotate turn");
    assert(code === 0, said);
    this.#project.asWritten("docker compose restart relay turn");
    await this.#isWell();
    const tokens = this.#project.tacit("tacit rotate tokens");
    assert(/^Ended: [2-9]/.test(tokens.said), tokens.said);
  }

  async #goBehind(): Promise<void> {
    const { ports, origin, environment } = this.#project;
    const port = String(ports.relay);
    Object.assign(environment, { TACIT_CADDY: "0", TACIT_RELAY_PORT: port });
    const here = { "TACIT_RELAY_PORT=3000": `TACIT_RELAY_PORT=${port}`, "chat.example.org": "localhost" };
    this.#project.asWritten(
      "TACIT_CADDY=0 TACIT_RELAY_PORT=3000 TACIT_DOMAIN=chat.example.org docker compose up -d --wait",
      here,
    );
    assert(this.#project.containerOf("caddy") === "", "Caddy runs");
    const answer = await fetch(`http://127.0.0.1:${port}/readyz`);
    assert(answer.ok, String(answer.status));
    // What the proxy adds is believed: each of these is somebody else.
    const answers = new Set<number>();
    const to = { port: ports.relay, isTls: false };
    for (let n = 0; n < 62; n++) answers.add(await tryLogIn(origin, `nobody${n}`, `10.9.9.9, 198.51.100.${n}`, to));
    assert(!answers.has(429), "everybody behind the proxy is one visitor");
    assert(this.#project.tacit("tacit user purge bob").code === 0, "bob is still here");
    if (this.#project.isBuiltHere) this.#project.asWritten("git pull && docker compose up -d --build --wait");
  }

  /** The front shows a certificate whose chain leads to Caddy's own authority. */
  async #checkChain(port: number): Promise<void> {
    const ca = this.#project.compose("exec", "-T", "caddy", "cat", "/data/caddy/pki/authorities/local/root.crt");
    const { publicKey } = await certificateAt(port, ca);
    const key = publicKey.export({ type: "spki", format: "der" });
    console.log(`    the front's key: ${createHash("sha256").update(key).digest("base64")}`);
  }

  #pair(): readonly [Person, Person] {
    const [alice, bob] = this.#people;
    if (alice === undefined || bob === undefined) throw new Error("nobody has joined");
    return [alice, bob];
  }
}

const SUBNET = "{{range .IPAM.Config}}{{.Subnet}}{{end}}";

function bound(project: Project) {
  return {
    image: project.image,
    ports: project.ports,
    docker: (...words: readonly string[]) => project.docker(...words),
    compose: (...words: readonly string[]) => project.compose(...words),
  };
}

function assert(claim: boolean, otherwise: string): asserts claim {
  if (!claim) throw new Error(otherwise);
}

async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
  throw new Error("it never came to be");
}
