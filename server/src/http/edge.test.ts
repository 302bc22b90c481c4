import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode, encode } from "@tacit/shared/codec";
import type { DeliveryKeyHash } from "@tacit/shared/ids";
import {
  MAX_CARD_KEYS,
  MAX_CONTACT_KEYS,
  MAX_HTTP_BODY_BYTES,
  MAX_HTTP_BODY_VALUES,
  MAX_ONE_TIME_PREKEYS,
} from "@tacit/shared/limits";
import { PROTOCOL_HEADER } from "@tacit/shared/routes";
import { RelayError } from "@tacit/shared/wire/errors";
import { expect, test } from "vitest";
import { RelayStage } from "../testing/relay-stage.ts";

async function errorOf(response: Response): Promise<RelayError> {
  const decoded = decode(new Uint8Array(await response.arrayBuffer()), 1000);
  return RelayError.parse(decoded.ok ? decoded.value : undefined);
}

test("a relay says what it is to anybody, whatever protocol they speak", async () => {
  await using stage = await RelayStage.start({ relayName: "Our relay" });

  const { answer } = await stage.caller.call("relayInfo", {}, undefined, { [PROTOCOL_HEADER]: "99" });

  expect(answer).toEqual({ name: "Our relay", registration: "open", protocol: 1, timeMs: stage.clock.nowMs() });
});

test("another protocol, or none, is refused everywhere else", async () => {
  await using stage = await RelayStage.start();

  for (const protocol of ["2", "", "1.0"]) {
    const refused = await stage.caller.call("startLogin", {}, undefined, { [PROTOCOL_HEADER]: protocol });
    expect(refused).toMatchObject({ status: 426, error: { error: "version" } });
  }
});

test("a route with a token is closed to who has none or a wrong one", async () => {
  await using stage = await RelayStage.start();

  for (const authorization of ["", "Bearer", `Bearer ${"A".repeat(43)}`, `Basic ${"A".repeat(43)}`]) {
    const refused = await stage.caller.call("putPreKeys", {}, undefined, { authorization });
    expect(refused).toMatchObject({ status: 401, error: { error: "unauthorized" } });
  }
});

test("a body that is not exactly the request of its route is malformed", async () => {
  await using stage = await RelayStage.start();
  const good = { login: "alice", request: "AA" };
  const bodies = [
    new Uint8Array(),
    encode("nonsense"),
    encode({ ...good, more: 1 }),
    encode({ ...good, login: "Al ice" }),
    encode(good).slice(0, -1),
    new Uint8Array([...encode(good), 0]),
  ];

  for (const body of bodies) {
    const response = await stage.caller.send("startRegistration", body);
    expect([response.status, await errorOf(response)]).toEqual([400, { error: "malformed" }]);
  }
  const json = await stage.caller.send("startRegistration", encode(good), { "content-type": "application/json" });
  expect(await errorOf(json)).toEqual({ error: "malformed" });
});

test("a body over 768 KiB is refused, one below is read", async () => {
  await using stage = await RelayStage.start();
  const bob = await stage.register("bob");
  const statusOf = async (padding: number) => {
    const body = encode({ ...stage.compose(bob), padding: new Uint8Array(padding) });
    const response = await stage.caller.send("post", body);
    return [response.status, (await errorOf(response)).error];
  };

  expect(await statusOf(MAX_HTTP_BODY_BYTES)).toEqual([400, "malformed"]);
  expect(await statusOf(MAX_HTTP_BODY_BYTES - 4096)).toEqual([400, "malformed"]);
  expect((await stage.caller.call("post", stage.compose(bob))).status).toBe(200);
});

test("a body of more values than any request has is refused before it is decoded; the largest registration is taken", async () => {
  await using stage = await RelayStage.start();
  const keys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`${n}`, null]));
  const most = await stage.prepare("bob", undefined, MAX_ONE_TIME_PREKEYS);
  const hashes = (count: number) => Array.from({ length: count }, () => stage.random(32) as DeliveryKeyHash);
  const deliveryKeys = {
    version: 1,
    contact: hashes(MAX_CONTACT_KEYS),
    card: hashes(MAX_CARD_KEYS),
    onceCard: hashes(MAX_CARD_KEYS),
  };
  const valuesOf = (count: number) => ({ values: Array.from({ length: count - 3 }, () => 0) });

  expect(decode(encode(valuesOf(MAX_HTTP_BODY_VALUES)), MAX_HTTP_BODY_BYTES, MAX_HTTP_BODY_VALUES).ok).toBe(true);
  expect(decode(encode(valuesOf(MAX_HTTP_BODY_VALUES + 1)), MAX_HTTP_BODY_BYTES, MAX_HTTP_BODY_VALUES).ok).toBe(false);
  const many = await stage.caller.send("claim", encode(Array.from({ length: 110 }, () => keys(1_000))));
  expect(await errorOf(many)).toEqual({ error: "malformed" });
  expect((await stage.caller.call("finishRegistration", { ...most.request, deliveryKeys })).status).toBe(200);
});

test("a compressed body is not unpacked", async () => {
  await using stage = await RelayStage.start();

  const response = await stage.caller.send("startLogin", encode({}), { "content-encoding": "gzip" });

  expect(await errorOf(response)).toEqual({ error: "malformed" });
});

test("a page of another origin gets no answer, and no answer allows another origin to read it", async () => {
  await using stage = await RelayStage.start();
  const callFrom = (origin: string) => stage.caller.call("relayInfo", {}, undefined, { origin });

  expect((await callFrom("https://evil.example")).error).toEqual({ error: "unauthorized" });
  expect((await callFrom(stage.origin)).status).toBe(200);
  const response = await stage.caller.send("relayInfo", encode({}), { origin: stage.origin });
  const names = [...response.headers.keys()].filter((name) => /^access-control|^set-cookie/.test(name));
  expect(names).toEqual([]);
});

test("a public relay serves its own origin only", async () => {
  await using stage = await RelayStage.start({ publicOrigin: "https://relay.example" });
  const callFrom = async (origin: string) => (await stage.caller.call("relayInfo", {}, undefined, { origin })).status;

  expect(await callFrom("https://relay.example")).toBe(200);
  expect(await callFrom("http://relay.example")).toBe(401);
  expect(await callFrom(stage.origin)).toBe(401);
});

test("a route that is none is not found", async () => {
  await using stage = await RelayStage.start();

  const response = await fetch(`${stage.origin}/v1/nothing`, { method: "POST" });

  expect([response.status, await errorOf(response)]).toEqual([404, { error: "not-found" }]);
});

const POLICY =
  "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob:; " +
  "media-src 'self' blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; manifest-src 'self'; " +
  "object-src 'none'; frame-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'; " +
  "require-trusted-types-for 'script'; trusted-types app-url";

test("every answer carries the strict headers; only a public relay promises https", async () => {
  await using local = await RelayStage.start();
  await using open = await RelayStage.start({ publicOrigin: "https://relay.example" });
  const paths = ["/", "/healthz", "/v1/relay", "/v1/nothing", "/nothing", "/%", "/socket.io/?EIO=4"];

  for (const path of paths) {
    const { headers } = await fetch(local.origin + path);
    expect(headers.get("content-security-policy")?.replaceAll(";", "; ")).toBe(POLICY);
    expect(headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(headers.get("cross-origin-resource-policy")).toBe("same-origin");
    expect(headers.get("x-content-type-options")).toBe("nosniff");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    const features = headers.get("permissions-policy")?.split(", ") ?? [];
    for (const open of ["camera", "microphone", "display-capture", "publickey-credentials-get"]) {
      expect(features).toContain(`${open}=(self)`);
    }
    for (const closed of ["geolocation", "payment", "usb"]) expect(features).toContain(`${closed}=()`);
    expect(headers.has("strict-transport-security")).toBe(false);
    expect(headers.has("x-powered-by")).toBe(false);
  }
  const secure = await fetch(`${open.origin}/healthz`);
  expect(secure.headers.get("strict-transport-security")).toMatch(/^max-age=31536000/);
});

test("it is healthy while its database answers, and says what runs", async () => {
  await using stage = await RelayStage.start({ build: "1.2.3+abc" });

  const response = await fetch(`${stage.origin}/healthz`);

  expect([response.status, await response.text()]).toEqual([200, "ok\n1.2.3+abc\n"]);
});

test("the web app: one page, hashed files for ever, the rest checked each time, nothing outside", async () => {
  const directory = mkdtempSync(join(tmpdir(), "tacit-web-"));
  const webDir = join(directory, "dist");
  mkdirSync(join(webDir, "assets"), { recursive: true });
  const script = "console.log(1);\n".repeat(500);
  writeFileSync(join(directory, "secret"), "secret");
  writeFileSync(join(webDir, "index.html"), "<!doctype html>page");
  writeFileSync(join(webDir, "sw.js"), script);
  writeFileSync(join(webDir, "assets", "index-BxY1.js"), script);
  await using stage = await RelayStage.start({ webDir });
  const get = (path: string) => fetch(stage.origin + path);

  const page = await get("/");
  expect([await page.text(), page.headers.get("cache-control")]).toEqual(["<!doctype html>page", "no-cache"]);
  expect((await get("/sw.js")).headers.get("cache-control")).toBe("no-cache");
  const asset = await get("/assets/index-BxY1.js");
  expect(asset.headers.get("cache-control")).toBe("public, max-age=31536000, immutable");
  expect(asset.headers.get("content-encoding")).toMatch(/br|gzip/);
  expect(await asset.text()).toBe(script);
  expect((await get("/conversations/7")).status).toBe(404);
  expect((await get("/..%2fsecret")).status).not.toBe(200);
  expect(await rawStatus(stage.origin, "/../secret")).not.toContain("200");
  rmSync(directory, { recursive: true });
});

test("without a built web app, the page says so", async () => {
  await using stage = await RelayStage.start({ webDir: "/nowhere" });

  const response = await fetch(`${stage.origin}/`);

  expect([response.status, await response.text()]).toEqual([404, expect.stringContaining("not built")]);
});

/** fetch would tidy the path. */
function rawStatus(origin: string, path: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(Number(new URL(origin).port), "localhost");
    socket.once("data", (data) => {
      socket.destroy();
      resolve(data.toString().split("\r\n", 1)[0] ?? "");
    });
    socket.write(`GET ${path} HTTP/1.1\r\nhost: localhost\r\n\r\n`);
  });
}
