import { relayOrigin } from "@tacit/shared/wire/fields";
import * as z from "zod";

/** Where the relay listens, keeps its files and is reached. */
export type Config = {
  readonly port: number;
  /** The interface to listen on; `undefined` is every one. */
  readonly host: string | undefined;
  readonly dataDir: string;
  /** Absent on one's own machine: then registration is open and only this machine is served. */
  readonly publicOrigin: string | undefined;
  readonly relayName: string;
};

const unlessEmpty = (value: unknown) => (value === "" ? undefined : value);

const Environment = z.object({
  PORT: z.preprocess(unlessEmpty, z.coerce.number().int().min(0).max(65_535).default(3000)),
  HOST: z.preprocess(unlessEmpty, z.string().max(253).optional()),
  DATA_DIR: z.preprocess(unlessEmpty, z.string().default("./data")),
  PUBLIC_ORIGIN: z.preprocess(
    unlessEmpty,
    z
      .string()
      .refine((origin) => relayOrigin.safeParse(origin).success, "expected an origin such as https://relay.example")
      .optional(),
  ),
  RELAY_NAME: z.preprocess(unlessEmpty, z.string().max(64).default("Tacit")),
});

/** Reads the environment. Throws an error for the operator that names every variable that is wrong. */
export function parseConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const parsed = Environment.safeParse(environment);
  if (!parsed.success) {
    const complaints = parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
    throw new Error(`the environment is not usable: ${complaints.join("; ")}`);
  }
  const { PORT, HOST, DATA_DIR, PUBLIC_ORIGIN, RELAY_NAME } = parsed.data;
  return {
    port: PORT,
    host: HOST ?? (PUBLIC_ORIGIN === undefined ? "127.0.0.1" : undefined),
    dataDir: DATA_DIR,
    publicOrigin: PUBLIC_ORIGIN,
    relayName: RELAY_NAME,
  };
}
