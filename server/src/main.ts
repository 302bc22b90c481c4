import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import closeWithGrace from "close-with-grace";
import { type App, buildApp } from "./app.ts";
import { type Config, parseConfig, type TurnConfig } from "./config.ts";
import { createLog } from "./log.ts";
import { systemRandom } from "./system.ts";
import type { TurnService } from "./turn/routes.ts";
import { openTurnSecret } from "./turn/secret.ts";

const SHUTDOWN_MS = 10_000;

// Whatever the relay makes is its own account's alone to read.
process.umask(0o077);
const log = createLog("info", process.stderr);
const config = orExit(() => parseConfig(process.env));
if (process.argv[2] === "invite") await invite(config).catch(exit);
else await serve(config).catch(exit);

async function serve(config: Config): Promise<void> {
  const app = await build(config);
  const { origin } = await app.listen(config.port, config.host);
  const invite = await app.createFirstInvite();
  const invited = invite === undefined ? "" : `, first invite: ${invite}`;
  process.stdout.write(`Tacit is at ${config.publicOrigin ?? origin}${invited}\n`);
  closeWithGrace({ delay: SHUTDOWN_MS, logger: false }, async ({ err }) => {
    if (err !== undefined) log("error", "the relay ends after a failure", err);
    await app.close();
  });
}

/** `node server/src/main.ts invite [uses]` prints a new invite, also while the relay runs. */
async function invite(config: Config): Promise<void> {
  const uses = Number(process.argv[3] ?? "1");
  if (!Number.isInteger(uses) || uses < 1) throw new Error("an invite is for one registration or more");
  const app = await build(config);
  process.stdout.write(`${await app.createInvite(uses)}\n`);
  await app.close();
}

function build({ dataDir, publicOrigin, relayName, turn, fileBytes, filesBytes }: Config): Promise<App> {
  const webDir = fileURLToPath(new URL("../../web/dist", import.meta.url));
  const blobLimits = { fileBytes, totalBytes: filesBytes };
  return buildApp({ dataDir, publicOrigin, relayName, log, webDir, blobLimits, turn: turn && openTurn(turn) });
}

/** The TURN server runs as somebody else, who may share no more than a group with the relay. */
function openTurn({ urls, secretFile }: TurnConfig): TurnService {
  mkdirSync(dirname(secretFile), { recursive: true, mode: 0o700 });
  return { urls, secret: openTurnSecret(secretFile, systemRandom, 0o640) };
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
  process.stderr.write(`Tacit cannot start: ${error instanceof Error ? toSentence(error) : String(error)}\n`);
  process.exit(1);
}

function toSentence(error: Error): string {
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}
