// `npm run test:compose`: what an operator does, on a clean clone: up, join over TLS, talk, doctor, backup, behind a proxy.
// It takes the engine that is there, or the stand-in of the tools beside the project; without either it says so.
import { execFileSync, spawnSync } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { connect } from "node:tls";
import { encode } from "@tacit/shared/codec";
import { BODY_TYPE, PROTOCOL_HEADER, routes } from "@tacit/shared/routes";
import { PROTOCOL_VERSION } from "@tacit/shared/version";
import { friends, Person } from "./e2e/people.ts";
import { freePort } from "./relay-process.ts";

const root = resolve(import.meta.dirname, "..");
const tools = resolve(root, "../shared/tools");
const MAX_IMAGE_MB = 120;

const engine = findEngine();
if (engine === undefined) {
  console.log("skipped: there is no Docker engine here with compose\n\n0 passed, 0 failed");
  process.exit(0);
}
const folder = mkdtempSync(join(tmpdir(), "tacit-compose-"));
const clone = join(folder, "clone");
execFileSync("git", ["clone", "--quiet", root, clone]);
const [http, https, relayPort, turn, turnTls] = [
  await freePort(),
  await freePort(),
  await freePort(),
  await freePort(),
  await freePort(),
];
// An image that is there already saves the building.
const built = process.env["TACIT_RELAY_IMAGE"];
const image = built ?? `tacit-relay-test-${process.pid}`;
const origin = `https://localhost:${https}`;
const environment: NodeJS.ProcessEnv = {
  ...process.env,
  ...engine,
  COMPOSE_PROJECT_NAME: `tacit-test-${process.pid}`,
  TACIT_RELAY_IMAGE: image,
  TACIT_BUILD: execFileSync("git", ["rev-parse", "HEAD"], { cwd: clone, encoding: "utf8" }).trim(),
  TACIT_ORIGIN: origin,
  TACIT_HTTP_PORT: String(http),
  TACIT_HTTPS_PORT: String(https),
  TACIT_TURN_PORT: String(turn),
  TACIT_TURN_TLS_PORT: String(turnTls),
  TACIT_TURN_RELAY_PORTS: "41160-41199",
  TACIT_CERTIFICATE_SECONDS: "2",
};

// Stand-ins have no versions.
const hasImage = (name: string) =>
  spawnSync("docker", ["image", "inspect", name], { env: environment, stdio: "ignore" }).status === 0;
if (!hasImage("coturn/coturn:4.9") && hasImage("coturn/coturn:latest")) environment["TACIT_COTURN_TAG"] ??= "latest";

let passed = 0;
let failed = 0;
try {
  await check("one command brings everything up, healthy", () =>
    compose("up", "-d", built === undefined ? "--build" : "--no-build", "--wait"),
  );
  if (failed === 0) await checkAll();
} finally {
  if (failed > 0) console.log(tryCompose("logs", "--tail", "30").said);
  tryCompose("down", "-v");
  if (built === undefined) spawnSync("docker", ["rmi", "-f", image], { env: environment, stdio: "ignore" });
  rmSync(folder, { recursive: true, force: true });
}
console.log(`\n${passed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;

async function checkAll(): Promise<void> {
  await check("the image is small, and nothing in it runs as root or writes where it must not", () => {
    const size = (of: string) => Number(docker("image", "inspect", of, "--format", "{{.Size}}"));
    const above = (size(image) - size("node:24-bookworm-slim")) / 1e6;
    console.log(`    the relay's image is ${above.toFixed(0)} MB above its base`);
    assert(above <= MAX_IMAGE_MB, `${above} MB`);
    for (const service of ["relay", "caddy", "certificate", "turn"]) {
      const shape =
        "{{.HostConfig.ReadonlyRootfs}} {{.HostConfig.CapDrop}} {{.HostConfig.SecurityOpt}} {{.Config.User}}";
      const said = docker("inspect", compose("ps", "-q", service).trim(), "--format", shape);
      assert(/^true \[ALL\] \[no-new-privileges:true\] (?!0|root|$)/.test(said), `${service}: ${said}`);
    }
    assert(!/secret=.{20}/.test(docker("history", "--no-trunc", image)), "a secret");
  });
  const log = compose("logs", "relay");
  const invite = /first invite: ([\w-]+)/.exec(log)?.[1] ?? "";
  await check("the first start prints an invite and a link to set the relay up", () => {
    assert(invite !== "", log);
    assert(new RegExp(`${origin}/admin#[\\w-]{43}`).test(log), log);
  });
  await check("the doctor finds TURN over UDP, TCP and TLS, the front and its WebSockets well", async () => {
    // The certificate reaches coturn a moment after Caddy has it.
    let findings: readonly { readonly about: string; readonly state: string; readonly says: string }[] = [];
    for (let attempt = 0; attempt < 10; attempt++) {
      findings = JSON.parse(tryCompose("exec", "-T", "relay", "tacit", "doctor", "--json").said);
      if (findings.every(({ state }) => state !== "broken")) break;
      await new Promise((resolve) => setTimeout(resolve, 6_000));
    }
    const states = Object.fromEntries(findings.map(({ about, state }) => [about, state]));
    for (const about of ["front", "turn udp", "turn tcp", "turn tls", "database", "secrets"]) {
      assert(states[about] === "well", JSON.stringify(findings, undefined, 1));
    }
  });
  await check("two people join over TLS and talk", async () => {
    const browser = { arguments: [`--ignore-certificate-errors-spki-list=${await keyOf(https)}`] };
    await using alice = await Person.join({ origin }, "Alice", { invite, browser });
    await using bob = await Person.join({ origin }, "Bob", { invite, browser });
    await friends(alice, bob);
    await alice.say(bob, "through Caddy");
    await bob.hears(alice, "through Caddy");
    assert(alice.complaints.length + bob.complaints.length === 0, alice.complaints.concat(bob.complaints).join());
  });
  await check("nobody's address, handle or credential is in any log", () => {
    const said = compose("logs").toLowerCase();
    for (const word of ["alice", "bob", "credential", "172.", "x-forwarded-for"]) {
      const line = said.split("\n").find((it) => it.includes(word) && !it.includes("caddy"));
      assert(line === undefined, String(line));
    }
  });
  await check("a renewed certificate reaches the TURN server, which goes on", async () => {
    const before = await certificateAt(turnTls);
    const container = compose("ps", "-q", "turn").trim();
    const startedAt = () => docker("inspect", container, "--format", "{{.State.StartedAt}}");
    const started = startedAt();
    compose("exec", "-T", "caddy", "sh", "-c", "rm -r /data/caddy/certificates/local/localhost");
    compose("restart", "caddy");
    for (let attempt = 0; attempt < 30; attempt++) {
      if ((await certificateAt(turnTls)).serialNumber !== before.serialNumber) break;
      await new Promise((resolve) => setTimeout(resolve, 1_000));
    }
    assert((await certificateAt(turnTls)).serialNumber !== before.serialNumber, "the old certificate is still there");
    assert(startedAt() === started, "it was started anew");
  });
  await check("who claims another address in each request is one visitor all the same", async () => {
    const answers = new Set<number>();
    // 60 log-ins an hour for a visitor.
    for (let n = 0; n < 62; n++) answers.add(await tryLogIn(`nobody${n}`, `198.51.100.${n}`, https));
    assert(answers.has(429), [...answers].join());
  });
  await check("figures are there for Prometheus, inside alone", () => {
    const ask = "fetch('http://127.0.0.1:9464/metrics').then((r) => r.text()).then((t) => console.log(t))";
    assert(compose("exec", "-T", "relay", "node", "-e", ask).includes("tacit_accounts 2"), "no figures");
  });
  await check(
    "a backup leaves the machine while the relay runs, and a machine that lost all gets it back",
    async () => {
      const data = join(folder, "data.db");
      const secrets = join(folder, "secrets");
      for (const [what, file] of [
        ["data", data],
        ["secrets", secrets],
      ] as const) {
        execFileSync("sh", ["-c", `docker compose exec -T relay tacit backup ${what} - >"$0"`, file], {
          cwd: clone,
          env: environment,
        });
      }
      compose("down", "-v");
      for (const [what, file] of [
        ["secrets", secrets],
        ["data", data],
      ] as const) {
        const run = `docker compose run --rm -T --no-deps relay tacit restore ${what} - <"$0"`;
        execFileSync("sh", ["-c", run, file], { cwd: clone, env: environment, stdio: "pipe" });
      }
      compose("up", "-d", "--wait");
      const people = compose("exec", "-T", "relay", "tacit", "user", "list");
      assert(people.includes("alice") && people.includes("bob"), people);
    },
  );
  await check("behind a proxy of one's own Caddy stays away and the relay is on this machine alone", async () => {
    Object.assign(environment, { TACIT_CADDY: "0", TACIT_RELAY_PORT: String(relayPort) });
    compose("up", "-d", "--wait", "--remove-orphans");
    assert(compose("ps", "-q", "caddy").trim() === "", "Caddy runs");
    const answer = await fetch(`http://127.0.0.1:${relayPort}/readyz`);
    assert(answer.ok, String(answer.status));
    // What the proxy adds is believed: each of these is somebody else.
    const answers = new Set<number>();
    for (let n = 0; n < 62; n++) answers.add(await tryLogIn(`nobody${n}`, `10.9.9.9, 198.51.100.${n}`));
    assert(!answers.has(429), "everybody behind the proxy is one visitor");
  });
}

function assert(claim: boolean, otherwise: string): void {
  if (!claim) throw new Error(otherwise);
}

async function check(name: string, work: () => unknown): Promise<void> {
  const startedMs = performance.now();
  try {
    await work();
    passed++;
    console.log(`ok   ${name} (${((performance.now() - startedMs) / 1000).toFixed(0)} s)`);
  } catch (failure) {
    failed++;
    console.log(`FAIL ${name}\n     ${failure instanceof Error ? failure.message.slice(0, 4_000) : failure}`);
  }
}

function compose(...words: readonly string[]): string {
  const { code, said } = tryCompose(...words);
  if (code !== 0) throw new Error(`docker compose ${words.join(" ")}: ${said}`);
  return said;
}

function tryCompose(...words: readonly string[]): { readonly code: number | null; readonly said: string } {
  const options = { cwd: clone, env: environment, encoding: "utf8", maxBuffer: 1e8 } as const;
  const { status, stdout, stderr } = spawnSync("docker", ["compose", ...words], options);
  return { code: status, said: status === 0 || words[0] === "exec" ? stdout : stdout + stderr };
}

function docker(...words: readonly string[]): string {
  return execFileSync("docker", words, { env: environment, encoding: "utf8" }).trim();
}

/** The environment that reaches an engine with compose. */
function findEngine(): Record<string, string> | undefined {
  const works = (env: Record<string, string>) =>
    ["info", "compose version"].every(
      (words) =>
        spawnSync("docker", words.split(" "), { env: { ...process.env, ...env }, stdio: "ignore" }).status === 0,
    );
  if (works({})) return {};
  const up = join(tools, "up-engine.sh");
  if (!existsSync(up) || process.getuid?.() !== 0) return undefined;
  execFileSync("bash", [up, "start"], { stdio: "inherit" });
  const script = `. <(bash ${up} env) && bash ${join(tools, "make-base-images.sh")} node:24-bookworm-slim caddy:2 coturn/coturn:latest >&2 && printenv DOCKER_HOST DOCKER_CONFIG PATH`;
  const [host, config, path] = execFileSync("bash", ["-c", script], { encoding: "utf8" }).trim().split("\n");
  const env = { DOCKER_HOST: host ?? "", DOCKER_CONFIG: config ?? "", PATH: path ?? "" };
  return works(env) ? env : undefined;
}

/** The status of a log-in of nobody, with what a client or a proxy says about where it comes from. */
function tryLogIn(login: string, forwardedFor: string, tlsPort?: number): Promise<number> {
  const { method, path } = routes.startLogin;
  const headers = {
    "content-type": BODY_TYPE,
    [PROTOCOL_HEADER]: String(PROTOCOL_VERSION),
    "x-forwarded-for": forwardedFor,
    host: `localhost:${https}`,
  };
  const options = { host: "127.0.0.1", method, path, headers };
  return new Promise((resolve, reject) => {
    const asked =
      tlsPort === undefined
        ? httpRequest({ ...options, port: relayPort })
        : httpsRequest({ ...options, port: tlsPort, servername: "localhost", rejectUnauthorized: false });
    asked.once("response", ({ statusCode = 0 }) => {
      asked.destroy();
      resolve(statusCode);
    });
    asked.once("error", reject);
    asked.end(encode({ login, request: "AA" }));
  });
}

/** SHA-256 of the public key that the front shows, once its chain leads to Caddy's own authority. */
async function keyOf(port: number): Promise<string> {
  const ca = compose("exec", "-T", "caddy", "cat", "/data/caddy/pki/authorities/local/root.crt");
  const { publicKey } = await certificateAt(port, ca);
  return createHash("sha256")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest("base64");
}

/** What a TLS server shows for localhost. With `ca` it must come from there. */
function certificateAt(port: number, ca?: string): Promise<X509Certificate> {
  const trust = ca === undefined ? { rejectUnauthorized: false } : { ca };
  return new Promise((resolve, reject) => {
    const socket = connect({ host: "127.0.0.1", port, servername: "localhost", ...trust });
    socket.once("error", reject);
    socket.once("secureConnect", () => {
      const { raw } = socket.getPeerCertificate(true);
      socket.destroy();
      resolve(new X509Certificate(raw));
    });
  });
}
