import { createServer, type Server } from "node:http";
import { monitorEventLoopDelay } from "node:perf_hooks";
import type { Figures } from "../figures.ts";

const NANOSECONDS = 1e9;

/** The figures as Prometheus reads them, with those of the process. The caller stops it. */
export function figuresReader(figures: Figures, gauges: () => Readonly<Record<string, number>>) {
  const delay = monitorEventLoopDelay({ resolution: 20 });
  delay.enable();
  const read = (): string => {
    const text = figures.write({
      ...gauges(),
      process_resident_memory_bytes: process.memoryUsage.rss(),
      process_uptime_seconds: Math.round(process.uptime()),
      tacit_event_loop_delay_p99_seconds: delay.percentile(99) / NANOSECONDS,
    });
    delay.reset();
    return text;
  };
  return { read, stop: () => void delay.disable() };
}

/** Figures for Prometheus, on a port of their own. The caller listens and closes. */
export function metricsServer(read: () => string): Server {
  return createServer((request, response) => {
    if (request.url !== "/metrics") {
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(read());
  });
}
