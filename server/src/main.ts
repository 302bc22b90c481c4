import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import closeWithGrace from "close-with-grace";
import { runCommand } from "./admin/commands.ts";
import { type App, buildApp } from "./app.ts";
import { readBuild } from "./build.ts";
import { type Config, parseConfig } from "./config.ts";
import { examine } from "./doctor/doctor.ts";
import { piecesOf } from "./files.ts";
import { createLog } from "./log.ts";
import { WEB } from "./places.ts";
import { systemClock, systemRandom } from "./system.ts";
import type { TurnService } from "./turn/routes.ts";
import { openTurnSecret } from "./turn/secret.ts";

const SHUTDOWN_MS = 10_000;
const STDIN = 0;

// Whatever the relay makes is its own account's alone to read.
process.umask(0o077);
const log = createLog("info", process.stderr);
const config = orExit(() => parseConfig(process.env));
const [, , ...command] = process.argv;
if (command.length === 0) await serve(config).catch(exit);
else await run(config, command).catch(exit);

async function serve(config: Config): Promise<void> {
  const app = await build(config);
  const { origin } = await app.listen(config.port, config.host);
  if (config.metricsPort !== undefined) await app.listenForMetrics(config.metricsPort, config.host);
  const invite = await app.createFirstInvite();
  const invited = invite === undefined ? "" : `, first invite: ${invite}`;
  process.stdout.write(`Tacit is at ${config.publicOrigin ?? origin}${invited}\n`);
  if (config.publicOrigin !== undefined && !app.isSetUp) {
    process.stdout.write(
      `Set it up, once and within a day: ${config.publicOrigin}/admin#${await app.createAdminLink()}\n`,
    );
  }
  closeWithGrace({ delay: SHUTDOWN_MS, logger: false }, async ({ err }) => {
    if (err !== undefined) log("error", "the relay ends after a failure", err);
    await app.close();
  });
}

/** What the operator asks for: admin/commands.ts. */
async function run(config: Config, command: readonly string[]): Promise<void> {
  process.exitCode = await runCommand(command, {
    config,
    clock: systemClock,
    random: systemRandom,
    turn: () => openTurn(config),
    read: () => piecesOf(STDIN),
    write: (chunk) => process.stdout.write(chunk),
  });
}

function build(config: Config): Promise<App> {
  const { dataDir, secretsDir, publicOrigin, relayName, fileBytes, filesBytes } = config;
  const turn = openTurn(config);
  return buildApp({
    dataDir,
    secretsDir,
    publicOrigin,
    relayName,
    log,
    webDir: WEB,
    turn,
    blobLimits: { fileBytes, totalBytes: filesBytes },
    collector: config.collector,
    build: readBuild(config.build),
    examine: () => examine(config, { clock: systemClock, random: systemRandom, turn }),
  });
}

/** The TURN server runs as somebody else, who may share no more than a group with the relay. */
function openTurn({ turn }: Config): TurnService | undefined {
  if (turn === undefined) return undefined;
  mkdirSync(dirname(turn.secretFile), { recursive: true, mode: 0o700 });
  return { urls: turn.urls, secret: openTurnSecret(turn.secretFile, systemRandom, 0o640) };
}

function orExit<Value>(compute: () => Value): Value {
  try {
    return compute();
  } catch (error) {
    return exit(error);
  }
}

/** Says to the operator what is wrong, without a stack. */
function exit(error: unknown): never {
  process.stderr.write(`Tacit cannot do that: ${error instanceof Error ? toSentence(error) : String(error)}\n`);
  process.exit(1);
}

function toSentence(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
