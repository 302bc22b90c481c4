import { join } from "node:path";
import { relayOrigin } from "@tacit/shared/wire/fields";
import * as z from "zod";
import type { Collector } from "./http/otlp.ts";

/** Where the relay listens, keeps its files and is reached. */
export type Config = {
  readonly port: number;
  /** The interface to listen on; `undefined` is every one. */
  readonly host: string | undefined;
  readonly dataDir: string;
  /** What the database is useless without; a folder of its own if the operator gives it one. */
  readonly secretsDir: string;
  readonly backupDir: string;
  /** The commit that this was built from. */
  readonly build: string | undefined;
  /** Figures for Prometheus, on a port that nobody else may reach. */
  readonly metricsPort: number | undefined;
  /** An OpenTelemetry collector that gets the same figures. */
  readonly collector: Collector | undefined;
  /** What the name localhost means to the people of this relay, as seen from here: a container has another. */
  readonly localhost: string;
  /** Absent on one's own machine: then registration is open and only this machine is served. */
  readonly publicOrigin: string | undefined;
  readonly relayName: string;
  /** The TURN servers of this relay, and the file with the secret that it shares with them. */
  readonly turn: TurnConfig | undefined;
  /** Of the largest file that may be left for somebody, and of all such files together. */
  readonly fileBytes: number;
  readonly filesBytes: number;
};
export type TurnConfig = { readonly urls: readonly string[]; readonly secretFile: string };

const MIB = 1_048_576;

const unlessEmpty = (value: unknown) => (value === "" ? undefined : value);

/** RFC 7065, with a port, so that nothing is guessed. */
const TURN_URL = /^turns?:(?:[a-z0-9.-]+|\[[0-9a-f:]+\]):\d{1,5}\?transport=(?:udp|tcp)$/;
const HOST_NAME = /^(?:[a-z0-9.-]+|\[[0-9a-f:]+\])$/;

/** `name=value,…`, each value percent-encoded: https://opentelemetry.io/docs/specs/otel/protocol/exporter/ */
const Headers = z.string().transform((said, context): Readonly<Record<string, string>> => {
  const pairs = said.split(",").filter((pair) => pair !== "");
  try {
    const parsed = pairs.map((pair) => {
      const [, name = "", value = ""] = /^\s*([\w-]+)=(.*)$/.exec(pair) ?? [];
      if (name === "") throw new URIError();
      return [name, decodeURIComponent(value.trim())];
    });
    return Object.fromEntries(parsed);
  } catch {
    context.issues.push({ code: "custom", message: "expected name=value,…", input: said });
    return z.NEVER;
  }
});

const Environment = z.object({
  PORT: z.preprocess(unlessEmpty, z.coerce.number().int().min(0).max(65_535).default(3000)),
  HOST: z.preprocess(unlessEmpty, z.string().max(253).optional()),
  DATA_DIR: z.preprocess(unlessEmpty, z.string().default("./data")),
  SECRETS_DIR: z.preprocess(unlessEmpty, z.string().optional()),
  BACKUP_DIR: z.preprocess(unlessEmpty, z.string().optional()),
  TACIT_BUILD: z.preprocess(unlessEmpty, z.string().max(64).optional()),
  METRICS_PORT: z.preprocess(unlessEmpty, z.coerce.number().int().min(0).max(65_535).optional()),
  OTEL_EXPORTER_OTLP_ENDPOINT: z.preprocess(unlessEmpty, z.url({ protocol: /^https?$/ }).optional()),
  OTEL_EXPORTER_OTLP_HEADERS: z.preprocess((said) => said ?? "", Headers),
  OTEL_METRIC_EXPORT_INTERVAL: z.preprocess(unlessEmpty, z.coerce.number().int().min(1_000).default(60_000)),
  LOCALHOST_IS: z.preprocess(
    unlessEmpty,
    z.string().regex(HOST_NAME, "expected a name or an address").default("localhost"),
  ),
  PUBLIC_ORIGIN: z.preprocess(
    unlessEmpty,
    z
      .string()
      .refine((origin) => relayOrigin.safeParse(origin).success, "expected an origin such as https://relay.example")
      .optional(),
  ),
  RELAY_NAME: z.preprocess(unlessEmpty, z.string().max(64).default("Tacit")),
  TURN_URLS: z.preprocess(
    unlessEmpty,
    z
      .string()
      .transform((list) => list.split(",").map((url) => url.trim()))
      .refine(
        (urls) => urls.every((url) => TURN_URL.test(url)),
        "expected such as turn:turn.example:3478?transport=udp",
      )
      .optional(),
  ),
  TURN_HOST: z.preprocess(unlessEmpty, z.string().regex(HOST_NAME, "expected a name or an address").optional()),
  TURN_SECRET_FILE: z.preprocess(unlessEmpty, z.string().optional()),
  FILE_MAX_MIB: z.preprocess(unlessEmpty, z.coerce.number().int().min(1).max(16_384).default(100)),
  FILES_TOTAL_MIB: z.preprocess(unlessEmpty, z.coerce.number().int().min(1).default(20_480)),
});

/** Reads the environment. Throws an error for the operator that names every variable that is wrong. */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) {
    const complaints = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`the environment is not usable: ${complaints.join("; ")}`);
  }
  const { PORT, HOST, DATA_DIR, PUBLIC_ORIGIN, RELAY_NAME, TURN_URLS, TURN_HOST, TURN_SECRET_FILE, ...rest } =
    parsed.data;
  const secretsDir = rest.SECRETS_DIR ?? DATA_DIR;
  const { FILE_MAX_MIB, FILES_TOTAL_MIB } = rest;
  const turnUrls = TURN_URLS ?? (TURN_HOST === undefined ? undefined : turnUrlsOf(TURN_HOST));
  return {
    port: PORT,
    host: HOST ?? (PUBLIC_ORIGIN === undefined ? "127.0.0.1" : undefined),
    dataDir: DATA_DIR,
    secretsDir,
    backupDir: rest.BACKUP_DIR ?? join(DATA_DIR, "backups"),
    build: rest.TACIT_BUILD,
    metricsPort: rest.METRICS_PORT,
    collector: rest.OTEL_EXPORTER_OTLP_ENDPOINT === undefined ? undefined : collectorOf(rest),
    localhost: rest.LOCALHOST_IS,
    publicOrigin: PUBLIC_ORIGIN,
    relayName: RELAY_NAME,
    turn: turnUrls && { urls: turnUrls, secretFile: TURN_SECRET_FILE ?? join(secretsDir, "turn-secret") },
    fileBytes: FILE_MAX_MIB * MIB,
    filesBytes: FILES_TOTAL_MIB * MIB,
  };
}

/** By the names and rules of the OpenTelemetry specification, "OTLP Exporter Configuration". */
function collectorOf(
  environment: Pick<
    z.infer<typeof Environment>,
    "OTEL_EXPORTER_OTLP_ENDPOINT" | "OTEL_EXPORTER_OTLP_HEADERS" | "OTEL_METRIC_EXPORT_INTERVAL"
  >,
): Collector {
  const { OTEL_EXPORTER_OTLP_ENDPOINT = "", OTEL_EXPORTER_OTLP_HEADERS, OTEL_METRIC_EXPORT_INTERVAL } = environment;
  return {
    url: `${OTEL_EXPORTER_OTLP_ENDPOINT.replace(/\/$/, "")}/v1/metrics`,
    headers: OTEL_EXPORTER_OTLP_HEADERS,
    everyMs: OTEL_METRIC_EXPORT_INTERVAL,
  };
}

/** The ways to a TURN server on its usual ports, the fastest first. */
function turnUrlsOf(host: string): readonly string[] {
  return [`turn:${host}:3478?transport=udp`, `turn:${host}:3478?transport=tcp`, `turns:${host}:5349?transport=tcp`];
}
