import { fileURLToPath } from "node:url";
import closeWithGrace from "close-with-grace";
import { type App, buildApp } from "./app.ts";
import { type Config, parseConfig } from "./config.ts";
import { createLog } from "./log.ts";

const SHUTDOWN_MS = 10_000;

const log = createLog("info", process.stderr);
const config = orExit(() => parseConfig(process.env));
const app = await start(config).catch((error: unknown) => exit(error));
closeWithGrace({ delay: SHUTDOWN_MS, logger: false }, async ({ err }) => {
  if (err !== undefined) log("error", "the relay ends after a failure", err);
  await app.close();
});

async function start({ port, host, dataDir, publicOrigin, relayName }: Config): Promise<App> {
  const built = await buildApp({
    dataDir,
    publicOrigin,
    relayName,
    log,
    webDir: fileURLToPath(new URL("../../web/dist", import.meta.url)),
  });
  const { origin } = await built.listen(port, host);
  const invite = built.firstInvite === undefined ? "" : `, first invite: ${built.firstInvite}`;
  process.stdout.write(`Tacit is at ${publicOrigin ?? origin}${invite}\n`);
  return built;
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
