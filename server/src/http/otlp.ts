import { SECOND_MS } from "@tacit/shared/limits";
import type { Log } from "../log.ts";
import type { Clock } from "../ports.ts";

/** An OpenTelemetry collector: the whole address of its metrics, and what each request says to be let in. */
export type Collector = {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly everyMs: number;
};

const ANSWER_MS = 10 * SECOND_MS;
const CUMULATIVE = 2;
const TYPE = /^# TYPE (\S+) (counter|gauge)$/;
const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /(\w+)="([^"]*)"/g;

/**
 * Gives the figures of `/metrics` to a collector, every so often: OTLP over HTTP in its JSON encoding (OpenTelemetry
 * Protocol 1.5, sections "OTLP/HTTP Request" and "JSON Protobuf Encoding"). What the collector does not take is not kept:
 * the figures are sums, and the next ones hold it. Answers how to end it. The official library would be 20 MB of the relay.
 */
export function pushFigures(
  { url, headers, everyMs }: Collector,
  { clock, log, read }: { readonly clock: Clock; readonly log: Log; readonly read: () => string },
): () => void {
  const startMs = clock.nowMs();
  let isHeard = true;
  let isEnded = false;
  let cancel = clock.after(everyMs, () => void push());

  async function push(): Promise<void> {
    const failure = await send();
    // One that was under way when it ended has nothing more to say, and nothing to read.
    if (isEnded) return;
    // Said once, not at each try.
    if (failure !== undefined && isHeard) log("warn", "the collector does not take the figures", failure);
    isHeard = failure === undefined;
    cancel = clock.after(everyMs, () => void push());
  }

  async function send(): Promise<unknown> {
    try {
      const body = JSON.stringify(toOtlp(read(), { startMs, nowMs: clock.nowMs() }));
      const request = { method: "POST", body, headers: { ...headers, "content-type": "application/json" } };
      // The headers may hold a key: they go where the operator said, and nowhere from there.
      const answer = await fetch(url, { ...request, redirect: "error", signal: AbortSignal.timeout(ANSWER_MS) });
      await answer.body?.cancel();
      return answer.ok ? undefined : new Error(`it answered ${answer.status}`);
    } catch (failure) {
      return failure;
    }
  }

  return () => {
    isEnded = true;
    cancel();
  };
}

/** `text`: as Prometheus reads it (figures.ts). Times in ms. */
export function toOtlp(text: string, { startMs, nowMs }: { readonly startMs: number; readonly nowMs: number }) {
  const kinds = new Map<string, string>();
  const families = new Map<string, unknown[]>();
  const times = { startTimeUnixNano: toNanoseconds(startMs), timeUnixNano: toNanoseconds(nowMs) };
  for (const line of text.split("\n")) {
    const [, family = "", kind = ""] = TYPE.exec(line) ?? [];
    if (kind !== "") kinds.set(family, kind);
    const [, name, labels = "", value] = SAMPLE.exec(line) ?? [];
    if (name === undefined) continue;
    const attributes = [...labels.matchAll(LABEL)].map(([, key = "", said = ""]) => attribute(key, said));
    families.set(name, [...(families.get(name) ?? []), { attributes, ...times, asDouble: Number(value) }]);
  }
  const metrics = [...families].map(([name, dataPoints]) =>
    kinds.get(name) === "counter"
      ? { name, sum: { dataPoints, aggregationTemporality: CUMULATIVE, isMonotonic: true } }
      : { name, gauge: { dataPoints } },
  );
  const resource = { attributes: [attribute("service.name", "tacit-relay")] };
  return { resourceMetrics: [{ resource, scopeMetrics: [{ scope: { name: "tacit" }, metrics }] }] };
}

function attribute(key: string, said: string) {
  return { key, value: { stringValue: said } };
}

function toNanoseconds(ms: number): string {
  return `${BigInt(Math.round(ms)) * 1_000_000n}`;
}
