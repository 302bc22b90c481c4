import { closeSync, existsSync, mkdirSync, openSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { toBase64Url } from "@tacit/shared/bytes";
import { MAX_MAILBOX_BYTES } from "@tacit/shared/limits";
import { buildInvites } from "../accounts/invites.ts";
import { buildAccountStore } from "../accounts/store.ts";
import { backUpData, backUpSecrets, backupName, restoreSecrets } from "../backup/backup.ts";
import { restoreData } from "../backup/restore.ts";
import type { Config } from "../config.ts";
import { type Db, openDatabase } from "../db/open.ts";
import { examine } from "../doctor/doctor.ts";
import { exitCodeOf, toText } from "../doctor/finding.ts";
import { piecesOf, writeDurably } from "../files.ts";
import type { Clock, Random } from "../ports.ts";
import { openRevocations, readRevocations } from "../revocations.ts";
import type { TurnService } from "../turn/routes.ts";
import { disabledIn, openAudit } from "./audit.ts";
import { buildAdminKeys } from "./keys.ts";
import { buildPeople, type Person } from "./people.ts";
import { Settings, SettingsBook } from "./settings.ts";
import { readStats } from "./stats.ts";

const MIB = 1024 * 1024;

export const HELP = `tacit                          runs the relay
tacit doctor [--json]          looks at everything that has to be right; 0 well, 1 broken, 2 doubtful
tacit admin                    a link to the admin page, good once and for a day
tacit admin end                ends every session of the admin page, and every link to it
tacit invite [USES]            an invite for so many people
tacit user list
tacit user disable|enable WHO  WHO: a handle, or an id of the list
tacit user quota WHO MIB|default
tacit user purge WHO           deletes the account and all that waits for it
tacit stats
tacit backup data [FILE]       while the relay runs; FILE - writes to the output
tacit backup secrets [FILE]    keep it apart from the data: with both, passwords can be guessed at
tacit restore data FILE        while the relay is stopped; FILE - reads the input
tacit restore secrets FILE
tacit rotate turn              a new secret for the TURN server; restart both after it
tacit rotate tokens            signs every device out: each signs in again by its password
tacit export-config            what was decided on the admin page, without secrets
`;

/** Elsewhere than the relay is these would make one of nobody, and do as they are told there. */
const ACTS_ON_A_RELAY: ReadonlySet<string> = new Set(["admin", "invite", "user", "stats", "export-config", "rotate"]);

type Ports = {
  readonly config: Config;
  readonly clock: Clock;
  readonly random: Random;
  readonly turn: () => TurnService | undefined;
  /** The streams `-` stands for. */
  readonly read: () => Iterable<Uint8Array>;
  readonly write: (chunk: string | Uint8Array) => void;
};

/** Runs one command beside the relay or without it. Answers the exit code; throws a sentence for the operator. */
export async function runCommand([command, ...rest]: readonly string[], ports: Ports): Promise<number> {
  const say = (line: string) => ports.write(`${line}\n`);
  const { config, clock, random } = ports;
  const database = join(config.dataDir, "relay.db");
  const audit = (action: string) => openAudit(join(config.dataDir, "audit.log"), () => clock.nowMs())(action);

  if (ACTS_ON_A_RELAY.has(command ?? "") && !existsSync(database)) {
    throw new Error(`there is no relay in ${config.dataDir}: set DATA_DIR as it is for the relay, or start it first`);
  }
  switch (command) {
    case "doctor": {
      const findings = await examine(config, { clock, random, turn: ports.turn() });
      say(rest[0] === "--json" ? JSON.stringify(findings, undefined, 2) : toText(findings));
      return exitCodeOf(findings);
    }
    case "admin": {
      if (rest[0] === "end") {
        audit("admin links and sessions ended");
        const ended = withDb(ports, (db) => buildAdminKeys(db, clock, random).endAll());
        say(`Ended: ${ended} links and sessions. tacit admin makes a new link.`);
        return 0;
      }
      if (rest[0] !== undefined) throw new Error("say: tacit admin, or tacit admin end");
      audit("admin link made");
      const link = withDb(ports, (db) => buildAdminKeys(db, clock, random).createLink());
      say(`${config.publicOrigin ?? `http://localhost:${config.port}`}/admin#${link}`);
      return 0;
    }
    case "invite": {
      const uses = wholeNumber(rest[0] ?? "1", "an invite is for one registration or more");
      audit(`invite for ${uses} made`);
      say(withDb(ports, (db) => buildInvites(db, random).create(uses)));
      return 0;
    }
    case "user":
      return runUserCommand(rest, ports, audit, say);
    case "stats":
      for (const [name, value] of Object.entries(readDb(ports, readStats))) say(`${name.padEnd(18)}${value}`);
      return 0;
    case "export-config":
      say(
        JSON.stringify(
          readDb(ports, (db) => settingsOf(db, config).current),
          undefined,
          2,
        ),
      );
      return 0;
    case "backup":
      await runBackup(rest, ports, { database, say });
      return 0;
    case "restore":
      runRestore(rest, ports, { database, say, audit });
      return 0;
    case "rotate": {
      if (rest[0] === "tokens") {
        audit("device tokens rotated");
        const ended = withDb(ports, (db) => accountsOf(db, config).endAllTokens());
        say(`Ended: ${ended} sign-ins. Nothing that waits is lost; each device asks for its password.`);
        return 0;
      }
      if (rest[0] !== "turn") throw new Error("say: tacit rotate turn|tokens");
      if (config.turn === undefined) throw new Error("this relay names no TURN server: set TURN_HOST or TURN_URLS");
      audit("TURN secret rotated");
      const next = `${config.turn.secretFile}.next`;
      rmSync(next, { force: true });
      writeDurably(next, toBase64Url(random(32)), 0o640);
      renameSync(next, config.turn.secretFile);
      say("There is a new secret. Now: docker compose restart relay turn");
      return 0;
    }
    case "help":
    case "--help":
      ports.write(HELP);
      return 0;
    default:
      throw new Error(`there is no "${command}": tacit help says what there is`);
  }
}

function runUserCommand(
  [action, who, value]: readonly string[],
  ports: Ports,
  audit: (action: string) => void,
  say: (line: string) => void,
): number {
  if (action === "list") {
    for (const person of readDb(ports, (db) => buildPeople(db).list())) say(toLine(person));
    return 0;
  }
  if (action === undefined || !["disable", "enable", "quota", "purge"].includes(action)) {
    throw new Error("say: tacit user list|disable|enable|quota|purge");
  }
  withDb(ports, (db) => {
    const people = buildPeople(db);
    const account = people.find(who ?? "");
    if (account === undefined) throw new Error("nobody here has this name: tacit user list");
    const bytes = action !== "quota" || value === "default" ? undefined : mebibytes(value ?? "") * MIB;
    audit(`user ${action} ${account}${action === "quota" ? ` ${value}` : ""}`);
    if (action === "quota") people.setQuota(account, bytes);
    else if (action === "purge") accountsOf(db, ports.config).remove(account);
    else people.setDisabled(account, action === "disable");
  });
  say("Done. A relay that runs knows it within seconds.");
  return 0;
}

async function runBackup(
  [what, file]: readonly string[],
  { config, clock, write }: Ports,
  { database, say }: { readonly database: string; readonly say: (line: string) => void },
): Promise<void> {
  const isStreamed = file === "-";
  const own = join(isStreamed ? config.dataDir : config.backupDir, backupName(clock.nowMs()));
  const to = file === undefined || isStreamed ? (what === "secrets" ? own.replace(/\.db$/, ".secrets") : own) : file;
  mkdirSync(config.backupDir, { recursive: true, mode: 0o700 });
  if (what === "data") await backUpData(database, to);
  else if (what === "secrets") backUpSecrets(config.secretsDir, to);
  else throw new Error("say: tacit backup data|secrets [FILE]");
  if (!isStreamed) return say(to);
  const descriptor = openSync(to, "r");
  // Only this process reads it.
  rmSync(to);
  try {
    for (const piece of piecesOf(descriptor)) write(piece);
  } finally {
    closeSync(descriptor);
  }
}

function runRestore(
  [what, file]: readonly string[],
  ports: Ports,
  {
    database,
    say,
    audit,
  }: { readonly database: string; readonly say: (line: string) => void; readonly audit: (action: string) => void },
): void {
  const { config, clock, random, read } = ports;
  if (file === undefined || (what !== "data" && what !== "secrets")) {
    throw new Error("say: tacit restore data|secrets FILE");
  }
  mkdirSync(config.dataDir, { recursive: true, mode: 0o700 });
  mkdirSync(config.secretsDir, { recursive: true, mode: 0o700 });
  const from = file === "-" ? join(config.dataDir, "restoring") : file;
  try {
    if (file === "-") {
      rmSync(from, { force: true });
      writeDurably(from, read());
    }
    if (what === "secrets") {
      const made = restoreSecrets(from, config.secretsDir);
      say(made.length === 0 ? "They are all there already." : `Put back: ${made.join(", ")}.`);
      return;
    }
    const revoked = readRevocations(join(config.secretsDir, "revocations"));
    const decided = () => audit("data restored");
    const refused = restoreData(from, database, { clock, random, revoked, decided });
    const { accounts, tokens, keys, files } = refused;
    say(`Restored. Taken back since, and left out: ${accounts} accounts, ${tokens} sign-ins, ${keys} delivery keys.`);
    if (files > 0) say(`${files} files that waited are gone: whoever misses one is told to ask for it once more.`);
    say("Clients publish their keys anew when they connect next.");
    sayDisabled(ports, say);
    say("Start the relay.");
  } finally {
    if (file === "-") rmSync(from, { force: true });
  }
}

/** Who is disabled comes with the backup. What was decided since is in the audit log, if that was not lost too. */
function sayDisabled(ports: Ports, say: (line: string) => void): void {
  const file = join(ports.config.dataDir, "audit.log");
  const people = readDb(ports, (db) => buildPeople(db).list());
  const open = new Map(people.filter(({ isDisabled }) => !isDisabled).map((person) => [person.id, person]));
  const missed = (existsSync(file) ? disabledIn(readFileSync(file, "utf8")) : [])
    .map((id) => open.get(id))
    .filter((person) => person !== undefined);
  say("Disabled are those whom the backup has as disabled; whoever was disabled after it is not.");
  for (const { id, handle } of missed) {
    say(`The audit log says that ${handle ?? id} was disabled since: tacit user disable ${id}`);
  }
}

function withDb<Value>(ports: Ports, work: (db: Db) => Value): Value {
  return openDb(ports, (db) => db.$client.transaction(() => work(db)).immediate());
}

/** At one moment, and however long it takes: the relay goes on writing. */
function readDb<Value>(ports: Ports, read: (db: Db) => Value): Value {
  return openDb(ports, (db) => db.$client.transaction(() => read(db)).deferred());
}

function openDb<Value>({ config, random }: Ports, work: (db: Db) => Value): Value {
  const db = openDatabase(join(config.dataDir, "relay.db"), random);
  try {
    return work(db);
  } finally {
    db.$client.close();
  }
}

function accountsOf(db: Db, { secretsDir }: Config): ReturnType<typeof buildAccountStore> {
  return buildAccountStore(db, openRevocations(join(secretsDir, "revocations")));
}

function settingsOf(db: Db, { relayName, publicOrigin }: Config): SettingsBook {
  const registration = publicOrigin === undefined ? "open" : "invite";
  return new SettingsBook(db, Settings.parse({ relayName, registration, maxAccounts: 1_000, mailboxMebibytes: 128 }));
}

function toLine({ id, handle = "(e-mail)", devices, waitingBytes, isDisabled, mailboxBytes }: Person): string {
  const quota = mailboxBytes === undefined ? "" : `, quota ${mailboxBytes / MIB} MiB`;
  const state = isDisabled ? ", disabled" : "";
  return `${handle.padEnd(24)} ${id}  ${devices} device, ${(waitingBytes / MIB).toFixed(1)} MiB waiting${quota}${state}`;
}

function mebibytes(text: string): number {
  const complaint = `say how many MiB, 1 to ${MAX_MAILBOX_BYTES / MIB}, or "default"`;
  const number = wholeNumber(text, complaint);
  if (number > MAX_MAILBOX_BYTES / MIB) throw new Error(complaint);
  return number;
}

function wholeNumber(text: string, complaint: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new Error(complaint);
  return number;
}
