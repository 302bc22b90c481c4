import { mkdirSync } from "node:fs";
import { createServer, type Server as HttpServer, type IncomingMessage, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { DELIVERY_PLANE, DEVICE_PLANE } from "@tacit/shared/events";
import type { DeviceToken } from "@tacit/shared/ids";
import { KIB, MAX_MAILBOX_BYTES, SECOND_MS } from "@tacit/shared/limits";
import express, { type NextFunction, type Request, type Response } from "express";
import { buildInvites } from "./accounts/invites.ts";
import { toStoredLogin } from "./accounts/login-name.ts";
import { buildOpaque } from "./accounts/opaque.ts";
import { AccountGuard, type AccountRates, LOCAL_RATES, PUBLIC_RATES, RETRY_AFTER_MS } from "./accounts/rates.ts";
import type { RegistrationMode } from "./accounts/registration.ts";
import { accountRoutes } from "./accounts/routes.ts";
import { createSecrets, openSecrets, type Secrets } from "./accounts/secrets.ts";
import { buildAccountStore } from "./accounts/store.ts";
import { Tickets } from "./accounts/tickets.ts";
import { addressOf } from "./addresses.ts";
import { type Audit, openAudit } from "./admin/audit.ts";
import { buildAdminKeys } from "./admin/keys.ts";
import { buildLimits } from "./admin/people.ts";
import { adminRoutes } from "./admin/routes.ts";
import { type Settings, SettingsBook } from "./admin/settings.ts";
import { readStats } from "./admin/stats.ts";
import { BLOB_LIMITS, type BlobLimits, Blobs } from "./blobs/blobs.ts";
import { diskBlobFiles } from "./blobs/disk-blob-files.ts";
import { memoryBlobFiles } from "./blobs/memory-blob-files.ts";
import { blobRoutes } from "./blobs/routes.ts";
import { buildBlobStore } from "./blobs/store.ts";
import { GroupCommit } from "./db/group-commit.ts";
import { type Db, openDatabase, readStoreEpoch } from "./db/open.ts";
import { buildClaims, deliveryKeyRoutes } from "./delivery-keys/routes.ts";
import { buildDeliveryKeyStore } from "./delivery-keys/store.ts";
import { buildDiskGuard, freeBytesOf } from "./disk-guard.ts";
import type { Finding } from "./doctor/finding.ts";
import { Figures } from "./figures.ts";
import { strictHeaders } from "./http/headers.ts";
import { health, readiness } from "./http/health.ts";
import { failed, notFound } from "./http/last.ts";
import { figuresReader, metricsServer } from "./http/metrics.ts";
import { type Answer, answerCall, type Handlers, mountRoutes, type RouteName } from "./http/mount.ts";
import { type Collector, pushFigures } from "./http/otlp.ts";
import { webApp } from "./http/web-app.ts";
import { type Log, silentLog } from "./log.ts";
import { Mailboxes } from "./mailbox/mailboxes.ts";
import { mailboxRoutes } from "./mailbox/routes.ts";
import { buildMailboxStore } from "./mailbox/store.ts";
import { expire, startMaintenance, watchOthers } from "./maintenance.ts";
import { buildOrigins } from "./origins.ts";
import type { Clock, Random } from "./ports.ts";
import { Bundles } from "./prekeys/bundles.ts";
import { preKeyRoutes } from "./prekeys/routes.ts";
import { buildPreKeyStore } from "./prekeys/store.ts";
import { recoveryRoutes } from "./recovery/routes.ts";
import { buildRecoveryStore } from "./recovery/store.ts";
import { noRevocations, openRevocations } from "./revocations.ts";
import { type DeliveryPlane, serveDeliveryPlane } from "./sockets/delivery-plane.ts";
import { DeviceConnections, type DevicePlane } from "./sockets/device-plane.ts";
import { buildSocketServer } from "./sockets/socket-server.ts";
import { Unread } from "./sockets/unread.ts";
import { systemClock, systemRandom } from "./system.ts";
import { type TurnService, turnRoutes } from "./turn/routes.ts";
import { Visitors } from "./visitors.ts";

export type AppOptions = {
  /** Where the database and the secrets lie; made where missing. Absent: everything in memory. */
  readonly dataDir?: string | undefined;
  /** One that is open, instead of that in `dataDir`: a simulation's own. The relay closes it. */
  readonly database?: Db | undefined;
  /** Where the secrets lie, if not in `dataDir`, and the list of what was taken back. */
  readonly secretsDir?: string | undefined;
  /** What `dataDir` would hold, for relays in memory: saves the making. */
  readonly secrets?: Secrets | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  readonly log?: Log | undefined;
  /** When waiting work is committed; see `GroupCommit`. */
  readonly schedule?: ((flush: () => void) => void) | undefined;
  /** The origin that people reach the relay by; with one, registration needs an invite. */
  readonly publicOrigin?: string | undefined;
  readonly registration?: RegistrationMode | undefined;
  /** Until the operator decides: see `Settings`. */
  readonly workBits?: number | undefined;
  readonly relayName?: string | undefined;
  /** The built web app. Absent: none is served. */
  readonly webDir?: string | undefined;
  /** Instead of those for the open network or one's own machine. */
  readonly rates?: Partial<AccountRates> | undefined;
  /** Absent: connections between people are direct or not at all. */
  readonly turn?: TurnService | undefined;
  readonly maxSocketsPerVisitor?: number | undefined;
  /** What stands for the two socket.io namespaces where no network is: a simulation's own. */
  readonly planes?: { readonly device: DevicePlane; readonly delivery: DeliveryPlane } | undefined;
  /** Of sealed files. */
  readonly blobLimits?: Partial<BlobLimits> | undefined;
  /** Bytes that the disk has left; see `disk-guard.ts`. */
  readonly freeBytes?: (() => number) | undefined;
  /** What the doctor finds, for the admin page. */
  readonly examine?: (() => Promise<readonly Finding[]>) | undefined;
  /** Who else gets the figures. */
  readonly collector?: Collector | undefined;
  /** What runs here, such as `0.1.0+1a2b3c4`. */
  readonly build?: string | undefined;
};

export type App = {
  /** One call of a route without HTTP, for a simulation: the same parsing, the same authentication. */
  call(name: RouteName, body: unknown, token: string | undefined): Promise<Answer<RouteName>>;
  /** Resolves when connections are accepted. `port` 0 takes a free one. */
  listen(port: number, host?: string): Promise<{ readonly origin: string }>;
  createInvite(uses: number): Promise<string>;
  /** An invite for a relay that needs one and has neither people nor invites yet. */
  createFirstInvite(): Promise<string | undefined>;
  /** Figures for Prometheus, on another port. */
  listenForMetrics(port: number, host?: string): Promise<{ readonly origin: string }>;
  /** Opens the admin page once, within a day. */
  createAdminLink(): Promise<string>;
  /** Whether anybody has decided anything on the admin page. */
  readonly isSetUp: boolean;
  /** Deletes now what would be deleted within the hour. */
  expire(): Promise<void>;
  /** Stops accepting, finishes what is under way, closes the database. */
  close(): Promise<void>;
};

const FIRST_INVITE_USES = 10;
const LAST_REQUESTS_MS = 3 * SECOND_MS;
const DEFAULT_MAX_ACCOUNTS = 1_000;
const MAX_MAILBOX_MEBIBYTES = MAX_MAILBOX_BYTES / (KIB * KIB);

/** Wires the whole relay. Nothing listens yet; with `dataDir` absent nothing touches the disk either. */
export async function buildApp(options: AppOptions = {}): Promise<App> {
  const { dataDir, publicOrigin, clock = systemClock, random = systemRandom, log = silentLog } = options;
  const { build = "unknown" } = options;
  const mode = options.registration ?? (publicOrigin === undefined ? "open" : "invite");
  if (dataDir !== undefined) mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const place = dataDir === undefined ? ":memory:" : join(dataDir, "relay.db");
  const db = options.database ?? openDatabase(place, random);
  const commits = new GroupCommit(db, options.schedule);
  commits.onRefusal((failure) =>
    failure === undefined
      ? log("info", "the disk takes what is written again")
      : log("error", "the disk takes nothing: whatever is sent is refused until it does", failure),
  );
  const secretsDir = options.secretsDir ?? dataDir;
  if (secretsDir !== undefined) mkdirSync(secretsDir, { recursive: true, mode: 0o700 });
  const revocations = secretsDir === undefined ? noRevocations : openRevocations(join(secretsDir, "revocations"));
  const accounts = buildAccountStore(db, revocations);
  const prekeys = buildPreKeyStore(db);
  const deliveryKeys = buildDeliveryKeyStore(db, clock, revocations);
  const recovery = buildRecoveryStore(db);
  const invites = buildInvites(db, random);
  const tickets = new Tickets({ clock, random, accounts });
  const rates = { ...(publicOrigin === undefined ? LOCAL_RATES : PUBLIC_RATES), ...options.rates };
  const guard = new AccountGuard(clock, rates);
  const secrets = options.secrets ?? (await loadSecrets(secretsDir, random, accounts.count() > 0));
  const defaults: Settings = {
    relayName: options.relayName ?? "Tacit",
    registration: mode,
    maxAccounts: DEFAULT_MAX_ACCOUNTS,
    mailboxMebibytes: MAX_MAILBOX_MEBIBYTES,
    workBits: options.workBits ?? 0,
  };
  const settings = new SettingsBook(db, defaults);
  const adminKeys = buildAdminKeys(db, clock, random);
  const limits = buildLimits(db);
  const figures = new Figures();
  const freeBytes =
    options.freeBytes ?? (dataDir === undefined ? () => Number.POSITIVE_INFINITY : freeBytesOf(dataDir));
  const isDiskFull = buildDiskGuard(clock, freeBytes);
  const audit: Audit = dataDir === undefined ? () => {} : openAudit(join(dataDir, "audit.log"), () => clock.nowMs());

  const mailboxes = new Mailboxes({
    clock,
    store: buildMailboxStore(db),
    commits,
    log,
    limitOf: (mailbox) => limits.mailboxBytesOf(mailbox) ?? settings.mailboxBytes,
    isDiskFull,
    onPost: (status) => figures.count("tacit_posts_total", `answer="${status}"`),
  });
  const bundles = new Bundles({
    clock,
    rates,
    commits,
    keys: deliveryKeys,
    prekeys,
    onLow: (mailbox, count) => devices.sayLow(mailbox, count),
    log,
  });
  const blobs = new Blobs({
    ...{ clock, random, commits, log },
    store: buildBlobStore(db),
    files: dataDir === undefined ? memoryBlobFiles() : diskBlobFiles(join(dataDir, "blobs")),
    findKey: (hash) => deliveryKeys.find(hash),
    limits: { ...BLOB_LIMITS, ...options.blobLimits },
  });
  const claim = buildClaims({ clock, commits, deliveryKeys, log });

  const handlers: Handlers = {
    ...accountRoutes({
      get mode() {
        const { registration, maxAccounts } = settings.current;
        return isDiskFull() || accounts.count() >= maxAccounts ? "closed" : registration;
      },
      get workBits() {
        return settings.current.workBits;
      },
      get relayName() {
        return settings.current.relayName;
      },
      clock,
      random,
      commits,
      opaque: buildOpaque(secrets.opaqueSetup),
      accounts,
      invites,
      prekeys,
      deliveryKeys,
      toStored: (login) => toStoredLogin(login, secrets.loginKey),
      recovery,
      tickets,
      guard,
      onRevoked: (mailbox) => mailboxes.end(mailbox),
      onRemoved: (mailbox) => mailboxes.remove(mailbox),
      onKeysRemoved: (keys) => bundles.forget(keys),
    }),
    ...recoveryRoutes({ commits, accounts, recovery, tickets, guard }),
    ...preKeyRoutes({ clock, commits, accounts, prekeys, bundles }),
    ...deliveryKeyRoutes({ commits, deliveryKeys }, claim),
    ...mailboxRoutes(mailboxes),
    ...turnRoutes({ clock, random, turn: options.turn }),
  };

  const web = express();
  const http = createServer(
    {
      headersTimeout: 10 * SECOND_MS,
      requestTimeout: 20 * SECOND_MS,
      keepAliveTimeout: 10 * SECOND_MS,
      // Node looks after the two first only so often.
      connectionsCheckingInterval: 2 * SECOND_MS,
    },
    web,
  );
  const unread = new Unread();
  const origins = buildOrigins(publicOrigin, () => portOf(http));
  const visitors = new Visitors(clock, random);
  const authenticate = (token: DeviceToken) => {
    const device = accounts.findToken(token);
    return device && { ...device, token };
  };
  const visitorOf = (request: IncomingMessage) => visitors.nameOf(addressOf(request, publicOrigin !== undefined));
  web.disable("x-powered-by");
  web.set("etag", false);
  // A browser that was told once would never again reach anything on this machine by http.
  const isSecure = publicOrigin?.startsWith("https:") === true && new URL(publicOrigin).hostname !== "localhost";
  const headers = strictHeaders(isSecure);
  web.use(...headers);
  web.get("/healthz", health(db, build));
  web.get("/readyz", readiness(db, commits, isDiskFull));
  const createInvite = (uses: number) => commits.run(() => invites.create(uses));
  web.use(
    adminRoutes({
      commits,
      keys: adminKeys,
      settings,
      audit,
      createInvite,
      stats: () => readStats(db),
      examine: options.examine ?? (() => Promise.resolve([])),
      build,
      isAllowedOrigin: (origin) => origins.isAllowed(origin),
    }),
  );
  web.use(
    blobRoutes({ blobs, clock, isAllowedOrigin: (origin) => origins.isAllowed(origin), visitorOf, log }),
    mountRoutes({
      handlers,
      authenticate,
      isDisabled: (token) => accounts.isDisabled(token),
      isAllowedOrigin: (origin) => origins.isAllowed(origin),
      visitorOf: (request) => ({ from: visitorOf(request) }),
      retryAfterMs: () => RETRY_AFTER_MS,
      onAnswer: (name, outcome) => figures.count("tacit_requests_total", `route="${name}",outcome="${outcome}"`),
      unread,
      log,
    }),
  );
  if (options.webDir !== undefined) web.use(webApp(options.webDir));
  web.use(notFound, failed(log));

  const io = buildSocketServer(http, {
    isAllowedOrigin: (origin) => origins.isAllowed(origin),
    visitorOf,
    maxSocketsPerVisitor: options.maxSocketsPerVisitor,
    unread,
  });
  for (const header of headers) {
    io.engine.use((request: Request, response: Response, next: NextFunction) => {
      // An upgrade that is accepted shows no page, and one that is refused gets no headers of ours from the library.
      if (response instanceof ServerResponse) header(request, response, next);
      else next();
    });
  }
  const storeEpoch = readStoreEpoch(db);
  const devices = new DeviceConnections(options.planes?.device ?? io.of(DEVICE_PLANE), {
    storeEpoch,
    clock,
    commits,
    accounts,
    prekeys,
    deliveryKeys,
    mailboxes,
    log,
  });
  const deliveryPlane = options.planes?.delivery ?? io.of(DELIVERY_PLANE);
  serveDeliveryPlane(deliveryPlane, {
    ...{ clock, mailboxes, bundles, claim, log },
    visitorOf: options.planes === undefined ? visitorOf : () => "nowhere",
  });

  const upkeep = { clock, db, commits, mailboxes, prekeys, deliveryKeys, blobs, log };
  const stopMaintenance = startMaintenance(upkeep);
  const refresh = () => {
    settings.refresh();
    mailboxes.recount();
    devices.review();
  };
  // By the machine's clock: what another process does is in no scenario's time.
  const stopWatching = watchOthers(systemClock, db, refresh, log);
  const reader = figuresReader(figures, () => {
    const { accounts: people, waitingEnvelopes, databaseBytes } = readStats(db);
    return {
      [`tacit_build_info{version="${build}"}`]: 1,
      tacit_device_connections: io.of(DEVICE_PLANE).sockets.size,
      tacit_delivery_connections: io.of(DELIVERY_PLANE).sockets.size,
      tacit_accounts: people,
      tacit_envelopes_waiting: waitingEnvelopes,
      tacit_database_bytes: databaseBytes,
      tacit_disk_free_bytes: freeBytes(),
    };
  });
  const metrics = metricsServer(reader.read);
  const stopPushing =
    options.collector && pushFigures(options.collector, { clock: systemClock, log, read: reader.read });

  return {
    call: (name, body, token) =>
      answerCall({ handlers, authenticate }, name, body, { token, visitor: () => ({ from: "nowhere" }) }),
    createInvite,
    createFirstInvite: async () =>
      settings.current.registration === "invite" && invites.isFirstStart()
        ? createInvite(FIRST_INVITE_USES)
        : undefined,
    createAdminLink: () => commits.run(() => adminKeys.createLink()),
    get isSetUp() {
      return settings.isSetUp;
    },
    listen: (port, host) => listen(http, port, host),
    listenForMetrics: (port, host) => listen(metrics, port, host),
    expire: () => expire(upkeep),
    close: async () => {
      stopMaintenance();
      stopWatching();
      metrics.close();
      metrics.closeAllConnections();
      stopPushing?.();
      reader.stop();
      commits.flush();
      // Answers to what was just committed leave before their connections close.
      await new Promise((resolve) => setImmediate(resolve));
      // Whoever is still sending a request gets no more time than this.
      const force = systemClock.after(LAST_REQUESTS_MS, () => http.closeAllConnections());
      await io.close();
      force();
      commits.flush();
      db.$client.close();
    },
  };
}

async function loadSecrets(directory: string | undefined, random: Random, isInUse: boolean): Promise<Secrets> {
  return directory === undefined ? createSecrets(random) : openSecrets(directory, random, isInUse);
}

function listen(http: HttpServer, port: number, host?: string): Promise<{ readonly origin: string }> {
  return new Promise((resolve, reject) => {
    http.once("error", reject);
    http.listen(port, host, () => {
      http.off("error", reject);
      resolve({ origin: `http://localhost:${portOf(http)}` });
    });
  });
}

function portOf(http: HttpServer): number {
  // A TCP server has an address object once it listens.
  return (http.address() as AddressInfo | null)?.port ?? 0;
}
