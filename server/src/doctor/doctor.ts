import { join } from "node:path";
import { readBuild } from "../build.ts";
import type { Config } from "../config.ts";
import type { Clock, Random } from "../ports.ts";
import type { TurnService } from "../turn/routes.ts";
import { type Finding, skipped, well } from "./finding.ts";
import { checkBackups, checkClock, checkDatabase, checkDisk, checkSecrets } from "./inside.ts";
import { checkCertificate, checkFront, checkName } from "./outside.ts";
import { checkTurn } from "./turn.ts";

type Ports = { readonly clock: Clock; readonly random: Random; readonly turn: TurnService | undefined };

/** Looks at everything that has to be right for people to reach each other, as a client would. Changes nothing. */
export async function examine(config: Config, { clock, random, turn }: Ports): Promise<readonly Finding[]> {
  const { dataDir, secretsDir, backupDir, publicOrigin, localhost } = config;
  const nowMs = clock.nowMs();
  const database = join(dataDir, "relay.db");
  const front = publicOrigin === undefined ? undefined : { origin: new URL(publicOrigin), localhost };
  const outside =
    front === undefined
      ? [skipped("front", "there is no PUBLIC_ORIGIN: this relay is for this machine alone")]
      : await Promise.all([checkName(front), checkCertificate(front, nowMs), checkFront(front)]);
  return [
    well("version", readBuild(config.build)),
    ...outside,
    ...(await checkTurn(turn, { nowMs, random, localhost })),
    checkClock(nowMs, database),
    checkDisk(dataDir),
    checkDatabase(database),
    checkSecrets(secretsDir),
    checkBackups(backupDir, nowMs),
  ];
}
