import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { buildApp } from "../app.ts";
import { FakeClock } from "../testing/fake-clock.ts";
import { pushFigures, toOtlp } from "./otlp.ts";

test("counters are sums that only grow, everything else is a gauge, and labels are attributes", () => {
  const text = [
    "# TYPE tacit_posts_total counter",
    'tacit_posts_total{answer="ok"} 3',
    'tacit_posts_total{answer="retry"} 1',
    "# TYPE tacit_accounts gauge",
    "tacit_accounts 2",
    "# TYPE tacit_event_loop_delay_p99_seconds gauge",
    "tacit_event_loop_delay_p99_seconds 0.0125",
    "",
  ].join("\n");

  const times = { startTimeUnixNano: "1000000", timeUnixNano: "2000000" };
  const gauge = (asDouble: number) => ({ dataPoints: [{ attributes: [], ...times, asDouble }] });
  const point = (answer: string, asDouble: number) => ({
    attributes: [{ key: "answer", value: { stringValue: answer } }],
    ...times,
    asDouble,
  });
  expect(toOtlp(text, { startMs: 1, nowMs: 2 }).resourceMetrics[0]?.scopeMetrics[0]?.metrics).toEqual([
    {
      name: "tacit_posts_total",
      sum: { dataPoints: [point("ok", 3), point("retry", 1)], aggregationTemporality: 2, isMonotonic: true },
    },
    { name: "tacit_accounts", gauge: gauge(2) },
    { name: "tacit_event_loop_delay_p99_seconds", gauge: gauge(0.0125) },
  ]);
});

test("a collector gets the figures again and again, also after it was away, and its absence is said once", async () => {
  const bodies: { readonly path: string | undefined; readonly team: unknown; readonly body: string }[] = [];
  const complaints: string[] = [];
  let isAway = true;
  const collector = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts).toString();
    bodies.push({ path: request.url, team: request.headers["x-team"], body });
    response.writeHead(isAway ? 503 : 200).end("{}");
  });
  await new Promise<void>((resolve) => collector.listen(0, "127.0.0.1", resolve));
  const { port } = collector.address() as AddressInfo;
  const app = await buildApp({
    collector: { url: `http://127.0.0.1:${port}/v1/metrics`, headers: { "x-team": "chat" }, everyMs: 20 },
    log: (level, sentence) => complaints.push(`${level}: ${sentence}`),
    build: "1.2.3+abc",
  });

  await expect.poll(() => bodies.length).toBeGreaterThan(2);
  isAway = false;
  const before = bodies.length;
  await expect.poll(() => bodies.length).toBeGreaterThan(before + 2);
  await app.close();
  collector.close();

  expect(bodies[0]).toMatchObject({ path: "/v1/metrics", team: "chat" });
  expect(bodies[0]?.body).toContain('{"key":"version","value":{"stringValue":"1.2.3+abc"}}');
  expect(complaints).toEqual(["warn: the collector does not take the figures"]);
});

test("a collector that sends the figures on to somebody else is not followed", async () => {
  const clock = new FakeClock();
  let asked = 0;
  const elsewhere = createServer((_request, response) => {
    asked += 1;
    response.end();
  }).listen(0, "127.0.0.1");
  await once(elsewhere, "listening");
  const { port: away } = elsewhere.address() as AddressInfo;
  const collector = createServer((_request, response) => {
    response.writeHead(307, { location: `http://127.0.0.1:${away}/` }).end();
  }).listen(0, "127.0.0.1");
  await once(collector, "listening");
  const { port } = collector.address() as AddressInfo;
  const complaints: string[] = [];
  const log = (_: unknown, sentence: string) => complaints.push(sentence);
  const to = { url: `http://127.0.0.1:${port}/v1/metrics`, headers: { key: "a secret" }, everyMs: 1_000 };

  const end = pushFigures(to, { clock, log, read: () => "" });
  clock.advance(1_000);

  await expect.poll(() => complaints).toEqual(["the collector does not take the figures"]);
  expect(asked).toBe(0);
  end();
  for (const server of [elsewhere, collector]) server.close();
});

test("what ends while the figures are on their way reads them never again, and figures that cannot be read end nothing", async () => {
  const clock = new FakeClock();
  let reads = 0;
  const complaints: string[] = [];
  const read = () => {
    reads += 1;
    throw new Error("the database is closed");
  };
  const collector = { url: "http://127.0.0.1:1/v1/metrics", headers: {}, everyMs: 1_000 };
  const end = pushFigures(collector, { clock, log: (_, sentence) => complaints.push(sentence), read });

  clock.advance(1_000);
  await expect.poll(() => complaints).toEqual(["the collector does not take the figures"]);
  clock.advance(1_000);
  end();
  await new Promise((resolve) => setImmediate(resolve));
  clock.advance(10_000);

  expect(reads).toBe(2);
});
