import { expect, test } from "vitest";
import { parseConfig } from "./config.ts";

test("an empty environment is a relay for this machine alone", () => {
  expect(parseConfig({ PORT: "" })).toEqual({
    port: 3000,
    host: "127.0.0.1",
    dataDir: "./data",
    secretsDir: "./data",
    backupDir: "data/backups",
    build: undefined,
    metricsPort: undefined,
    localhost: "localhost",
    publicOrigin: undefined,
    relayName: "Tacit",
    turn: undefined,
    fileBytes: 104_857_600,
    filesBytes: 21_474_836_480,
  });
});

test("a public relay listens on every interface, unless it is told one", () => {
  const PUBLIC_ORIGIN = "https://relay.example";

  expect(parseConfig({ PUBLIC_ORIGIN })).toMatchObject({ host: undefined, publicOrigin: PUBLIC_ORIGIN });
  expect(parseConfig({ PUBLIC_ORIGIN, HOST: "10.0.0.2" }).host).toBe("10.0.0.2");
});

test("TURN servers are named one by one, or by a host with the usual ports", () => {
  const urls = ["turn:turn.example:3478?transport=udp", "turns:[2001:db8::1]:443?transport=tcp"];

  expect(parseConfig({ TURN_URLS: urls.join(", "), TURN_SECRET_FILE: "/run/secret" }).turn).toEqual({
    urls,
    secretFile: "/run/secret",
  });
  expect(parseConfig({ TURN_HOST: "turn.example", DATA_DIR: "/data" }).turn).toEqual({
    urls: [
      "turn:turn.example:3478?transport=udp",
      "turn:turn.example:3478?transport=tcp",
      "turns:turn.example:5349?transport=tcp",
    ],
    secretFile: "/data/turn-secret",
  });
});

test.each([
  [{ PORT: "abc" }, "PORT"],
  [{ PORT: "65536" }, "PORT"],
  [{ PUBLIC_ORIGIN: "relay.example" }, "PUBLIC_ORIGIN"],
  [{ PUBLIC_ORIGIN: "https://relay.example/" }, "PUBLIC_ORIGIN"],
  [{ PUBLIC_ORIGIN: "http://relay.example" }, "PUBLIC_ORIGIN"],
  [{ RELAY_NAME: "x".repeat(65) }, "RELAY_NAME"],
  [{ OTEL_EXPORTER_OTLP_ENDPOINT: "collector:4318" }, "OTEL_EXPORTER_OTLP_ENDPOINT"],
  [{ OTEL_EXPORTER_OTLP_HEADERS: "no value" }, "OTEL_EXPORTER_OTLP_HEADERS"],
  [{ OTEL_EXPORTER_OTLP_HEADERS: "x-team=100%" }, "OTEL_EXPORTER_OTLP_HEADERS"],
  [{ TURN_URLS: "turn:turn.example" }, "TURN_URLS"],
  [{ TURN_URLS: "turn:turn.example:3478?transport=udp," }, "TURN_URLS"],
  [{ TURN_HOST: "turn:turn.example" }, "TURN_HOST"],
])("%o is refused by name", (environment, name) => {
  expect(() => parseConfig(environment)).toThrow(name);
});

test("a collector is named as OpenTelemetry names it", () => {
  const environment = {
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector.example:4318/",
    OTEL_EXPORTER_OTLP_HEADERS: "authorization=Bearer%20abc,x-team=chat",
    OTEL_METRIC_EXPORT_INTERVAL: "5000",
  };
  expect(parseConfig({}).collector).toBeUndefined();
  expect(parseConfig(environment).collector).toEqual({
    url: "http://collector.example:4318/v1/metrics",
    headers: { authorization: "Bearer abc", "x-team": "chat" },
    everyMs: 5_000,
  });
});

test("every variable that is wrong is named", () => {
  expect(() => parseConfig({ PORT: "-1", PUBLIC_ORIGIN: "?" })).toThrow(/PORT.*PUBLIC_ORIGIN/);
});
