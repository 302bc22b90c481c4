import { pino } from "pino";

export type Level = "info" | "warn" | "error";

/** Where the relay says what its operator must know: fixed sentences, never who, where from, or which mailbox. */
export type Log = (level: Level, sentence: string, failure?: unknown) => void;

export const silentLog: Log = () => {};

type Destination = { write(line: string): void };

/** JSON lines. Of a failure only its kind, its code and its frames are written: messages of libraries quote values. */
export function createLog(level: Level | "trace", destination: Destination): Log {
  const logger = pino({ level, base: null }, destination);
  return (at, sentence, failure) => logger[at](failure === undefined ? {} : describe(failure), sentence);
}

function describe(failure: unknown): { kind: string; code?: string; frames: readonly string[] } {
  if (!(failure instanceof Error)) return { kind: typeof failure, frames: [] };
  const code = "code" in failure && typeof failure.code === "string" ? failure.code : undefined;
  const frames = (failure.stack ?? "").split("\n").filter((line) => /^\s+at /.test(line));
  const inner = failure.cause === undefined ? {} : { cause: describe(failure.cause) };
  return { kind: failure.name, ...(code === undefined ? {} : { code }), frames: frames.slice(0, 8), ...inner };
}
